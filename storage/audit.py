"""The audit log in SQL: who did what to what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select

from storage.engine.transaction import SqlTx
from storage.schema import audit_log

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """Who did what to what. Append-only: there is no function that changes or deletes one."""

    id: int
    at: datetime
    actor: str
    action: str
    object: str
    details: Mapping[str, Any]


def record(tx: SqlTx, actor: str, action: str, target: str = "", **details: Any) -> None:
    """Adds an entry; secrets have no place in `details`."""
    tx.conn.execute(
        insert(audit_log),
        {"at": tx.now, "actor": actor, "action": action, "object": target, "details": details},
    )


def page(tx: SqlTx, before: int | None, limit: int = PAGE) -> tuple[AuditEntry, ...]:
    """Newest first, older than entry `before`."""
    query = select(audit_log).order_by(audit_log.c.id.desc()).limit(limit)
    if before is not None:
        query = query.where(audit_log.c.id < before)
    return tuple(AuditEntry(**dict(row)) for row in tx.conn.execute(query).mappings())
