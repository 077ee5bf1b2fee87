"""Queues, who works on them, and which address leads to which."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Text

from storage.engine.types import Json
from storage.schema.metadata import Id, metadata

queues = Table(
    "queues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("language", String(8), nullable=False),
    Column("offer_seconds", Json, nullable=False),
    Column("target_seconds", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
)

entry_points = Table(
    "entry_points",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("bot", String(64), nullable=False),
)

queue_members = Table(
    "queue_members",
    metadata,
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("rank", Integer, nullable=False),
)
