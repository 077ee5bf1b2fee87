"""Staff and queues as administrators see them."""

from typing import Any

from sqlalchemy import select

from core.ids import QueueId, UserId
from core.staff import User
from core.words import Role
from routing.model import Queue
from storage.engine.transaction import SqlTx
from storage.schema import queue_members, user_skills
from storage.staff import all_users, get_user
from storage.views.console import user_view


def user_details(tx: SqlTx) -> list[dict[str, Any]]:
    """Everyone, by name, with queues and skills."""
    queues, skills = _queues(tx), _skills(tx)
    return [_user(user, queues, skills) for user in all_users(tx)]


def user_detail(tx: SqlTx, user_id: UserId) -> dict[str, Any]:
    return _user(get_user(tx, user_id), _queues(tx), _skills(tx))


def queue_details(tx: SqlTx) -> list[dict[str, Any]]:
    """Every queue, by name, with its members."""
    members = _members(tx)
    return [_queue(queue, members.get(queue.id, [])) for queue in tx.queues.all()]


def queue_detail(tx: SqlTx, queue_id: QueueId) -> dict[str, Any]:
    return _queue(tx.queues.get(queue_id), _members(tx).get(queue_id, []))


def entry_point_list(tx: SqlTx) -> list[dict[str, Any]]:
    """By channel and address; the empty address stands for all of a channel's."""
    return [
        {
            "channel": entry.channel.value,
            "address": entry.address,
            "queue_id": entry.queue_id,
            "bot": entry.bot,
        }
        for entry in tx.queues.entry_points()
    ]


def _user(user: User, queues: dict[str, list[str]], skills: dict[str, dict[str, int]]) -> dict[str, Any]:
    return {
        **user_view(user),
        "active": user.active,
        "agent": Role.AGENT in user.roles,
        "queues": queues.get(user.id, []),
        "skills": skills.get(user.id, {}),
    }


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


def _queues(tx: SqlTx) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in tx.conn.execute(select(queue_members).order_by(queue_members.c.queue_id)):
        found.setdefault(row.user_id, []).append(row.queue_id)
    return found


def _members(tx: SqlTx) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for row in tx.conn.execute(select(queue_members).order_by(queue_members.c.rank, queue_members.c.user_id)):
        found.setdefault(row.queue_id, []).append({"user_id": row.user_id, "rank": row.rank})
    return found


def _skills(tx: SqlTx) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in tx.conn.execute(select(user_skills).order_by(user_skills.c.skill)):
        found.setdefault(row.user_id, {})[row.skill] = row.level
    return found
