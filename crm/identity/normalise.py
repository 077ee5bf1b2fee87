"""Addresses in their one normal form, so that the same person's are equal."""

import phonenumbers

from core.errors import InvalidInput
from core.words import ContactKind
from crm.parties.model import Address

GMAIL = {"gmail.com", "googlemail.com"}  # dots and +tags in the local part reach the same mailbox


def phone_address(raw: str, country: str) -> Address:
    """E.164; a national number is read as one of `country` (ISO 3166). Raises `InvalidInput`."""
    try:
        number = phonenumbers.parse(raw, country)
    except phonenumbers.NumberParseException as error:
        raise InvalidInput(
            problem=f"“{raw}” is not a telephone number; write it with its country code"
        ) from error
    if not phonenumbers.is_possible_number(number):
        raise InvalidInput(problem=f"“{raw}” has not the length of a telephone number")
    return Address(
        kind=ContactKind.PHONE, value=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    )


def dialling_code(country: str) -> str:
    """What numbers of the country (ISO 3166) begin with behind the `+`; empty where there is none such."""
    code = phonenumbers.country_code_for_region(country)
    return str(code) if code else ""


def email_address(raw: str) -> Address:
    """Lower case; at providers that ignore dots and +tags, without them. Raises `InvalidInput`."""
    local, at, domain = raw.strip().rpartition("@")
    if not at or not local or "." not in domain or any(c.isspace() for c in raw.strip()):
        raise InvalidInput(problem=f"“{raw}” is not an e-mail address")
    local, domain = local.lower(), domain.lower().rstrip(".")
    if domain in GMAIL:
        local, domain = local.split("+", 1)[0].replace(".", ""), "gmail.com"
    return Address(kind=ContactKind.EMAIL, value=f"{local}@{domain}")
