"""Reading the fields that all of the provider's webhooks share. Pure; raises `Malformed`."""

import re
from collections.abc import Mapping

from core.errors import InvalidInput, Malformed
from crm.identity.normalise import phone_address
from crm.parties.model import Address

SID = re.compile(r"[A-Za-z0-9_-]{2,64}")


def required(form: Mapping[str, str], name: str, what: str) -> str:
    value = form.get(name, "").strip()
    if not value:
        raise Malformed(what=what, problem=f"{name} is missing")
    return value


def required_sid(form: Mapping[str, str], name: str, what: str) -> str:
    value = required(form, name, what)
    if not SID.fullmatch(value):
        raise Malformed(what=what, problem=f"{name} is not an id")
    return value


def number(raw: str, country: str, name: str, what: str) -> Address:
    try:
        return phone_address(raw, country)
    except InvalidInput as error:
        raise Malformed(what=what, problem=f"{name}: {error}") from error


def storable(text: str) -> str:
    """The text without NUL, which no database takes."""
    return text.replace("\x00", "")
