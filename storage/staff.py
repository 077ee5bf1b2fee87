"""Members of staff, their sessions and the audit log, in SQL: functions of a transaction on an SQL store."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, bindparam, delete, func, insert, select, update

from core.errors import LastAdministrator, LoginTaken, NotFound
from core.ids import QueueId, UserId
from core.staff import Session, User, Viewer
from core.words import Language, Role
from storage.engine.transaction import SqlTx
from storage.schema import agents, audit_log, queue_members, sessions, users

AUDIT_PAGE = 100
OWN_LANGUAGE = 3  # the level a new agent is given in it
BY_LOGIN = select(users).where(users.c.login == bindparam("login"))
BY_ID = select(users).where(users.c.id == bindparam("user_id"))
SESSION = (
    select(sessions, users.c.roles, users.c.active)
    .join(users, users.c.id == sessions.c.user_id)
    .where(
        sessions.c.token_hash.in_(bindparam("hashes", expanding=True)),
        sessions.c.expires_at > bindparam("now"),
    )
)
MEMBERSHIPS = select(queue_members.c.user_id, queue_members.c.queue_id).where(
    queue_members.c.user_id.in_(bindparam("user_ids", expanding=True))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to what. Append-only: there is no function that changes or deletes one."""

    id: int
    at: datetime
    actor: str
    action: str
    object: str
    details: Mapping[str, Any]


# Users


def user_by_login(tx: SqlTx, login: str) -> User | None:
    row = tx.conn.execute(BY_LOGIN, {"login": login.strip().lower()}).mappings().first()
    return _user(row) if row else None


def get_user(tx: SqlTx, user_id: UserId) -> User:
    row = tx.conn.execute(BY_ID, {"user_id": user_id}).mappings().first()
    if row is None:
        raise NotFound(what="user", id=user_id)
    return _user(row)


def user_to_change(tx: SqlTx, user_id: UserId) -> User:
    """As `get_user`, and until the end of the transaction nobody else changes him: what is written is all of him."""
    tx.lock(f"user:{user_id}")
    return get_user(tx, user_id)


def all_users(tx: SqlTx) -> tuple[User, ...]:
    """By name."""
    found = tx.conn.execute(select(users).order_by(func.lower(users.c.name), users.c.id)).mappings()
    return tuple(_user(row) for row in found)


def insert_user(tx: SqlTx, user: User) -> None:
    """Raises `LoginTaken`. An agent also gets his place in routing, offline."""
    tx.lock(f"login:{user.login}")
    if user_by_login(tx, user.login) is not None:
        raise LoginTaken(login=user.login)
    tx.conn.execute(insert(users), _values(user))
    _make_agent(tx, user)


def save_user(tx: SqlTx, user: User) -> None:
    """One who may not sign in any more loses his sessions at once."""
    tx.conn.execute(update(users).where(users.c.id == user.id), _values(user))
    if not user.active:
        end_sessions_of(tx, user.id)
    _make_agent(tx, user)


def keep_an_administrator(tx: SqlTx, leaving: User) -> None:
    """Raises `LastAdministrator` when nobody else could administer; two who leave at once wait for each other."""
    tx.lock("administrators")
    if not any(Role.ADMIN in user.roles and user.active for user in all_users(tx) if user.id != leaving.id):
        raise LastAdministrator(name=leaving.name)


def _make_agent(tx: SqlTx, user: User) -> None:
    if Role.AGENT not in user.roles:
        return
    if tx.conn.execute(select(agents.c.user_id).where(agents.c.user_id == user.id)).first() is None:
        tx.agents.add(user.id, tx.now)
        # He speaks the language he reads: without a language nothing would ever be offered to him.
        tx.agents.set_skills(user.id, {Language(user.language).value: OWN_LANGUAGE})


# Sessions


def insert_session(tx: SqlTx, session: Session) -> None:
    """Also forgets sessions that are over."""
    tx.conn.execute(delete(sessions).where(sessions.c.expires_at <= tx.now))
    tx.conn.execute(
        insert(sessions),
        {
            "token_hash": session.token_hash,
            "user_id": session.user_id,
            "created_at": session.created_at,
            "seen_at": session.seen_at,
            "expires_at": session.expires_at,
            "remote": session.remote,
        },
    )


def live_sessions(tx: SqlTx, hashes: Sequence[str]) -> Mapping[str, tuple[Session, Viewer]]:
    """Those of the sessions that are not over and whose user is active, each with what he may see now."""
    found = tx.conn.execute(SESSION, {"hashes": list(hashes), "now": tx.now}).mappings().all()
    live = [row for row in found if row["active"]]
    queues = _memberships(tx, {row["user_id"] for row in live})
    return {row["token_hash"]: (_session(row), _viewer(row, queues)) for row in live}


def extend_session(tx: SqlTx, token_hash: str, expires_at: datetime) -> None:
    change = update(sessions).where(sessions.c.token_hash == token_hash)
    tx.conn.execute(change, {"seen_at": tx.now, "expires_at": expires_at})


def end_session(tx: SqlTx, token_hash: str) -> None:
    tx.conn.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(tx: SqlTx, user_id: UserId, but: str = "") -> int:
    """Signs a user out everywhere, `but` in the session of that token hash; answers of how many browsers."""
    over = delete(sessions).where(sessions.c.user_id == user_id, sessions.c.token_hash != but)
    return tx.conn.execute(over).rowcount


# Audit


def audit(tx: SqlTx, actor: str, action: str, target: str = "", **details: Any) -> None:
    """Adds an entry; secrets have no place in `details`."""
    tx.conn.execute(
        insert(audit_log),
        {"at": tx.now, "actor": actor, "action": action, "object": target, "details": details},
    )


def audit_page(tx: SqlTx, before: int | None, limit: int = AUDIT_PAGE) -> tuple[AuditEntry, ...]:
    """Newest first, older than entry `before`."""
    query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit_log.c.id < before)
    return tuple(AuditEntry(**dict(row)) for row in tx.conn.execute(query).mappings())


def with_changes(user: User, **changes: Any) -> User:
    """The user with those of the changes that are not None."""
    return replace(user, **{name: value for name, value in changes.items() if value is not None})


def _memberships(tx: SqlTx, user_ids: Iterable[str]) -> Mapping[str, frozenset[QueueId]]:
    gathered: dict[str, set[QueueId]] = {}
    for row in tx.conn.execute(MEMBERSHIPS, {"user_ids": list(user_ids)}):
        gathered.setdefault(row.user_id, set()).add(QueueId(row.queue_id))
    return {user_id: frozenset(queues) for user_id, queues in gathered.items()}


def _user(row: RowMapping) -> User:
    return User(
        id=UserId(row["id"]),
        login=row["login"],
        name=row["name"],
        roles=frozenset(Role(name) for name in row["roles"]),
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
        "roles": sorted(role.value for role in user.roles),
        "language": user.language.value,
        "theme": user.theme,
        "active": user.active,
        "created_at": user.created_at,
    }


def _session(row: RowMapping) -> Session:
    return Session(
        token_hash=row["token_hash"],
        user_id=UserId(row["user_id"]),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        remote=row["remote"],
    )


def _viewer(row: RowMapping, queues: Mapping[str, frozenset[QueueId]]) -> Viewer:
    return Viewer(
        user_id=UserId(row["user_id"]),
        roles=frozenset(Role(name) for name in row["roles"]),
        queues=queues.get(row["user_id"], frozenset()),
    )
