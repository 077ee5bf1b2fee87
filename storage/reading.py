"""Reading marks in SQL: who has read how far."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, text

from core.ids import ConversationId, UserId
from crm.conversations.model import ReadingMark
from storage.schema import reading_marks

OF = select(reading_marks).where(
    reading_marks.c.user_id == bindparam("user_id"),
    reading_marks.c.conversation_id == bindparam("conversation_id"),
)
# One statement, so that of two tabs that tell at once the further one stays.
MOVE = text(
    "INSERT INTO reading_marks (user_id, conversation_id, position, customer_lines, at)"
    " VALUES (:user_id, :conversation_id, :position, :customer_lines, :at)"
    " ON CONFLICT (user_id, conversation_id) DO UPDATE"
    " SET position = excluded.position, customer_lines = excluded.customer_lines, at = excluded.at"
    " WHERE reading_marks.position < excluded.position"
).bindparams(bindparam("at", type_=reading_marks.c.at.type))


class SqlReadingMarks:
    """Implements `crm.ports.ReadingMarks`."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def of(self, user_id: UserId, conversation_id: ConversationId) -> ReadingMark | None:
        wanted = {"user_id": user_id, "conversation_id": conversation_id}
        row = self._conn.execute(OF, wanted).first()
        if row is None:
            return None
        return ReadingMark(
            user_id=user_id,
            conversation_id=conversation_id,
            position=row.position,
            customer_lines=row.customer_lines,
        )

    def move(self, mark: ReadingMark) -> bool:
        values = {
            "user_id": mark.user_id,
            "conversation_id": mark.conversation_id,
            "position": mark.position,
            "customer_lines": mark.customer_lines,
            "at": self._now,
        }
        return self._conn.execute(MOVE, values).rowcount > 0
