"""Presence: what agents say of themselves, what their silence says, and the work that comes back."""

from datetime import datetime

from core.errors import InvalidInput
from core.ids import UserId
from core.words import HandlerKind
from crm.conversations.handling import return_to_queue
from crm.conversations.model import Handler
from routing.ending import AGENT_FAILED, ROUTING, end, give_back, tell_agent, withdraw
from routing.model import Agent, Presence, WorkItem, WorkState
from routing.offers import withdraw_offers
from routing.ports import RoutingTx

WENT_OFFLINE = f"{AGENT_FAILED}offline"
WENT_SILENT = f"{AGENT_FAILED}silent"
SILENT = "silent"  # the reason of an agent whom the system took off duty


def set_presence(tx: RoutingTx, user_id: UserId, presence: Presence, reason: str = "") -> Agent:
    """What the agent says they are from now on.

    Not being available takes open offers back from them; going offline returns the conversations they hold to
    their queues, in their old place. Raises `InvalidInput` for what only the system may say.
    """
    if presence is Presence.UNREACHABLE:
        raise InvalidInput(problem="Choose a presence; “unreachable” is set when a console goes silent")
    if presence is Presence.OFFLINE:
        _go_offline(tx, user_id, reason, WENT_OFFLINE)
    else:
        tx.lock(ROUTING)
        _be_on_duty(tx, tx.agents.get(user_id), presence, reason)
    tx.agents.seen(user_id, tx.now)
    return tx.agents.get(user_id)


def seen(tx: RoutingTx, user_id: UserId) -> None:
    """Their console gave a sign of life: one that was thought unreachable is what they were before."""
    if tx.agents.get(user_id).presence is not Presence.UNREACHABLE:
        tx.agents.seen(user_id, tx.now)
        return
    tx.lock(ROUTING)
    tx.agents.seen(user_id, tx.now)
    if tx.agents.get(user_id).presence is Presence.UNREACHABLE:
        presence, reason = tx.agents.previous_presence(user_id)
        tx.agents.set_presence(user_id, presence, reason, tx.now)
        tell_agent(tx, user_id)


def mark_silent(tx: RoutingTx, before: datetime) -> tuple[UserId, ...]:
    """Agents on duty not heard of since `before` are unreachable: offers go back, other work stays."""
    if not tx.agents.silent_since(before):
        return ()
    tx.lock(ROUTING)
    silent = tuple(tx.agents.silent_since(before))
    for user_id in silent:
        tx.agents.set_presence(user_id, Presence.UNREACHABLE, "", tx.now)
        withdraw_offers(tx, user_id)
        tell_agent(tx, user_id)
    return silent


def given_up(tx: RoutingTx, before: datetime) -> tuple[UserId, ...]:
    """Agents who have been unreachable since before then."""
    return tuple(agent.user_id for agent in tx.agents.on_duty() if _gone(agent, before))


def take_off_duty(tx: RoutingTx, user_id: UserId, before: datetime) -> None:
    """An agent unreachable since `before` is offline, and their conversations return to their queues."""
    if _gone(tx.agents.get(user_id), before):
        _go_offline(tx, user_id, SILENT, WENT_SILENT)


def _gone(agent: Agent, before: datetime) -> bool:
    return agent.presence is Presence.UNREACHABLE and agent.since <= before


def _be_on_duty(tx: RoutingTx, agent: Agent, presence: Presence, reason: str) -> None:
    if presence is Presence.AVAILABLE:
        tx.agents.set_misses(agent.user_id, 0)
    else:
        withdraw_offers(tx, agent.user_id)
    if agent.presence is Presence.OFFLINE:
        tx.agents.set_idle_since(agent.user_id, tx.now)
    if (agent.presence, agent.reason) != (presence, reason):
        tx.agents.set_presence(agent.user_id, presence, reason, tx.now)
    tell_agent(tx, agent.user_id)


def _go_offline(tx: RoutingTx, user_id: UserId, reason: str, why: str) -> None:
    for conversation_id in tx.work.conversations_of(user_id):
        tx.conversations.get(conversation_id)
    tx.lock(ROUTING)
    if tx.agents.get(user_id).presence is not Presence.OFFLINE:
        tx.agents.set_presence(user_id, Presence.OFFLINE, reason, tx.now)
    for item in tx.work.held_by(user_id):
        _let_go(tx, item, why)
    tell_agent(tx, user_id)


def _let_go(tx: RoutingTx, item: WorkItem, why: str) -> None:
    if item.state is WorkState.OFFERED:
        withdraw(tx, item)
    elif item.state is WorkState.WRAPPING:
        end(tx, item, WorkState.COMPLETED)
        conversation = tx.conversations.get(item.conversation_id)
        if conversation.handler == Handler(kind=HandlerKind.AGENT, ref=item.offered_to or ""):
            return_to_queue(tx, item.conversation_id, why)
    else:
        conversation = tx.conversations.get(item.conversation_id)
        give_back(tx, item, conversation.queue_id)
        return_to_queue(tx, item.conversation_id, why)
