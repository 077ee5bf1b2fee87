"""Telephone calls."""

from sqlalchemy import Column, ForeignKey, String, Table, Text

from storage.engine.types import Moment
from storage.schema.metadata import Id, metadata

calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("from_number", Text, nullable=False),
    Column("to_number", Text, nullable=False),
    Column("conference", Text, nullable=False),
    Column("agent_leg", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
)
