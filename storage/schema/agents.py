"""Agents: skills, presence, capacity."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.engine.types import Moment
from storage.schema.metadata import Id, Serial, metadata

user_skills = Table(
    "user_skills",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("skill", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("presence", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("idle_since", Moment, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("last_seen", Moment),
    Index("ix_agents_presence", "presence"),
)

presence_log = Table(
    "presence_log",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("presence", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Index("ix_presence_log_user_id_since", "user_id", "since"),
)
