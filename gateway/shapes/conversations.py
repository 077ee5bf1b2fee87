"""The contact history at the edge."""

from datetime import datetime
from typing import Any

from core.words import AuthorKind, ChannelName, ContactKind, Direction, HandlerKind, Language
from crm.conversations.model import CallState, DeliveryState, ExchangeKind, Status
from gateway.shapes.basics import Count, Output
from routing.model import WorkState


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
    also_to: list[str]
    cc: list[str]
    reason: str | None
    updated_at: datetime


class RecipientsOut(Output):
    to: list[str]
    cc: list[str]


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
