"""Queues as those who look after them see them."""

from typing import Any

from sqlalchemy import select

from core.ids import QueueId
from routing.model import Queue
from storage.engine.transaction import SqlTx
from storage.schema import queue_members, queues


def queue_details(tx: SqlTx) -> list[dict[str, Any]]:
    """Every queue, by name, with its members."""
    members = _members(tx)
    return [_queue(queue, members.get(queue.id, [])) for queue in tx.queues.all()]


def queue_detail(tx: SqlTx, queue_id: QueueId) -> dict[str, Any]:
    return _queue(tx.queues.get(queue_id), _members(tx).get(queue_id, []))


def queue_list(tx: SqlTx) -> list[dict[str, Any]]:
    """Every queue, by name: anyone may transfer to any."""
    query = select(queues).order_by(queues.c.name, queues.c.id)
    return [
        {"id": row.id, "name": row.name, "language": row.language, "target_seconds": row.target_seconds}
        for row in tx.conn.execute(query)
    ]


def _queue(queue: Queue, members: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": queue.id,
        "name": queue.name,
        "language": queue.language,
        "target_seconds": queue.target_seconds,
        "offer_seconds": {channel.value: seconds for channel, seconds in queue.offer_seconds.items()},
        "priority": queue.priority,
        "members": members,
    }


def _members(tx: SqlTx) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tx.conn.execute(select(queue_members).order_by(queue_members.c.rank, queue_members.c.user_id)):
        found.setdefault(row.queue_id, []).append({"user_id": row.user_id, "rank": row.rank})
    return found
