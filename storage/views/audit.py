"""The audit log, page by page."""

from typing import Any

from storage import audit
from storage.engine.transaction import SqlTx


def audit_list(tx: SqlTx, before: int | None) -> dict[str, Any]:
    """One page of the audit log, newest first."""
    entries = audit.page(tx, before, audit.PAGE + 1)
    shown = entries[: audit.PAGE]
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
            for entry in shown
        ],
        "next": str(shown[-1].id) if len(entries) > audit.PAGE else None,
    }
