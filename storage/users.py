"""Members of staff in SQL: functions of a transaction on an SQL store."""

from dataclasses import replace
from typing import Any

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from core.errors import LastAdministrator, LoginTaken, NotFound
from core.ids import UserId
from core.permissions import Permission
from core.staff import User
from core.words import Language
from storage.engine.transaction import SqlTx
from storage.roles import can, permissions_of
from storage.schema import agents, users
from storage.sessions import end_sessions_of

OWN_LANGUAGE = 3  # the level a new agent is given in it
BY_LOGIN = select(users).where(users.c.login == bindparam("login"))
BY_ID = select(users).where(users.c.id == bindparam("user_id"))


def user_by_login(tx: SqlTx, login: str) -> User | None:
    row = tx.conn.execute(BY_LOGIN, {"login": login.strip().lower()}).mappings().first()
    return _user(row) if row else None


def get_user(tx: SqlTx, user_id: UserId) -> User:
    row = tx.conn.execute(BY_ID, {"user_id": user_id}).mappings().first()
    if row is None:
        raise NotFound(what="user", id=user_id)
    return _user(row)


def user_to_change(tx: SqlTx, user_id: UserId) -> User:
    """As `get_user`, and nobody else changes them until the end of the transaction: all of a user is written."""
    tx.lock(f"user:{user_id}")
    return get_user(tx, user_id)


def all_users(tx: SqlTx) -> tuple[User, ...]:
    """By name."""
    found = tx.conn.execute(select(users).order_by(func.lower(users.c.name), users.c.id)).mappings()
    return tuple(_user(row) for row in found)


def insert_user(tx: SqlTx, user: User) -> None:
    """Raises `LoginTaken`. An agent also gets a place in routing, offline."""
    tx.lock(f"login:{user.login}")
    if user_by_login(tx, user.login) is not None:
        raise LoginTaken(login=user.login)
    tx.conn.execute(insert(users), _values(user))
    make_agent(tx, user)


def save_user(tx: SqlTx, user: User) -> None:
    """Someone who may no longer sign in loses their sessions at once."""
    tx.conn.execute(update(users).where(users.c.id == user.id), _values(user))
    if not user.active:
        end_sessions_of(tx, user.id)
    make_agent(tx, user)


def keep_an_administrator(tx: SqlTx, leaving: User) -> None:
    """Raises `LastAdministrator` when nobody else could administer; two who leave at once wait for each other."""
    tx.lock("administrators")
    others = [user for user in all_users(tx) if user.id != leaving.id and user.active]
    if not any(can(tx, user, Permission.USERS_MANAGE) for user in others):
        raise LastAdministrator(name=leaving.name)


def make_agent(tx: SqlTx, user: User, permissions: frozenset[Permission] | None = None) -> None:
    """Gives who works at the desk a place in routing, once; they speak the language they read.

    `permissions` are the user's when what the store says of them is about to change.
    """
    if Permission.DESK_WORK not in (permissions or permissions_of(tx, user.roles)):
        return
    if tx.conn.execute(select(agents.c.user_id).where(agents.c.user_id == user.id)).first() is None:
        tx.agents.add(user.id, tx.now)
        # Without a language nothing would ever be offered to them.
        tx.agents.set_skills(user.id, {Language(user.language).value: OWN_LANGUAGE})


def with_changes(user: User, **changes: Any) -> User:
    """The user with those of the changes that are not None."""
    return replace(user, **{name: value for name, value in changes.items() if value is not None})


def _user(row: RowMapping) -> User:
    return User(
        id=UserId(row["id"]),
        login=row["login"],
        name=row["name"],
        roles=frozenset(row["roles"]),
        language=Language(row["language"]),
        theme=row["theme"],
        active=row["active"],
        created_at=row["created_at"],
        password_hash=row["password_hash"],
    )


def _values(user: User) -> dict[str, Any]:
    return {
        "id": user.id,
        "login": user.login,
        "name": user.name,
        "password_hash": user.password_hash,
        "roles": sorted(user.roles),
        "language": user.language.value,
        "theme": user.theme,
        "active": user.active,
        "created_at": user.created_at,
    }
