"""Postal addresses, those that ended too."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text

from storage.engine.types import Moment
from storage.schema.metadata import Id, metadata

postal_addresses = Table(
    "postal_addresses",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("use", String(16), nullable=False),
    Column("recipient", Text, nullable=False),
    Column("company", Text, nullable=False),
    Column("street", Text, nullable=False),
    Column("postcode", Text, nullable=False),
    Column("city", Text, nullable=False),
    Column("district", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("sorting_code", Text, nullable=False),
    Column("country", String(2), nullable=False),
    Column("preferred", Boolean, nullable=False),
    Column("source", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("by_id", Id),
    Column("ended_at", Moment),
    Column("ended_by", Id),
    Index("ix_postal_addresses_party_id", "party_id", "created_at"),
)
