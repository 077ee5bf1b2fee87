"""What was set aside, as a list."""

from typing import Any

from sqlalchemy import func, select

from storage.engine.transaction import SqlTx
from storage.schema import set_aside

MOST = 200
SHOWN = (
    set_aside.c.id,
    set_aside.c.channel,
    set_aside.c.account,
    set_aside.c.reason,
    func.length(set_aside.c.raw).label("size"),
    set_aside.c.at,
    set_aside.c.replayed_at,
)


def set_aside_list(tx: SqlTx) -> dict[str, Any]:
    """Newest first, those still to be replayed before the others; without their bytes."""
    query = (
        select(*SHOWN)
        .order_by(set_aside.c.replayed_at.is_not(None), set_aside.c.at.desc(), set_aside.c.id)
        .limit(MOST)
    )
    return {
        "items": [
            {
                "id": row.id,
                "channel": row.channel,
                "account": row.account,
                "reason": row.reason,
                "size": row.size,
                "at": row.at.isoformat(),
                "replayed_at": row.replayed_at.isoformat() if row.replayed_at else None,
            }
            for row in tx.conn.execute(query)
        ]
    }
