"""What became of what was sent."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("exchange_id", Id, ForeignKey("exchanges.id"), nullable=False, unique=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("also_to", Json, nullable=False, server_default=text("'[]'")),
    Column("cc", Json, nullable=False, server_default=text("'[]'")),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("provider_id", Text),
    Column("reason", Text),
    Column("in_doubt_since", Moment),
    Column("updated_at", Moment, nullable=False),
    Index("ix_deliveries_channel_provider_id", "channel", "provider_id"),
)
