"""What comes in and goes out at the edges, as pydantic models: validation of requests, description of answers.

Answers are built by the views; the models here describe them in the OpenAPI document, and a test on a live
server holds each answer against its description.
"""

from datetime import datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from core.words import (
    Assurance,
    AuthorKind,
    ChannelName,
    ContactKind,
    Direction,
    HandlerKind,
    Language,
)
from crm.conversations.model import CallState, DeliveryState, ExchangeKind, Status
from crm.parties.model import Family, PartyKind
from routing.model import Presence, WorkState

# PostgreSQL has no NUL in text, and no one means to send one.
NO_NUL = r"^[^\x00]*$"
Id = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z_-][0-9A-Za-z_.-]{0,63}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=NO_NUL)]
ShortName = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=NO_NUL)
]
Words = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
LongText = Annotated[str, StringConstraints(max_length=100_000, pattern=NO_NUL)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
Cursor = Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)]
Count = Annotated[int, Field(ge=0)]
Small = Annotated[int, Field(ge=0, le=2_147_483_647)]  # what a column of both databases holds


class Input(BaseModel):
    """Something a caller sends: an unknown field is a mistake, and said so."""

    model_config = ConfigDict(extra="forbid")


class Page(Input):
    cursor: Cursor | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50


class Output(BaseModel):
    """Something we answer; fields may be added without a new version."""


class Items(Output):
    items: list[dict[str, Any]]


# The contact history


class AddressOut(Output):
    kind: ContactKind
    value: str


class HandlerOut(Output):
    kind: HandlerKind
    ref: str


class ConversationOut(Output):
    id: str
    party_id: str
    party_name: str
    queue_id: str
    channel: ChannelName
    business_address: str
    customer: AddressOut
    subject: str
    language: Language | None
    status: Status
    handler: HandlerOut
    epoch: int
    last_position: int
    customer_lines: Count
    preview: str
    preview_author: AuthorKind
    opened_at: datetime
    last_activity_at: datetime
    waiting_since: datetime | None
    resolved_at: datetime | None
    outcome: str | None
    follows_id: str | None
    tags: list[str]


class DeliveryOut(Output):
    id: str
    state: DeliveryState
    attempts: int
    recipient: str
    reason: str | None
    updated_at: datetime


class AttachmentOut(Output):
    id: str
    name: str
    content_type: str
    size: int


class ExchangeOut(Output):
    id: str
    conversation_id: str
    position: int
    channel: ChannelName
    kind: ExchangeKind
    direction: Direction
    author: AuthorKind
    author_ref: str
    text: str
    has_html: bool
    meta: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    attachments: list[AttachmentOut]
    delivery: DeliveryOut | None


class CallOut(Output):
    id: str
    conversation_id: str
    state: CallState
    from_number: str
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None


class ItemOut(Output):
    id: str
    conversation_id: str
    queue_id: str
    channel: ChannelName
    state: WorkState
    priority: int
    skills: dict[str, int]
    queued_at: datetime
    offered_to: str | None
    offer_deadline: datetime | None
    accepted_at: datetime | None
    wrap_until: datetime | None


class AgentOut(Output):
    user_id: str
    presence: Presence
    reason: str
    since: datetime
    capacity: int
    load: int
    skills: dict[str, int]
    queues: list[str]
    misses: int


class ConversationAnswer(Output):
    conversation: ConversationOut


class ConversationList(Output):
    items: list[ConversationOut]
    next: str | None


class ExchangePage(Output):
    exchanges: list[ExchangeOut]
    has_more: bool


class ConversationPage(ExchangePage):
    conversation: ConversationOut
    item: ItemOut | None
    call: CallOut | None
    read_to: Count
    seq: int


class DecisionOut(Output):
    item_id: str
    at: datetime
    chosen: str | None
    rule: str
    candidates: list[dict[str, Any]]


class Why(Output):
    decisions: list[DecisionOut]


class ExchangeAnswer(Output):
    exchange: ExchangeOut


class DeliveryAnswer(Output):
    delivery: DeliveryOut


class UploadOut(Output):
    id: str
    name: str
    content_type: str
    size: int


# The customer file


class PointBrief(Output):
    kind: ContactKind
    value: str


class PartyBrief(Output):
    id: str
    kind: PartyKind
    name: str
    language: Language | None
    created_at: datetime
    contact_points: list[PointBrief]
    tags: list[str]
    open: Count
    conversations: Count
    last_at: datetime | None


class PartyList(Output):
    items: list[PartyBrief]
    next: str | None
    total: Count | None = None


class FactValue(Output):
    family: Family
    field: str
    value: Any
    source: str
    rank: int
    at: datetime


class FactOut(FactValue):
    others: list[FactValue]


class Families(Output):
    identity: list[FactOut]
    socio_demographic: list[FactOut]
    socio_cultural: list[FactOut]
    behavioural: list[FactOut]


class PartyOut(Output):
    id: str
    kind: PartyKind
    name: str
    language: Language | None
    created_at: datetime


class PointOut(PointBrief):
    id: str
    assurance: Assurance
    preferred: bool
    source: str


class PartyRef(Output):
    id: str
    name: str


class ClaimOut(PointBrief):
    at: datetime
    party: PartyRef | None


class Relational(Output):
    conversations_total: int
    exchanges_total: int
    first_at: datetime | None
    last_at: datetime | None
    open: int
    channels: dict[str, int]


class CustomerFile(Output):
    party: PartyOut
    tags: list[str]
    families: Families
    contact_points: list[PointOut]
    claims: list[ClaimOut]
    conversations: list[ConversationOut]
    relational: Relational
    seq: int


# Staff and work


class UserOut(Output):
    id: str
    login: str
    name: str
    roles: list[str]
    language: Language
    theme: str


class AccountOut(UserOut):
    permissions: list[str]


class AccountAnswer(Output):
    user: AccountOut


class QueueBrief(Output):
    id: str
    name: str
    language: str
    target_seconds: int


class UserBrief(Output):
    id: str
    name: str


class Offer(Output):
    item: ItemOut
    pop: dict[str, Any]


class ReadingOut(Output):
    conversation_id: str
    position: Count
    customer_lines: Count


class SnapshotMe(Output):
    user: AccountOut
    agent: AgentOut | None


class Snapshot(Output):
    seq: int
    me: SnapshotMe
    queues: list[QueueBrief]
    users: list[UserBrief]
    offers: list[Offer]
    conversations: list[ConversationOut]
    reads: list[ReadingOut]
    calls: list[CallOut]
    wraps: list[ItemOut]


class AgentAnswer(Output):
    agent: AgentOut
