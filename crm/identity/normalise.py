"""Addresses in their one normal form, so that the same person's are equal."""

import re
from email.utils import unquote
from functools import lru_cache

import idna
import phonenumbers
from email_validator import EmailNotValidError, validate_email

from core.errors import InvalidInput
from core.words import ContactKind
from crm.parties.model import Address

GMAIL = {"gmail.com", "googlemail.com"}  # dots and +tags in the local part reach the same mailbox
# Regions that dial each other by national numbers alone although their plans have country codes of their own.
DIALLED_ALIKE = (("FR", "RE", "YT", "GP", "GF", "MQ"),)
OVERSEAS = (
    "262",
    "263",
    "269",
    "590",
    "594",
    "596",
)  # areas that no number of metropolitan France begins with
SCHEME = re.compile(r"^(?:whatsapp|tel|sms|callto):", re.IGNORECASE)
LETTER = re.compile(r"[^\W\d_]")
MEXICAN_MOBILE = re.compile(r"^1(\d{10})$")
BRAZILIAN_MOBILE = re.compile(r"^(\d{2})([6-9]\d{7})$")
ARGENTINE_MOBILE = re.compile(r"^9(\d{10})$")
SHORT_CODE = re.compile(r"\d{3,6}")
SENDER_NAME = re.compile(r"[A-Za-z0-9 _.&+*/@!'-]{1,20}")
NAMELESS = "sender:"  # before what is no number: a short code, or the name a business sends under
LONGEST_EMAIL, LONGEST_LOCAL, LONGEST_DOMAIN = 254, 64, 253  # RFC 5321
LABEL = re.compile(r"[\w](?:[\w-]{0,61}[\w])?", re.ASCII)


@lru_cache(maxsize=4_096)  # our own numbers stand in every webhook, and who writes once writes again
def phone_address(raw: str, country: str) -> Address:
    """E.164, the same for all ways one number is written; a national one is read as one of `country` (ISO 3166).

    Where regions dial each other nationally (France and its overseas departments), the plan the number is valid in
    decides. Words around the number are left out. Raises `InvalidInput`.
    """
    number = _parsed(SCHEME.sub("", raw.strip()), country)
    if number is None:
        raise InvalidInput(problem=f"“{raw}” is not a telephone number; write it with its country code")
    number = _one_form(number)
    if not phonenumbers.is_possible_number(number):
        raise InvalidInput(problem=f"“{raw}” has not the length of a telephone number")
    return Address(
        kind=ContactKind.PHONE,
        value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164),
    )


def sender_address(raw: str, country: str) -> Address:
    """As `phone_address`, and for short codes and senders with a name an address that cannot be answered."""
    told = SCHEME.sub("", raw.strip())
    if SHORT_CODE.fullmatch(told) or (LETTER.search(told) and SENDER_NAME.fullmatch(told)):
        return Address(kind=ContactKind.PHONE, value=f"{NAMELESS}{told}")
    return phone_address(raw, country)


def dialling_code(country: str) -> str:
    """What numbers of the country (ISO 3166) begin with behind the `+`; empty where there is none such."""
    code = phonenumbers.country_code_for_region(country)
    return str(code) if code else ""


def email_address(raw: str) -> Address:
    """Lower case, the domain in its ASCII form; at providers that ignore dots and +tags, without them.

    Lenient, for what comes in by mail: a name of one label (`root@server`) is taken. Raises `InvalidInput`.
    """
    told = raw.strip()
    local, at, domain = told.rpartition("@")
    if not at or not local or not domain or any(c.isspace() for c in told) or len(told) > LONGEST_EMAIL:
        raise InvalidInput(problem=f"“{raw[:100]}” is not an e-mail address")
    local, domain = _local(local, raw), _domain(domain, raw)
    if domain in GMAIL:
        local, domain = local.split("+", 1)[0].replace(".", ""), "gmail.com"
    return Address(kind=ContactKind.EMAIL, value=f"{local}@{domain}")


def typed_email_address(raw: str) -> Address:
    """An address someone typed, who can be told what is wrong with it. Raises `InvalidInput` with the reason."""
    try:
        checked = validate_email(raw.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise InvalidInput(problem=f"“{raw[:100]}” is not an e-mail address: {error}") from error
    return email_address(checked.normalized)


def _parsed(raw: str, country: str) -> phonenumbers.PhoneNumber | None:
    number = None if LETTER.search(raw) else _as(raw, country)
    if number is None or not phonenumbers.is_possible_number(_one_form(number)):
        found = list(phonenumbers.PhoneNumberMatcher(raw, country, leniency=phonenumbers.Leniency.POSSIBLE))
        if len(found) != 1:
            return number
        number, raw = found[0].number, found[0].raw_string
    return _in_its_plan(number, raw, country)


def _as(raw: str, country: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException:
        return None


def _in_its_plan(number: phonenumbers.PhoneNumber, told: str, country: str) -> phonenumbers.PhoneNumber:
    """A national number that is none of the country's own, but of exactly one plan that is dialled alike."""
    group = next((group for group in DIALLED_ALIKE if country in group), ())
    national = str(number.national_number)
    taken = country == "FR" and national.startswith(OVERSEAS)
    own = phonenumbers.is_valid_number(number) and not taken
    if not group or own or told.lstrip(" (").startswith(("+", "00")):
        return number
    others = [_as(f"0{national}", region) for region in group if region != country]
    valid = {
        phonenumbers.format_number(other, phonenumbers.PhoneNumberFormat.E164): other
        for other in others
        if other is not None and phonenumbers.is_valid_number(other)
    }
    return next(iter(valid.values())) if len(valid) == 1 else number


def _one_form(number: phonenumbers.PhoneNumber) -> phonenumbers.PhoneNumber:
    """Plans that once had, or have, a second way to write a mobile number: Mexico's 1, Brazil's and Argentina's 9."""
    national = str(number.national_number)
    match number.country_code:
        case 52:
            national = MEXICAN_MOBILE.sub(r"\1", national)
        case 54:
            national = ARGENTINE_MOBILE.sub(r"\1", national)
        case 55:
            national = BRAZILIAN_MOBILE.sub(r"\g<1>9\2", national)
        case _:
            return number
    return phonenumbers.PhoneNumber(country_code=number.country_code, national_number=int(national))


def _local(local: str, raw: str) -> str:
    quoted = local.startswith('"') and local.endswith('"') and len(local) > 2
    bare = unquote(local) if quoted else local
    broken = bare.startswith(".") or bare.endswith(".") or ".." in bare or "@" in bare or '"' in bare
    if len(local) > LONGEST_LOCAL or (broken and not quoted):
        raise InvalidInput(problem=f"“{raw[:100]}” is not an e-mail address: check what is before the @")
    return bare.lower()


def _domain(domain: str, raw: str) -> str:
    """In ASCII: `münchen.de` and `xn--mnchen-3ya.de` are one."""
    domain = domain.lower().removesuffix(".")
    try:
        ascii_form = domain if domain.isascii() else idna.encode(domain, uts46=True).decode()
    except (idna.IDNAError, UnicodeError) as error:
        raise InvalidInput(problem=f"“{raw[:100]}” is not an e-mail address: check its domain") from error
    if len(ascii_form) > LONGEST_DOMAIN or not all(LABEL.fullmatch(label) for label in ascii_form.split(".")):
        raise InvalidInput(problem=f"“{raw[:100]}” is not an e-mail address: check its domain")
    return ascii_form
