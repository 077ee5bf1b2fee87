"""What was set aside and what was audited, as lists."""

from typing import Any

from sqlalchemy import func, select

from storage.engine.transaction import SqlTx
from storage.schema import set_aside
from storage.staff import AUDIT_PAGE, audit_page

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


def audit_list(tx: SqlTx, before: int | None) -> dict[str, Any]:
    """One page of the audit log, newest first."""
    entries = audit_page(tx, before, AUDIT_PAGE + 1)
    page = entries[:AUDIT_PAGE]
    return {
        "items": [
            {
                "id": entry.id,
                "at": entry.at.isoformat(),
                "actor": entry.actor,
                "action": entry.action,
                "object": entry.object,
                "details": dict(entry.details),
            }
            for entry in page
        ],
        "next": str(page[-1].id) if len(entries) > AUDIT_PAGE else None,
    }
