"""What could not be read when it came in."""

from sqlalchemy import Column, String, Table, Text, UniqueConstraint

from storage.engine.types import Blob, Moment
from storage.schema.metadata import Id, metadata

set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel", String(16), nullable=False),
    Column("account", Text, nullable=False),
    Column("provider_id", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("raw", Blob, nullable=False),
    Column("at", Moment, nullable=False),
    Column("replayed_at", Moment),
    UniqueConstraint("channel", "account", "provider_id"),
)
