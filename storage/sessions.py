"""Sessions of staff in SQL, each with what its user may see now."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, insert, select, update

from core.ids import QueueId, UserId
from core.staff import Session, Viewer
from storage.engine.transaction import SqlTx
from storage.roles import permissions_of
from storage.schema import queue_members, sessions, users

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
    """Those of the sessions that are not over and whose user is active, each with what they may see now."""
    found = tx.conn.execute(SESSION, {"hashes": list(hashes), "now": tx.now}).mappings().all()
    live = [row for row in found if row["active"]]
    queues = _memberships(tx, {row["user_id"] for row in live})
    return {row["token_hash"]: (_session(row), _viewer(tx, row, queues)) for row in live}


def extend_session(tx: SqlTx, token_hash: str, expires_at: datetime) -> None:
    change = update(sessions).where(sessions.c.token_hash == token_hash)
    tx.conn.execute(change, {"seen_at": tx.now, "expires_at": expires_at})


def end_session(tx: SqlTx, token_hash: str) -> None:
    tx.conn.execute(delete(sessions).where(sessions.c.token_hash == token_hash))


def end_sessions_of(tx: SqlTx, user_id: UserId, but: str = "") -> int:
    """Signs a user out everywhere, `but` in the session of that token hash; answers of how many browsers."""
    over = delete(sessions).where(sessions.c.user_id == user_id, sessions.c.token_hash != but)
    return tx.conn.execute(over).rowcount


def viewer_of(tx: SqlTx, user_id: UserId) -> Viewer | None:
    """What the user may see now, for work done in their name; None for someone who may not sign in."""
    query = select(users.c.id.label("user_id"), users.c.roles).where(users.c.id == user_id, users.c.active)
    row = tx.conn.execute(query).mappings().first()
    return _viewer(tx, row, _memberships(tx, [user_id])) if row else None


def _memberships(tx: SqlTx, user_ids: Iterable[str]) -> Mapping[str, frozenset[QueueId]]:
    gathered: dict[str, set[QueueId]] = {}
    for row in tx.conn.execute(MEMBERSHIPS, {"user_ids": list(user_ids)}):
        gathered.setdefault(row.user_id, set()).add(QueueId(row.queue_id))
    return {user_id: frozenset(queues) for user_id, queues in gathered.items()}


def _session(row: RowMapping) -> Session:
    return Session(
        token_hash=row["token_hash"],
        user_id=UserId(row["user_id"]),
        created_at=row["created_at"],
        seen_at=row["seen_at"],
        expires_at=row["expires_at"],
        remote=row["remote"],
    )


def _viewer(tx: SqlTx, row: RowMapping, queues: Mapping[str, frozenset[QueueId]]) -> Viewer:
    return Viewer(
        user_id=UserId(row["user_id"]),
        permissions=permissions_of(tx, row["roles"]),
        queues=queues.get(row["user_id"], frozenset()),
        roles=frozenset(row["roles"]),
    )
