"""Addresses as people type them into forms, in their normal form."""

from core.errors import InvalidInput
from core.words import ContactKind
from crm.identity.normalise import phone_address, typed_email_address
from crm.parties.model import Address


def typed_address(kind: ContactKind, value: str, country: str) -> Address:
    """Raises `InvalidInput` with what is wrong."""
    match kind:
        case ContactKind.EMAIL:
            return typed_email_address(value)
        case ContactKind.PHONE:
            return phone_address(value, country)
        case ContactKind.POSTAL:
            return Address(kind=ContactKind.POSTAL, value=" ".join(value.split()))
        case ContactKind.WEBCHAT:
            raise InvalidInput(problem="A chat address is made by the chat itself; add another kind")
