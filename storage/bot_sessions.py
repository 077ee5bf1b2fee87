"""Where bots keep what a conversation is about, in SQL."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.ids import ConversationId
from storage.schema import bot_sessions


class SqlBotSessions:
    """A dialogue's state, as the bot writes it, by conversation."""

    def __init__(self, conn: Connection, now: datetime) -> None:
        self._conn = conn
        self._now = now

    def state(self, conversation_id: ConversationId) -> dict[str, Any] | None:
        """None before the first turn."""
        query = select(bot_sessions.c.state).where(bot_sessions.c.conversation_id == conversation_id)
        found: dict[str, Any] | None = self._conn.execute(query).scalar()
        return found

    def save(self, conversation_id: ConversationId, state: Mapping[str, Any]) -> None:
        keep = pg_insert if self._conn.dialect.name == "postgresql" else sqlite_insert
        statement = keep(bot_sessions).values(
            conversation_id=conversation_id, state=dict(state), updated_at=self._now
        )
        self._conn.execute(
            statement.on_conflict_do_update(
                index_elements=["conversation_id"],
                set_={"state": statement.excluded.state, "updated_at": statement.excluded.updated_at},
            )
        )

    def forget(self, conversation_id: ConversationId) -> None:
        """The next turn is a first one."""
        self._conn.execute(delete(bot_sessions).where(bot_sessions.c.conversation_id == conversation_id))
