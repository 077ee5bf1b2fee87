"""Keeps work items in step with conversations: what a queue holds waits, what an agent holds is their work.

These are reactions: they run in the transaction that changed the conversation, which is held there already.
They look at the state only, so the commands of routing itself, which change the item before the conversation,
find here that nothing is left to do.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from core.errors import AtCapacity, WrongState
from core.events import Event
from core.ids import ConversationId, QueueId, UserId, WorkItemId, new_id
from core.words import AuthorKind, ChannelName, Direction, HandlerKind
from crm.conversations.events import (
    CallChanged,
    ConversationOpened,
    ConversationReopened,
    ConversationResolved,
    ExchangeRecorded,
    HandlerChanged,
    LivePartEnded,
)
from crm.conversations.handling import change_handler, record_internal
from crm.conversations.model import CallState, Conversation, ExchangeKind, Handler, Status
from crm.conversations.views import conversation_view
from routing.ending import AGENT_FAILED, ROUTING, complete, end, give_back, tell_agent
from routing.events import OfferAccepted, OfferWithdrawn, WorkItemContinued, WorkItemQueued
from routing.model import TEXTS, UNITS, Presence, WorkItem, WorkState
from routing.ports import RoutingTx
from routing.rules import Rules
from routing.states import accepted, gone_on, moved
from routing.views import item_view

ABANDONED = "abandoned"  # outcome of a conversation whose customer hung up before anyone answered


def reactions(rules: Rules) -> Mapping[type[Event], Sequence[Callable[[Any, Any], None]]]:
    """What the assembly wires into the store."""
    return {
        ConversationOpened: (queue_opened,),
        ConversationReopened: (partial(follow_handler, rules=rules),),
        HandlerChanged: (partial(follow_handler, rules=rules),),
        ExchangeRecorded: (follow_customer, take_up_chat),
        CallChanged: (end_abandoned, partial(wrap_up_call, rules=rules)),
        LivePartEnded: (let_go_chat,),
    }


def queue_opened(tx: RoutingTx, event: ConversationOpened) -> None:
    """A conversation that no bot answers first waits from its start. Takes no lock: nobody knows it yet."""
    if event.conversation["handler"]["kind"] == HandlerKind.QUEUE:
        _insert(tx, event.conversation, tx.now)


def follow_handler(tx: RoutingTx, event: HandlerChanged | ConversationReopened, rules: Rules) -> None:
    """The conversation changed hands: so does its need."""
    conversation = event.conversation
    tx.lock(ROUTING)
    live = tx.work.live_of(ConversationId(conversation["id"]))
    kind = conversation["handler"]["kind"]
    if kind == HandlerKind.QUEUE:
        _to_queue(tx, event, live, rules)
    elif kind == HandlerKind.AGENT:
        _to_agent(tx, conversation, live, rules)
    elif live is not None:
        _need_no_more(tx, live, rules)


def follow_customer(tx: RoutingTx, event: ExchangeRecorded) -> None:
    """The customer spoke while they wait: the need is where they last spoke, and never without an item."""
    conversation = event.conversation
    speaks = event.exchange["direction"] == Direction.INBOUND
    first = conversation["last_position"] == 1
    if not speaks or first or conversation["handler"]["kind"] != HandlerKind.QUEUE:
        return
    channel = ChannelName(conversation["channel"])
    conversation_id = ConversationId(conversation["id"])
    if (waits := tx.work.live_of(conversation_id, hold=False)) and waits.channel is channel:
        return  # as for nearly every message; who moves the item meanwhile finds nothing changed
    tx.lock(ROUTING)
    live = tx.work.live_of(conversation_id)
    if live is None:
        _insert(tx, conversation, tx.now)
    elif live.state is WorkState.WAITING and live.channel is not channel:
        live = moved(live, channel)
        tx.work.save(live)
        tx.emit(WorkItemQueued(item=item_view(live)))


def end_abandoned(tx: RoutingTx, event: CallChanged) -> None:
    """The caller hung up before an agent took the call: the conversation ends as abandoned.

    Who waits for an answer to something written before the call still waits. Changes the conversation, so
    whoever emits `CallChanged` reads it again after.
    """
    if event.call["state"] != CallState.ENDED:
        return
    conversation = tx.conversations.get(ConversationId(event.conversation_id))
    tx.lock(ROUTING)
    live = tx.work.live_of(conversation.id)
    if live is None or live.channel is not ChannelName.VOICE or live.state is WorkState.ACCEPTED:
        return
    wrote_before = conversation.waiting_since and (
        conversation.waiting_since < datetime.fromisoformat(event.call["started_at"])
    )
    if not wrote_before:
        end(tx, live, WorkState.ABANDONED)
        _close_abandoned(tx, conversation)


def wrap_up_call(tx: RoutingTx, event: CallChanged, rules: Rules) -> None:
    """The call is over: after-call work begins, whatever becomes of the conversation."""
    if event.call["state"] != CallState.ENDED:
        return
    tx.lock(ROUTING)
    live = tx.work.live_of(ConversationId(event.conversation_id))
    if live is not None and live.channel is ChannelName.VOICE and live.state is WorkState.ACCEPTED:
        complete(tx, live, rules.wrap_up)


def let_go_chat(tx: RoutingTx, event: LivePartEnded) -> None:
    """The visitor left: the chat weighs what a text does. One who waits keeps their place, for they may be back."""
    tx.lock(ROUTING)
    live = tx.work.live_of(ConversationId(event.conversation_id))
    if live is not None and live.channel is ChannelName.WEBCHAT and live.state is WorkState.ACCEPTED:
        _weigh_as(tx, live, ChannelName.SMS)


def take_up_chat(tx: RoutingTx, event: ExchangeRecorded) -> None:
    """The visitor is back in a conversation that an agent holds: it is live again."""
    conversation = event.conversation
    speaks = event.exchange["direction"] == Direction.INBOUND
    chats = conversation["channel"] == ChannelName.WEBCHAT
    if not speaks or not chats or conversation["handler"]["kind"] != HandlerKind.AGENT:
        return
    conversation_id = ConversationId(conversation["id"])
    seen = tx.work.live_of(conversation_id, hold=False)
    if seen is None or seen.channel not in TEXTS:
        return
    tx.lock(ROUTING)
    live = tx.work.live_of(conversation_id)
    if live is not None and live.channel in TEXTS and live.state is WorkState.ACCEPTED:
        _weigh_as(tx, live, ChannelName.WEBCHAT)


def _weigh_as(tx: RoutingTx, live: WorkItem, channel: ChannelName) -> None:
    after = gone_on(live, channel)
    tx.work.save(after)
    tx.emit(WorkItemContinued(item=item_view(after)))
    if after.offered_to:
        tell_agent(tx, after.offered_to)


def _to_queue(
    tx: RoutingTx, event: HandlerChanged | ConversationReopened, live: WorkItem | None, rules: Rules
) -> None:
    conversation = event.conversation
    failed = isinstance(event, HandlerChanged) and event.reason.startswith(AGENT_FAILED)
    if live is None:
        _insert(tx, conversation, tx.now)
    elif live.state is WorkState.ACCEPTED and failed:
        give_back(tx, live, QueueId(conversation["handler"]["ref"]))
    elif live.state is WorkState.ACCEPTED:
        complete(tx, live, rules.wrap_up)
        _insert(tx, conversation, tx.now)
    elif live.queue_id != conversation["handler"]["ref"]:
        end(tx, live, WorkState.CANCELLED)
        _insert(tx, conversation, live.queued_at)  # nobody served them yet: they keep their time


def _to_agent(tx: RoutingTx, conversation: Mapping[str, Any], live: WorkItem | None, rules: Rules) -> None:
    user_id = UserId(conversation["handler"]["ref"])
    if live is not None and live.state is WorkState.ACCEPTED:
        if live.offered_to == user_id:
            return
        complete(tx, live, rules.wrap_up)
        live = None
    item = live or _need(tx, conversation, tx.now)
    _check_room(tx, item, user_id)
    taken = accepted(item, user_id, tx.now)
    if live is None:
        tx.work.insert(taken)
    else:
        tx.work.save(taken)
    tx.agents.set_idle_since(user_id, tx.now)
    if item.offered_to and item.offered_to != user_id:
        tx.emit(OfferWithdrawn(item=item_view(taken), user_id=item.offered_to))
        tell_agent(tx, item.offered_to)
    tx.emit(OfferAccepted(item=item_view(taken), user_id=user_id))
    tell_agent(tx, user_id)


def _check_room(tx: RoutingTx, item: WorkItem, user_id: UserId) -> None:
    """Taking by hand is the agent's own will, but no one holds more than their capacity, nor off duty."""
    agent = tx.agents.get(user_id)
    if agent.presence is Presence.OFFLINE:
        raise WrongState(what="agent", state=agent.presence.value, wanted="on duty")
    units = UNITS[item.channel]
    free = agent.capacity - agent.load + (units if item.offered_to == user_id else 0)
    if units > free:
        raise AtCapacity(units=units, free=max(0, free))


