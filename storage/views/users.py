"""Members of staff as their colleagues and they themselves see them."""

from typing import Any

from sqlalchemy import select

from core.ids import UserId
from core.permissions import Permission
from core.staff import User
from storage.engine.transaction import SqlTx
from storage.roles import can, permissions_of
from storage.schema import queue_members, user_skills
from storage.users import all_users, get_user


def user_details(tx: SqlTx) -> list[dict[str, Any]]:
    """Everyone, by name, with queues and skills."""
    queues, skills = _queues(tx), _skills(tx)
    return [_user(tx, user, queues, skills) for user in all_users(tx)]


def user_detail(tx: SqlTx, user_id: UserId) -> dict[str, Any]:
    return _user(tx, get_user(tx, user_id), _queues(tx), _skills(tx))


def user_view(user: User) -> dict[str, Any]:
    """A member of staff, without the secrets."""
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "roles": sorted(user.roles),
        "language": user.language.value,
        "theme": user.theme,
    }


def account_view(tx: SqlTx, user: User) -> dict[str, Any]:
    """The signed-in user, with what they may do."""
    return {**user_view(user), "permissions": sorted(permissions_of(tx, user.roles))}


def _user(
    tx: SqlTx, user: User, queues: dict[str, list[str]], skills: dict[str, dict[str, int]]
) -> dict[str, Any]:
    return {
        **user_view(user),
        "active": user.active,
        "agent": can(tx, user, Permission.DESK_WORK),
        "queues": queues.get(user.id, []),
        "skills": skills.get(user.id, {}),
    }


def _queues(tx: SqlTx) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for row in tx.conn.execute(select(queue_members).order_by(queue_members.c.queue_id)):
        found.setdefault(row.user_id, []).append(row.queue_id)
    return found


def _skills(tx: SqlTx) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in tx.conn.execute(select(user_skills).order_by(user_skills.c.skill)):
        found.setdefault(row.user_id, {})[row.skill] = row.level
    return found


def colleagues(tx: SqlTx) -> list[dict[str, str]]:
    """Who may look after a customer: the active ones, by name."""
    active = [user for user in all_users(tx) if user.active]
    return [{"id": user.id, "name": user.name} for user in active]
