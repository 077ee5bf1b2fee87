"""The engine's own: events and tasks."""

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, Serial, metadata

events = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("name", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("correlation", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("lane", Text, nullable=False),
    Column("key", Text),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", String(36), nullable=False),
    Column("error", Text),
    Column("dead", Boolean, nullable=False),
    UniqueConstraint("kind", "key"),
    Index("ix_outbox_owner", "owner"),
    sqlite_autoincrement=True,  # an id is never used again: the runner knows tasks by it
)

nodes = Table(
    "nodes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)

# Which version of what is worked out from other tables (`storage/kept.py`) this database has.
kept = Table(
    "kept",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("version", Integer, nullable=False),
)
