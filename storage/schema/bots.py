"""Where each conversation stands with its bot."""

from sqlalchemy import Column, ForeignKey, Table

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

bot_sessions = Table(
    "bot_sessions",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
