"""The supervisor's wall: per queue what waits and how well it is served today, per agent what they do."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from core.ids import UserId
from core.words import HandlerKind
from crm.conversations.model import Status
from routing.matching import place
from routing.model import UNITS, Agent, Presence, Queue, WorkItem, WorkState
from routing.views import agent_view, item_view
from storage.engine.feed import last_seq
from storage.engine.transaction import SqlTx
from storage.schema import conversations, queues, users, work_items
from storage.views.conversations import NAMED, summaries
from storage.work import item_of

CURRENT = (WorkState.WAITING, WorkState.OFFERED, WorkState.ACCEPTED)
MOST_WAITING = 500  # rows shown; the counts count them all


def wall(tx: SqlTx, since: datetime) -> dict[str, Any]:
    """The whole wall; `since` is when the business's day began."""
    seq = last_seq(tx)
    everyone = tx.agents.all()
    items = [
        item_of(row)
        for row in tx.conn.execute(
            select(work_items).where(work_items.c.state.in_([state.value for state in CURRENT]))
        ).mappings()
    ]
    levels = _service_levels(tx, since)
    bots = _with_bot(tx)
    return {
        "seq": seq,
        "queues": [
            {
                "id": queue.id,
                "name": queue.name,
                "bot": bots.get(queue.id, 0),
                "agents_available": _available(everyone, queue),
                "service_level": _level(levels.get(queue.id, ()), queue),
                **_counts(items, queue),
            }
            for queue in tx.queues.all()
        ],
        "agents": _agents(tx, everyone),
        "waiting": _waiting(tx, items),
    }


def queue_sizes(tx: SqlTx) -> dict[str, int]:
    """How many items wait, by queue name, for the metrics."""
    query = (
        select(queues.c.name, func.count(work_items.c.id).label("size"))
        .outerjoin(
            work_items,
            (work_items.c.queue_id == queues.c.id) & (work_items.c.state == WorkState.WAITING.value),
        )
        .group_by(queues.c.name)
    )
    return {row.name: row.size for row in tx.conn.execute(query)}


def _counts(items: Iterable[WorkItem], queue: Queue) -> dict[str, Any]:
    mine = [item for item in items if item.queue_id == queue.id]
    waiting = [item for item in mine if item.state is WorkState.WAITING]
    unanswered = [item for item in mine if item.state is not WorkState.ACCEPTED]
    longest = min((item.queued_at for item in unanswered), default=None)
    return {
        "waiting": len(waiting),
        "longest_since": longest.isoformat() if longest else None,
        "offered": sum(item.state is WorkState.OFFERED for item in mine),
        "in_progress": sum(item.state is WorkState.ACCEPTED for item in mine),
    }


def _available(everyone: Iterable[Agent], queue: Queue) -> int:
    """Who could take at least the lightest work now."""
    return sum(queue.id in agent.queues and _free(agent) for agent in everyone)


def _free(agent: Agent) -> bool:
    room = agent.capacity - agent.load >= min(UNITS.values())
    return agent.presence is Presence.AVAILABLE and not agent.wrapping and room


def _service_levels(tx: SqlTx, since: datetime) -> dict[str, list[timedelta]]:
    query = select(work_items.c.queue_id, work_items.c.queued_at, work_items.c.accepted_at).where(
        work_items.c.accepted_at >= since
    )
    waits: dict[str, list[timedelta]] = {}
    for row in tx.conn.execute(query):
        waits.setdefault(row.queue_id, []).append(row.accepted_at - row.queued_at)
    return waits


def _level(waits: Iterable[timedelta], queue: Queue) -> dict[str, int]:
    """Of the contacts answered today: how many, and how many of them within the queue's target in seconds."""
    target = timedelta(seconds=queue.target_seconds)
    all_waits = list(waits)
    return {
        "answered": len(all_waits),
        "within": sum(wait <= target for wait in all_waits),
        "target": queue.target_seconds,
    }


def _with_bot(tx: SqlTx) -> dict[str, int]:
    query = (
        select(conversations.c.queue_id, func.count().label("size"))
        .where(
            conversations.c.handler_kind == HandlerKind.BOT.value,
            conversations.c.status != Status.RESOLVED.value,
        )
        .group_by(conversations.c.queue_id)
    )
    return {row.queue_id: row.size for row in tx.conn.execute(query)}


def _agents(tx: SqlTx, everyone: Iterable[Agent]) -> list[dict[str, Any]]:
    names = {
        row.id: row.name for row in tx.conn.execute(select(users.c.id, users.c.name).where(users.c.active))
    }
    shown = [{**agent_view(a), "name": names[UserId(a.user_id)]} for a in everyone if a.user_id in names]
    return sorted(shown, key=lambda agent: (agent["name"], agent["user_id"]))


def _waiting(tx: SqlTx, items: Iterable[WorkItem]) -> list[dict[str, Any]]:
    line = sorted(
        (item for item in items if item.state is not WorkState.ACCEPTED),
        key=place,
    )[:MOST_WAITING]
    query = NAMED.where(conversations.c.id.in_([item.conversation_id for item in line]))
    by_id = {view["id"]: view for view in summaries(tx.conn.execute(query).mappings())}
    return [{"item": item_view(item), "conversation": by_id.get(item.conversation_id)} for item in line]
