"""Lists as staff arranged them for themselves or for all."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Id, primary_key=True),
    Column("list", String(64), nullable=False),
    Column("name", Text, nullable=False),
    Column("owner_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("shared", Boolean, nullable=False),
    Column("settings", Json, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)
