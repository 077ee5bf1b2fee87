"""Tags and what they are on."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.engine.types import Moment
from storage.schema.metadata import Id, metadata

tags = Table(
    "tags",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("colour", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("version", Integer, nullable=False),
)

party_tags = Table(
    "party_tags",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Index("ix_party_tags_tag_id", "tag_id", "party_id"),
    sqlite_with_rowid=False,
)

# The conversation's own row has its tags too, since every event shows them; here they are found by.
conversation_tags = Table(
    "conversation_tags",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("tag_id", Id, ForeignKey("tags.id"), primary_key=True),
    Index("ix_conversation_tags_tag_id", "tag_id", "conversation_id"),
    sqlite_with_rowid=False,
)