def _need_no_more(tx: RoutingTx, live: WorkItem, rules: Rules) -> None:
    if live.state is WorkState.ACCEPTED:
        complete(tx, live, rules.wrap_up)
    else:
        end(tx, live, WorkState.CANCELLED)


def _insert(tx: RoutingTx, conversation: Mapping[str, Any], queued_at: datetime) -> None:
    item = _need(tx, conversation, queued_at)
    tx.work.insert(item)
    tx.emit(WorkItemQueued(item=item_view(item)))


def _need(tx: RoutingTx, conversation: Mapping[str, Any], queued_at: datetime) -> WorkItem:
    handler = conversation["handler"]
    queue = tx.queues.get(
        QueueId(handler["ref"] if handler["kind"] == HandlerKind.QUEUE else conversation["queue_id"])
    )
    language = queue.language or conversation["language"]
    return WorkItem(
        id=WorkItemId(new_id()),
        conversation_id=ConversationId(conversation["id"]),
        queue_id=queue.id,
        channel=ChannelName(conversation["channel"]),
        state=WorkState.WAITING,
        priority=queue.priority,
        skills={language: 1} if language else {},
        queued_at=queued_at,
    )


def _close_abandoned(tx: RoutingTx, conversation: Conversation) -> None:
    conversation = record_internal(
        tx,
        conversation,
        ExchangeKind.SYSTEM,
        "",
        (AuthorKind.SYSTEM, ""),
        {"event": "resolved", "outcome": ABANDONED},
    )
    after = change_handler(
        tx,
        conversation,
        Handler(kind=HandlerKind.NOBODY),
        ABANDONED,
        status=Status.RESOLVED,
        resolved_at=tx.now,
        outcome=ABANDONED,
        waiting_since=None,
    )
    name = tx.parties.get(after.party_id).name
    tx.emit(ConversationResolved(conversation=conversation_view(after, name), by="system"))
