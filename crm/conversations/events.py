"""What happens in the contact history. `conversation` and `exchange` are JSON views (`views.py`) after the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationEvent(Event):
    """Any event about one conversation; `conversation` is its summary after the change."""

    conversation: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationOpened(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeRecorded(ConversationEvent):
    exchange: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandlerChanged(ConversationEvent):
    """`previous` is who held it before, as `kind` or `kind:ref`."""

    previous: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationReopened(ConversationEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationResolved(ConversationEvent):
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryUpdated(Event):
    conversation_id: str
    exchange_id: str
    queue_id: str
    delivery: Mapping[str, Any]
    handler: str = ""  # who holds the conversation, as `kind:ref`


@dataclass(frozen=True, slots=True, kw_only=True)
class CallChanged(Event):
    conversation_id: str
    queue_id: str
    call: Mapping[str, Any]
    handler: str = ""  # who holds the conversation, as `kind:ref`


@dataclass(frozen=True, slots=True, kw_only=True)
class LivePartEnded(Event):
    """The customer is not there any more (a chat whose visitor left); what was said waits to be read."""

    conversation_id: str
    queue_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationRead(Event):
    """Whoever holds the conversation read it up to `reading`: for their own consoles, which must agree."""

    user_id: str
    conversation_id: str
    reading: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyEvent(Event):
    """Any event about one customer; it concerns those who know the customer through a conversation."""

    party_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyChanged(PartyEvent):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundSetAside(Event):
    set_aside_id: str
    channel: str
    reason: str
