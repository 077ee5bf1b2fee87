"""A conversation, its exchanges and what became of those that went out."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import AttachmentId, ConversationId, DeliveryId, ExchangeId, PartyId, QueueId, UserId
from core.words import AuthorKind, ChannelName, Direction, HandlerKind, Language
from crm.parties.model import Address


class Status(StrEnum):
    OPEN = "open"
    WAITING = "waiting"  # on the customer
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class ExchangeKind(StrEnum):
    MESSAGE = "message"
    CALL = "call"
    VOICEMAIL = "voicemail"
    NOTE = "note"
    FORM = "form"
    SURVEY = "survey"
    SYSTEM = "system"


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"
    BOUNCED = "bounced"


@dataclass(frozen=True, slots=True, kw_only=True)
class Handler:
    """Who holds a conversation: a kind and, for bot, queue and agent, which one (`ref`)."""

    kind: HandlerKind
    ref: str = ""

    def __str__(self) -> str:
        return f"{self.kind.value}:{self.ref}" if self.ref else self.kind.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """One thread of service with one party. `epoch` grows by one at each change of hands."""

    id: ConversationId
    party_id: PartyId
    queue_id: QueueId  # whose business it is; where it waits when it needs a human
    channel: ChannelName  # of its last exchange with the customer
    business_address: str
    customer: Address  # whom its last inbound exchange came from
    reply_to: str  # where an answer on `channel` goes: number, mailbox, chat session, call
    subject: str
    language: Language | None
    status: Status
    handler: Handler
    epoch: int
    last_position: int
    opened_at: datetime
    last_activity_at: datetime
    waiting_since: datetime | None  # oldest customer exchange not yet answered by a human or a bot
    preview: str = ""  # start of the last message, for lists
    preview_author: AuthorKind = AuthorKind.CUSTOMER
    resolved_at: datetime | None = None
    outcome: str | None = None
    follows_id: ConversationId | None = None
    customer_lines: int = 0  # exchanges the customer wrote, among the `last_position` ones
    tags: tuple[str, ...] = ()  # ids, sorted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingMark:
    """How far a member of staff has read a conversation: to `position`, and how many customer's lines that is."""

    user_id: UserId
    conversation_id: ConversationId
    position: int
    customer_lines: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that came with, or goes with, an exchange. `data` is only set on its way into the store."""

    id: AttachmentId
    name: str
    content_type: str
    size: int  # bytes
    sha256: str
    data: bytes | None = None
    content_id: str = ""  # RFC 2392, for images shown inside an e-mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One entry of the history. Append-only; `position` counts from 1 without a gap."""

    id: ExchangeId
    conversation_id: ConversationId
    position: int
    channel: ChannelName
    kind: ExchangeKind
    direction: Direction
    author: AuthorKind
    author_ref: str  # user id, bot name, contact value or ""
    text: str
    html: str | None
    meta: dict[str, Any]  # channel's own facts: e-mail headers, call duration, bot confidence …
    occurred_at: datetime
    recorded_at: datetime
    attachments: tuple[Attachment, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What became of an outbound exchange, and of each attempt."""

    id: DeliveryId
    exchange_id: ExchangeId
    conversation_id: ConversationId
    channel: ChannelName
    sender: str  # our address
    recipient: str  # theirs
    state: DeliveryState
    attempts: int
    provider_id: str | None
    reason: str | None
    in_doubt_since: datetime | None  # an attempt began and its end is not known
    updated_at: datetime
    also_to: tuple[str, ...] = ()  # of a mail to several: the others it is addressed to
    cc: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Someone on a conversation: they wrote in it, or whoever wrote brought them in."""

    address: Address
    wrote: bool
    reply_to: str  # where an answer goes; empty: the address itself


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPoint:
    """One of our addresses on a channel: which queue its conversations belong to, and which bot answers first."""

    channel: ChannelName
    address: str  # "" stands for every address of the channel
    queue_id: QueueId
    bot: str  # "" for none


class CallState(StrEnum):
    """Where a telephone call is: talking to the bot, on hold in a queue, with an agent, over."""

    BOT = "bot"
    HOLDING = "holding"
    TALKING = "talking"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A telephone call under way or over; what is said in it are exchanges of its conversation."""

    id: str  # the provider's id of the customer's leg
    conversation_id: ConversationId
    state: CallState
    from_number: str
    to_number: str
    conference: str  # the provider's name of the room where agent and customer meet
    agent_leg: str  # the provider's id of the agent's leg, "" while none
    started_at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAsideItem:
    """Something that came in and could not be read: kept raw, visible, replayable; the source goes on."""

    id: str
    channel: ChannelName
    account: str
    provider_id: str
    reason: str
    raw: bytes
    at: datetime
    replayed_at: datetime | None = None
