"""The field's words that every room uses: channels, directions, authors, handlers, roles, languages."""

from enum import StrEnum


class ChannelName(StrEnum):
    """A way customers and the business talk."""

    EMAIL = "email"
    SMS = "sms"
    VOICE = "voice"
    WEBCHAT = "webchat"


class ContactKind(StrEnum):
    """What sort of address a contact point is. A telephone number serves SMS and voice alike."""

    EMAIL = "email"
    PHONE = "phone"
    WEBCHAT = "webchat"
    POSTAL = "postal"


class Assurance(StrEnum):
    """How sure we are that the party really holds the address."""

    UNVERIFIED = "unverified"
    VERIFIED = "verified"
    BLOCKED = "blocked"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    INTERNAL = "internal"


class AuthorKind(StrEnum):
    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


class HandlerKind(StrEnum):
    """Who holds a conversation now."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    NOBODY = "nobody"


class Role(StrEnum):
    """What a member of staff may do; one person may have several."""

    AGENT = "agent"
    SUPERVISOR = "supervisor"
    DESIGNER = "designer"
    CRM = "crm"
    ADMIN = "admin"


class Language(StrEnum):
    FR = "fr"
    EN = "en"
