"""What routing needs of a transaction. `storage` implements it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.ids import ConversationId, QueueId, UserId, WorkItemId
from crm.ports import CrmTx
from routing.model import Agent, Background, Decision, Need, Presence, Queue, WorkItem


class WorkItems(Protocol):
    def get(self, item_id: WorkItemId) -> WorkItem:
        """Held until the end of the transaction. Raises `NotFound`."""
        ...

    def conversation_of(self, item_id: WorkItemId) -> ConversationId:
        """Read without holding the item, so that the conversation can be held first. Raises `NotFound`."""
        ...

    def live_of(self, conversation_id: ConversationId, *, hold: bool = True) -> WorkItem | None:
        """The conversation's item that is waiting, offered or accepted; one in wrap-up is no need.

        Held until the transaction's end, unless it is only looked at.
        """
        ...

    def waiting(self, limit: int) -> Sequence[WorkItem]:
        """In order of place, at most `limit` for each need."""
        ...

    def needs(self) -> Sequence[Need]:
        """Those of the items that wait, each once."""
        ...

    def first(self, need: Need, limit: int) -> Sequence[WorkItem]:
        """The waiting items of the need, in order of place."""
        ...

    def offers_due(self, now: datetime) -> Sequence[WorkItem]:
        """Offered items whose deadline is past."""
        ...

    def wraps_due(self, now: datetime) -> Sequence[WorkItem]: ...

    def held_by(self, user_id: UserId) -> Sequence[WorkItem]:
        """Offered to, accepted by or wrapping with the agent."""
        ...

    def conversations_of(self, user_id: UserId) -> Sequence[ConversationId]:
        """Those of the work they accepted or wrap up, sorted; read without holding it, to be held first."""
        ...

    def background(self, conversation_id: ConversationId) -> Background:
        """What a pop tells of the conversation, in one read that holds nothing."""
        ...

    def next_deadline(self) -> datetime | None:
        """The earliest moment at which something falls due."""
        ...

    def insert(self, item: WorkItem) -> None: ...

    def save(self, item: WorkItem) -> None: ...

    def keep_decision(self, decision: Decision) -> None: ...

    def decisions(self, item_id: WorkItemId) -> Sequence[Decision]: ...


class Agents(Protocol):
    def get(self, user_id: UserId) -> Agent: ...

    def on_duty(self) -> Sequence[Agent]:
        """Those not offline, with their present load."""
        ...

    def set_presence(self, user_id: UserId, presence: Presence, reason: str, at: datetime) -> None:
        """Ends the running state's entry of the presence log and begins the next."""
        ...

    def previous_presence(self, user_id: UserId) -> tuple[Presence, str]:
        """What they were before the present state, with its reason."""
        ...

    def set_misses(self, user_id: UserId, misses: int) -> None: ...

    def set_idle_since(self, user_id: UserId, at: datetime) -> None: ...

    def seen(self, user_id: UserId, at: datetime) -> None: ...

    def silent_since(self, before: datetime) -> Sequence[UserId]:
        """On duty (not offline, not unreachable) and last seen before then."""
        ...


class Queues(Protocol):
    def get(self, queue_id: QueueId) -> Queue: ...

    def all(self) -> Sequence[Queue]: ...


class RoutingTx(CrmTx, Protocol):
    """A transaction on work, people and the conversations the work is about."""

    @property
    def work(self) -> WorkItems: ...

    @property
    def agents(self) -> Agents: ...

    @property
    def queues(self) -> Queues: ...
