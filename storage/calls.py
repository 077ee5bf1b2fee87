"""Telephone calls in SQL."""

from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from core.ids import ConversationId
from crm.conversations.model import Call, CallState
from storage.schema import calls

BY_ID = select(calls).where(calls.c.id == bindparam("call_id")).with_for_update()
READ_BY_ID = select(calls).where(calls.c.id == bindparam("call_id"))
LIVE = (
    select(calls)
    .where(calls.c.conversation_id == bindparam("conversation_id"), calls.c.state != CallState.ENDED.value)
    .order_by(calls.c.started_at.desc())
    .limit(1)
)
UPDATE = update(calls).where(calls.c.id == bindparam("b_id"))


class SqlCalls:
    """Implements `crm.ports.Calls`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, call_id: str) -> Call | None:
        reading = self._conn.get_execution_options().get("reading")
        row = self._conn.execute(READ_BY_ID if reading else BY_ID, {"call_id": call_id}).mappings().first()
        return _call(row) if row else None

    def of_conversation(self, conversation_id: ConversationId) -> Call | None:
        row = self._conn.execute(LIVE, {"conversation_id": conversation_id}).mappings().first()
        return _call(row) if row else None

    def insert(self, call: Call) -> None:
        self._conn.execute(insert(calls), _values(call))

    def save(self, call: Call) -> None:
        self._conn.execute(UPDATE, {**_values(call), "b_id": call.id})


def _call(row: RowMapping) -> Call:
    return Call(**{**row, "state": CallState(row["state"])})


def _values(call: Call) -> dict[str, Any]:
    return {
        "id": call.id,
        "conversation_id": call.conversation_id,
        "state": call.state.value,
        "from_number": call.from_number,
        "to_number": call.to_number,
        "conference": call.conference,
        "agent_leg": call.agent_leg,
        "started_at": call.started_at,
        "answered_at": call.answered_at,
        "ended_at": call.ended_at,
    }
