"""What an adapter hands over: one item from a customer, parsed, its addresses not yet anyone's."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.words import Assurance, ChannelName, Language
from crm.conversations.model import ExchangeKind
from crm.parties.model import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundFile:
    """A file that came along. `content_type` was sniffed, not believed."""

    name: str
    content_type: str
    data: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One inbound item.

    `provider_id` names it at its source for ever: the same (channel, account, provider_id) again is the same
    exchange. `refers_to` are references to a conversation, best first: our Message-IDs, a chat session, a call id.
    `announces` are references that later items may use to find this conversation.
    """

    channel: ChannelName
    account: str  # which of our accounts or mailboxes it came through
    provider_id: str
    sender: Address
    business_address: str
    text: str
    occurred_at: datetime
    reply_to: str = ""  # where an answer goes; empty: the sender's own address
    copied: tuple[Address, ...] = ()  # others the customer brought into the conversation
    kind: ExchangeKind = ExchangeKind.MESSAGE
    sender_name: str = ""
    html: str | None = None
    subject: str = ""
    language: Language | None = None
    assurance: Assurance = Assurance.UNVERIFIED
    refers_to: tuple[str, ...] = ()
    announces: tuple[str, ...] = ()
    files: tuple[InboundFile, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)
    automatic: bool = False  # a machine wrote it (RFC 3834); no bot answers it
    claims: tuple[Address, ...] = ()  # addresses a visitor says are theirs; unverified, for the agent's eyes
