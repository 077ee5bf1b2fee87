"""What the console starts from."""

from datetime import datetime
from typing import Any

from gateway.shapes.basics import Count, Output
from gateway.shapes.conversations import CallOut, ConversationOut, ItemOut
from gateway.shapes.users import AccountOut, UserBrief
from routing.model import Presence


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


class AgentAnswer(Output):
    agent: AgentOut


class QueueBrief(Output):
    id: str
    name: str
    language: str
    target_seconds: int


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
