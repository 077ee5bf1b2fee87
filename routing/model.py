"""Work items, queues, agents and offers: the state that routing decides on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.ids import ConversationId, QueueId, UserId, WorkItemId
from core.words import ChannelName
from crm.conversations.model import Conversation


class WorkState(StrEnum):
    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    WRAPPING = "wrapping"
    COMPLETED = "completed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"


class Presence(StrEnum):
    """What an agent says of themselves. `offered` and `in wrap-up` are read from their work items."""

    AVAILABLE = "available"
    BUSY = "busy"
    ON_BREAK = "on_break"
    TRAINING = "training"
    OFFLINE = "offline"
    UNREACHABLE = "unreachable"  # set by the system: their console went silent


OFFER_SECONDS: Mapping[ChannelName, int] = {
    ChannelName.VOICE: 20,
    ChannelName.WEBCHAT: 30,
    ChannelName.SMS: 60,
    ChannelName.EMAIL: 300,
}
TEXTS = frozenset({ChannelName.EMAIL, ChannelName.SMS})  # whoever wrote them is not waiting at the other end
# Who waits with the receiver in hand comes before who waits at a screen, and they before who reads it later.
URGENCY: Mapping[ChannelName, int] = {
    ChannelName.VOICE: 0,
    ChannelName.WEBCHAT: 1,
    ChannelName.SMS: 2,
    ChannelName.EMAIL: 2,
}
UNITS: Mapping[ChannelName, int] = {
    ChannelName.VOICE: 100,
    ChannelName.WEBCHAT: 25,
    ChannelName.EMAIL: 20,
    ChannelName.SMS: 20,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Where work waits. `offer_seconds` and `target_seconds` by channel; missing ones take the defaults."""

    id: QueueId
    name: str
    language: str = ""  # a skill its items demand, "" for the customer's own language
    offer_seconds: Mapping[ChannelName, int] = field(default_factory=dict)
    target_seconds: int = 20
    priority: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItem:
    """A conversation's need for a human. Its place (priority, urgency, `queued_at`, `id`) outlives misses."""

    id: WorkItemId
    conversation_id: ConversationId
    queue_id: QueueId
    channel: ChannelName
    state: WorkState
    priority: int
    skills: Mapping[str, int]  # name → least level
    queued_at: datetime
    offered_to: UserId | None = None  # also who accepted it and who wraps it up
    offer_deadline: datetime | None = None
    accepted_at: datetime | None = None
    wrap_until: datetime | None = None
    ended_at: datetime | None = None
    passed_by: tuple[UserId, ...] = ()  # declined it or let it pass; asked last


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What decides who can serve an item at all: of equal needs none can be served when one cannot."""

    queue_id: QueueId
    channel: ChannelName
    skills: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person as routing sees them. `load` counts the units of what is offered, accepted and wrapping."""

    user_id: UserId
    presence: Presence
    reason: str
    since: datetime  # of the present state
    idle_since: datetime  # when they were last given work or last ended some
    capacity: int
    load: int
    skills: Mapping[str, int]
    queues: frozenset[QueueId]
    misses: int = 0
    last_seen: datetime | None = None  # their console's last sign of life
    on_call: bool = False  # holds voice work, offered or accepted
    offers: int = 0  # open ones; one at a time
    text_offers: int = 0  # units of the open ones that a call may push aside
    wrapping: bool = False  # holds work in wrap-up


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """What the pop tells besides the item itself."""

    conversation: Conversation
    party_name: str
    last_words: str  # text of the customer's last message
    summary: str  # the last note: what the bot or the agent before left
    handover: Mapping[str, Any] | None  # the same as data, when a bot left it
    earlier_conversations: int  # of the same party, opened before this one


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Why an item went to an agent, or still waits. Each JSON-able candidate says what excluded it."""

    item_id: WorkItemId
    chosen: UserId | None
    rule: str
    candidates: tuple[Mapping[str, Any], ...]


def offer_time(queue: Queue, channel: ChannelName) -> timedelta:
    """How long an agent has to take an offer."""
    return timedelta(seconds=queue.offer_seconds.get(channel, OFFER_SECONDS[channel]))
