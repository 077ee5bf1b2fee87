"""How far back and how far on the event feed reaches."""

from sqlalchemy import func, select

from storage.engine.transaction import SqlTx
from storage.schema import events

BOUNDS = select(func.min(events.c.seq), func.max(events.c.seq))


def feed_bounds(tx: SqlTx) -> tuple[int, int]:
    """The first seq that is still kept and the last one; (0, 0) when there is none."""
    first, last = tx.conn.execute(BOUNDS).one()
    return first or 0, last or 0
