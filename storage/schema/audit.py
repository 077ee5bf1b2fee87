"""Who saw and changed what."""

from sqlalchemy import Column, Index, String, Table, Text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Serial, metadata

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("details", Json, nullable=False),
    Index("ix_audit_log_object", "object", "id"),
)
