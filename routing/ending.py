"""How work ends, and what it leaves: an offer taken back, a wrap-up, an agent who is idle again.

Whatever gives an agent work or takes some from them holds `ROUTING`. Who needs several locks takes them in
this order, so that no two transactions wait for each other: conversations by id, `ROUTING`, items and agents.
"""

from dataclasses import replace
from datetime import timedelta

from core.errors import WrongState
from core.ids import QueueId, UserId, WorkItemId
from core.words import ChannelName, HandlerKind
from crm.conversations.model import Handler
from routing.events import (
    OfferWithdrawn,
    PresenceChanged,
    WorkItemContinued,
    WorkItemEnded,
    WorkItemQueued,
    WrapUpStarted,
)
from routing.model import WorkItem, WorkState
from routing.ports import RoutingTx
from routing.states import back_in_place, ended, gone_on, returned, wrapping
from routing.views import agent_view, item_view

ROUTING = "routing"  # held by every transaction that gives an agent work or takes some from them
AGENT_FAILED = "agent_"  # begins the reason of a return to the queue that the agent did not choose
WRAPPED_UP = frozenset({ChannelName.VOICE})
LONGEST_WRAP = timedelta(minutes=10)


def end(tx: RoutingTx, item: WorkItem, state: WorkState) -> None:
    """Ends the item in `state`; an offer of it is withdrawn first."""
    over = ended(item, state, tx.now)
    tx.work.save(over)
    if item.state is WorkState.OFFERED and item.offered_to:
        tx.emit(OfferWithdrawn(item=item_view(over), user_id=item.offered_to))
    tx.emit(WorkItemEnded(item=item_view(over)))
    if item.offered_to:
        if item.state is not WorkState.OFFERED:
            tx.agents.set_idle_since(item.offered_to, tx.now)
        tell_agent(tx, item.offered_to)


def complete(tx: RoutingTx, item: WorkItem, wrap_up: timedelta) -> None:
    """Ends the agent's part of accepted work: after a call they get their wrap-up time first."""
    if item.channel not in WRAPPED_UP or not wrap_up or item.offered_to is None:
        end_or_go_on(tx, item)
    else:
        after = wrapping(item, tx.now + wrap_up)
        tx.work.save(after)
        tx.emit(WrapUpStarted(item=item_view(after)))
        tell_agent(tx, item.offered_to)


def end_or_go_on(tx: RoutingTx, item: WorkItem) -> None:
    """Ends what an agent did live. A conversation they still hold goes on as a text does: it weighs no more."""
    if item.channel not in WRAPPED_UP or not _still_held(tx, item):
        end(tx, item, WorkState.COMPLETED)
        return
    after = gone_on(item, ChannelName.SMS)
    tx.work.save(after)
    tx.emit(WorkItemContinued(item=item_view(after)))
    if item.offered_to:
        tx.agents.set_idle_since(item.offered_to, tx.now)
        tell_agent(tx, item.offered_to)


def _still_held(tx: RoutingTx, item: WorkItem) -> bool:
    """Read without holding the conversation: its lock comes before ours, and whoever changes it looks here after."""
    conversation = tx.work.background(item.conversation_id).conversation
    live = tx.work.live_of(item.conversation_id)
    mine = Handler(kind=HandlerKind.AGENT, ref=item.offered_to or "")
    return conversation.handler == mine and (live is None or live.id == item.id)


def more_time(tx: RoutingTx, item_id: WorkItemId, user_id: UserId, wrap_up: timedelta) -> WorkItem:
    """As much again for the notes, up to `LONGEST_WRAP` from now. Raises `WrongState` outside one's wrap-up."""
    tx.lock(ROUTING)
    item = tx.work.get(item_id)
    if item.state is not WorkState.WRAPPING or item.offered_to != user_id:
        raise WrongState(what="work item", state=item.state.value, wanted="in your wrap-up")
    until = min((item.wrap_until or tx.now) + wrap_up, tx.now + LONGEST_WRAP)
    item = replace(item, wrap_until=until)
    tx.work.save(item)
    tx.emit(WrapUpStarted(item=item_view(item)))
    return item


def give_back(tx: RoutingTx, item: WorkItem, queue_id: QueueId) -> None:
    """Accepted work returns to a queue unserved: the need is the same, and so is its place."""
    user_id = item.offered_to
    after = returned(item, queue_id)
    tx.work.save(after)
    tx.emit(WorkItemQueued(item=item_view(after)))
    if user_id:
        tell_agent(tx, user_id)


def withdraw(tx: RoutingTx, item: WorkItem) -> None:
    """Takes an offer back from an agent who is not there to take it; the item is in its place again."""
    user_id = item.offered_to
    after = back_in_place(item)
    tx.work.save(after)
    if user_id:
        tx.emit(OfferWithdrawn(item=item_view(after), user_id=user_id))


def finish_wrap(tx: RoutingTx, item_id: WorkItemId, user_id: UserId) -> None:
    """The agent has written their notes. Safe to repeat; raises `WrongState` if it is not their wrap-up."""
    tx.lock(ROUTING)
    item = tx.work.get(item_id)
    if item.state is WorkState.COMPLETED and item.offered_to == user_id:
        return
    if item.state is not WorkState.WRAPPING or item.offered_to != user_id:
        raise WrongState(what="work item", state=item.state.value, wanted="in your wrap-up")
    end_or_go_on(tx, item)


def end_wraps(tx: RoutingTx) -> int:
    """Ends the wrap-ups whose time is over; answers how many."""
    if not anything_due(tx):
        return 0
    tx.lock(ROUTING)
    due = tx.work.wraps_due(tx.now)
    for item in due:
        end_or_go_on(tx, item)
    return len(due)


def anything_due(tx: RoutingTx) -> bool:
    """Whether the lock is worth taking; holds nothing."""
    deadline = tx.work.next_deadline()
    return deadline is not None and deadline <= tx.now


def tell_agent(tx: RoutingTx, user_id: UserId) -> None:
    """Tells everyone how the agent stands now."""
    tx.emit(PresenceChanged(agent=agent_view(tx.agents.get(user_id))))
