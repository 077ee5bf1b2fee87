"""The only ways in which a work item changes, each a pure function from the item to the item after."""

from dataclasses import replace
from datetime import datetime

from core.ids import QueueId, UserId
from core.words import ChannelName
from routing.model import WorkItem, WorkState

ENDED = frozenset({WorkState.COMPLETED, WorkState.ABANDONED, WorkState.CANCELLED})
HELD = frozenset({WorkState.OFFERED, WorkState.ACCEPTED, WorkState.WRAPPING})


def offered(item: WorkItem, user_id: UserId, deadline: datetime) -> WorkItem:
    return replace(item, state=WorkState.OFFERED, offered_to=user_id, offer_deadline=deadline)


def accepted(item: WorkItem, user_id: UserId, at: datetime) -> WorkItem:
    return replace(item, state=WorkState.ACCEPTED, offered_to=user_id, offer_deadline=None, accepted_at=at)


def back_in_place(item: WorkItem, *, passed: bool = False) -> WorkItem:
    """Waiting again, where it was; `passed`: the agent it was offered to let it pass."""
    passed_by = item.passed_by
    if passed and item.offered_to and item.offered_to not in passed_by:
        passed_by = (*passed_by, item.offered_to)
    return replace(
        item,
        state=WorkState.WAITING,
        offered_to=None,
        offer_deadline=None,
        accepted_at=None,
        passed_by=passed_by,
    )


def moved(item: WorkItem, channel: ChannelName) -> WorkItem:
    """The customer went on by another channel before anyone answered."""
    return replace(item, channel=channel)


def returned(item: WorkItem, queue_id: QueueId) -> WorkItem:
    """Back from an agent who could not serve it, who is asked last from now on."""
    return replace(back_in_place(item, passed=True), queue_id=queue_id)


def wrapping(item: WorkItem, until: datetime) -> WorkItem:
    return replace(item, state=WorkState.WRAPPING, wrap_until=until)


def gone_on(item: WorkItem, channel: ChannelName) -> WorkItem:
    """The live part is over and the conversation is still its agent's: it weighs what `channel` does."""
    return replace(item, state=WorkState.ACCEPTED, channel=channel, wrap_until=None)


def ended(item: WorkItem, state: WorkState, at: datetime) -> WorkItem:
    """Over for good; who had accepted it stays written on it, whom it was merely offered to does not."""
    holder = item.offered_to if item.state is not WorkState.OFFERED else None
    return replace(item, state=state, offered_to=holder, offer_deadline=None, wrap_until=None, ended_at=at)
