"""Offers: work shown to one agent with a deadline. Made, taken, declined, expired."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from core.errors import OfferGone
from core.ids import QueueId, UserId, WorkItemId
from core.words import ChannelName
from crm.conversations.handling import assign
from crm.conversations.model import Conversation
from routing.ending import ROUTING, anything_due, tell_agent, withdraw
from routing.events import OfferAccepted, OfferDeclined, OfferExpired, OfferMade
from routing.matching import Floor, Limits, match, room
from routing.model import TEXTS, UNITS, Agent, Decision, Presence, Queue, WorkItem, WorkState, offer_time
from routing.pop import pop_view
from routing.ports import RoutingTx
from routing.rules import Rules
from routing.states import accepted, back_in_place, offered
from routing.views import item_view

EVER = datetime(9000, 1, 1, tzinfo=UTC)
DID_NOT_ANSWER = "did_not_answer"  # the reason of a break that the system set


def route(tx: RoutingTx, limits: Limits) -> tuple[OfferMade, ...]:
    """Offers what waits to those who can take it, at most `limits.offers`, highest place first."""
    tx.lock(ROUTING)
    agents = tx.agents.on_duty()
    if not any(_may_have_room(agent) for agent in agents):
        return ()
    waiting = {item.id: item for item in _first_of_each_need(tx, agents, limits)}
    assignments, decisions = match(waiting.values(), agents, tx.now, limits)
    if not assignments:
        return ()
    queues = {queue.id: queue for queue in tx.queues.all()}
    made = []
    for assignment, decision in zip(assignments, decisions, strict=True):
        item = waiting[assignment.item_id]
        if item.channel is ChannelName.VOICE:
            _push_texts_aside(tx, assignment.user_id)
        made.append(_offer(tx, item, assignment.user_id, queues[item.queue_id], decision))
    for user_id in dict.fromkeys(assignment.user_id for assignment in assignments):
        tell_agent(tx, user_id)
    return tuple(made)


def _first_of_each_need(tx: RoutingTx, agents: Sequence[Agent], limits: Limits) -> Iterator[WorkItem]:
    """As many of each need as its agents have room for: however many more wait, a pass gives none of them away."""
    floor = Floor(agents)
    for need in tx.work.needs():
        most = min(limits.offers, room(need, floor.members(need.queue_id)))
        if most:
            yield from tx.work.first(need, most)


def accept_offer(tx: RoutingTx, item_id: WorkItemId, user_id: UserId) -> Conversation:
    """The agent takes it and holds the conversation from now on. Safe to repeat.

    Raises `OfferGone` when it is not, or no longer, offered to them, `NotFound` when there is no such item.
    """
    conversation = tx.conversations.get(tx.work.conversation_of(item_id))
    tx.lock(ROUTING)
    item = tx.work.get(item_id)
    if item.state is WorkState.ACCEPTED and item.offered_to == user_id:
        return conversation
    _check_open(tx, item, user_id)
    item = accepted(item, user_id, tx.now)
    tx.work.save(item)
    tx.agents.set_misses(user_id, 0)
    tx.agents.set_idle_since(user_id, tx.now)
    conversation = assign(tx, conversation.id, user_id, "accepted")
    tx.emit(OfferAccepted(item=item_view(item), user_id=user_id))
    tell_agent(tx, user_id)
    return conversation


def decline_offer(tx: RoutingTx, item_id: WorkItemId, user_id: UserId) -> None:
    """The agent lets it pass; others are asked before they are asked again. Raises `OfferGone`."""
    tx.lock(ROUTING)
    item = tx.work.get(item_id)
    _check_open(tx, item, user_id)
    item = back_in_place(item, passed=True)
    tx.work.save(item)
    tx.emit(OfferDeclined(item=item_view(item), user_id=user_id))
    tell_agent(tx, user_id)


def expire_offers(tx: RoutingTx, rules: Rules) -> int:
    """Puts unanswered offers back in their place; answers how many. Too many misses mean a break."""
    if not anything_due(tx):
        return 0
    tx.lock(ROUTING)
    due = tx.work.offers_due(tx.now)
    missed: dict[UserId, int] = {}
    for item in due:
        if item.offered_to:
            _expire(tx, item, item.offered_to)
            missed[item.offered_to] = missed.get(item.offered_to, 0) + 1
    for user_id, count in missed.items():
        _count_misses(tx, tx.agents.get(user_id), count, rules)
    return len(due)


def keep_within_time(tx: RoutingTx, rules: Rules) -> int:
    """Shortens what has more time left than it ever got, which a clock since put back gave it; answers how many."""
    tx.lock(ROUTING)
    queues = {queue.id: queue for queue in tx.queues.all()}
    late = [i for i in tx.work.offers_due(EVER) if _left(i.offer_deadline, tx) > _given(queues, i)]
    for item in late:
        tx.work.save(replace(item, offer_deadline=tx.now + _given(queues, item)))
    wraps = [i for i in tx.work.wraps_due(EVER) if _left(i.wrap_until, tx) > rules.wrap_up]
    for item in wraps:
        tx.work.save(replace(item, wrap_until=tx.now + rules.wrap_up))
    return len(late) + len(wraps)


def _left(deadline: datetime | None, tx: RoutingTx) -> timedelta:
    return (deadline or tx.now) - tx.now


def _given(queues: Mapping[QueueId, Queue], item: WorkItem) -> timedelta:
    return offer_time(queues[item.queue_id], item.channel)


def _push_texts_aside(tx: RoutingTx, user_id: UserId) -> None:
    """A caller does not wait for a text to be accepted or declined; the text keeps its place."""
    for item in tx.work.held_by(user_id):
        if item.state is WorkState.OFFERED and item.channel in TEXTS:
            withdraw(tx, item)


def withdraw_offers(tx: RoutingTx, user_id: UserId) -> None:
    """Takes back everything offered to the agent."""
    for item in tx.work.held_by(user_id):
        if item.state is WorkState.OFFERED:
            withdraw(tx, item)


def _may_have_room(agent: Agent) -> bool:
    least = min(UNITS.values())
    available = agent.presence is Presence.AVAILABLE and not agent.wrapping
    return available and agent.load + least <= agent.capacity


def _offer(tx: RoutingTx, item: WorkItem, user_id: UserId, queue: Queue, decision: Decision) -> OfferMade:
    item = offered(item, user_id, tx.now + offer_time(queue, item.channel))
    tx.work.save(item)
    tx.work.keep_decision(decision)
    background = tx.work.background(item.conversation_id)
    event = OfferMade(item=item_view(item), pop=pop_view(item, queue, background, decision))
    tx.emit(event)
    return event


def _check_open(tx: RoutingTx, item: WorkItem, user_id: UserId) -> None:
    late = item.offer_deadline is None or tx.now >= item.offer_deadline
    if item.state is not WorkState.OFFERED or item.offered_to != user_id or late:
        raise OfferGone


def _expire(tx: RoutingTx, item: WorkItem, user_id: UserId) -> None:
    item = back_in_place(item, passed=True)
    tx.work.save(item)
    tx.emit(OfferExpired(item=item_view(item), user_id=user_id))


def _count_misses(tx: RoutingTx, agent: Agent, count: int, rules: Rules) -> None:
    misses = agent.misses + count
    tx.agents.set_misses(agent.user_id, misses)
    if misses >= rules.misses_before_break and agent.presence is Presence.AVAILABLE:
        tx.agents.set_presence(agent.user_id, Presence.ON_BREAK, DID_NOT_ANSWER, tx.now)
        withdraw_offers(tx, agent.user_id)
    tell_agent(tx, agent.user_id)
