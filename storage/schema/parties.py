"""The customer file."""

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, Plain, Serial, metadata

parties = Table(
    "parties",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", Text, nullable=False),
    Column("language", String(8)),
    Column("created_at", Moment, nullable=False),
    Column("merged_into", Id, ForeignKey("parties.id")),
    Column("sort_name", Plain, nullable=False, server_default=text("''")),
    Column("stage", String(16)),
    Column("owner_id", Id),
    Column("archived_at", Moment),
    Index("ix_parties_owner_id", "owner_id"),
    Index("ix_parties_sort_name", "sort_name", "id"),
    Index("ix_parties_created_at", "created_at", "id"),
)

party_roles = Table(
    "party_roles",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("role", String(16), primary_key=True),
    Column("since", Moment, nullable=False),
    Index("ix_party_roles_role", "role", "party_id"),
    sqlite_with_rowid=False,
)

party_words = Table(
    "party_words",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("word", Plain, primary_key=True),
    Index("ix_party_words_word", "word", "party_id"),
    sqlite_with_rowid=False,
)

party_numbers = Table(
    "party_numbers",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("word", Plain, primary_key=True),
    Index("ix_party_numbers_word", "word", "party_id"),
    sqlite_with_rowid=False,
)

contact_points = Table(
    "contact_points",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False, index=True),
    Column("kind", String(16), nullable=False),
    Column("value", Text, nullable=False),
    Column("assurance", String(16), nullable=False),
    Column("preferred", Boolean, nullable=False),
    Column("source", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("backwards", Plain, nullable=False, server_default=text("''")),
    Column("shared", Boolean, nullable=False, server_default=false()),
    UniqueConstraint("kind", "value"),
    Index("ix_contact_points_value", "value", postgresql_ops={"value": "text_pattern_ops"}),
    Index("ix_contact_points_backwards", "backwards"),
)

facts = Table(
    "facts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("family", String(32), nullable=False),
    Column("field", String(64), nullable=False),
    Column("value", Json, nullable=False),
    Column("source", String(64), nullable=False),
    Column("rank", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_id", Id),
    Column("note", Text, nullable=False, server_default=text("''")),
    Index("ix_facts_party_id_field", "party_id", "field"),
)

claims = Table(
    "claims",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("at", Moment, nullable=False),
)

# Who uses an address beside the party that holds it, and the holder once there are others.
address_users = Table(
    "address_users",
    metadata,
    Column("kind", String(16), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by_id", Id),
    Index("ix_address_users_party_id", "party_id"),
)
