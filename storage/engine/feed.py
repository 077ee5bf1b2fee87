"""The event feed: what was committed, in commit order, for those who were away."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, func, select

from core.events import Recorded, from_json
from storage.engine.transaction import SqlTx
from storage.schema import events

SINCE = (
    select(events).where(events.c.seq > bindparam("since")).order_by(events.c.seq).limit(bindparam("most"))
)


def events_since(tx: SqlTx, seq: int, limit: int) -> tuple[Recorded, ...]:
    """The `limit` first events after `seq`."""
    return tuple(_recorded(row) for row in tx.conn.execute(SINCE, {"since": seq, "most": limit}))


def last_seq(tx: SqlTx) -> int:
    """The seq of the last event committed; 0 before the first."""
    return tx.conn.execute(select(func.max(events.c.seq))).scalar() or 0


def forget_before(tx: SqlTx, moment: datetime, limit: int) -> int:
    """Drops the oldest `limit` events from before `moment`; answers how many. The last event always stays: the
    next one is numbered after it.
    """
    last = select(func.max(events.c.seq)).scalar_subquery()
    old = (
        select(events.c.seq)
        .where(events.c.at < moment, events.c.seq < last)
        .order_by(events.c.seq)
        .limit(limit)
    )
    return tx.conn.execute(events.delete().where(events.c.seq.in_(old))).rowcount


def _recorded(row: Row[Any]) -> Recorded:
    return Recorded(
        seq=row.seq, at=row.at, event=from_json(row.name, row.payload), correlation=row.correlation
    )
