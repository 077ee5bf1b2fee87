"""Bots with their drafts and versions, what designers said of utterances, and where each conversation stands."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

bots = Table(
    "bots",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("language", String(8), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("live", Json, nullable=False),
    Column("version", Integer, nullable=False),
)

bot_files = Table(
    "bot_files",
    metadata,
    Column("bot_id", Id, ForeignKey("bots.id"), primary_key=True),
    Column("path", String(200), primary_key=True),
    Column("text", Text, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("by_id", Id),
)

bot_versions = Table(
    "bot_versions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", Id, ForeignKey("bots.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("by_id", Id),
    Column("created_at", Moment, nullable=False),
    Column("problem", Text, nullable=False),
    Column("report", Json, nullable=False),
    Column("trained_at", Moment),
    Column("published_at", Moment),
    Column("version", Integer, nullable=False),
    Column("files", Json, nullable=False),
    UniqueConstraint("bot_id", "number"),
)

bot_labels = Table(
    "bot_labels",
    metadata,
    Column("exchange_id", Id, ForeignKey("exchanges.id"), primary_key=True),
    Column("bot_id", Id, ForeignKey("bots.id"), nullable=False),
    Column("intent", Text),  # null: it teaches nothing
    Column("by_id", Id, nullable=False),
    Column("at", Moment, nullable=False),
    Index("ix_bot_labels_bot_id_at", "bot_id", "at"),
)

bot_sessions = Table(
    "bot_sessions",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
