"""Relationships between parties, and the types an administrator added to the built-in ones."""

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text

from storage.engine.types import Moment
from storage.schema.metadata import Id, metadata

relationship_types = Table(
    "relationship_types",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("inverse", Text, nullable=False),
    Column("source", String(16)),
    Column("target", String(16)),
    Column("tree", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

relationships = Table(
    "relationships",
    metadata,
    Column("id", Id, primary_key=True),
    Column("from_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("to_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("type", Id, nullable=False),
    Column("since", Date),
    Column("until", Date),
    Column("note", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_relationships_from_id", "from_id", "type"),
    Index("ix_relationships_to_id", "to_id", "type"),
)
