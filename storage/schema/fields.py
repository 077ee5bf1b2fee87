"""The fields of the customer file, where their values come from, and the values that win, to filter by."""

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, Plain, metadata

fields = Table(
    "fields",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("english", Text, nullable=False),
    Column("family", String(32), nullable=False),
    Column("type", String(16), nullable=False),
    Column("party_kind", String(16)),
    Column("choices", Json, nullable=False),
    Column("least", Float),
    Column("most", Float),
    Column("longest", Integer),
    Column("pattern", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("in_head", Boolean, nullable=False),
    Column("readers", Json, nullable=False),
    Column("hidden", Boolean, nullable=False),
    Column("built_in", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

sources = Table(
    "sources",
    metadata,
    Column("id", Id, primary_key=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("english", Text, nullable=False),
    Column("rank", Integer, nullable=False),
    Column("built_in", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

# Kept from `facts`: a row for each value that wins, several for several choices.
party_values = Table(
    "party_values",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("field", String(64), primary_key=True),
    Column("value", Plain, primary_key=True),
    Column("number", Float),
    Index("ix_party_values_field_value", "field", "value", "party_id"),
    Index("ix_party_values_field_number", "field", "number", "party_id"),
    sqlite_with_rowid=False,
)
