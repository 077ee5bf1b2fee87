"""Conversations, who is on them, and how far each of the staff has read."""

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, false, text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("business_address", Text, nullable=False),
    Column("customer_kind", String(16), nullable=False),
    Column("customer_value", Text, nullable=False),
    Column("reply_to", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("language", String(8)),
    Column("status", String(16), nullable=False),
    Column("handler_kind", String(16), nullable=False),
    Column("handler_ref", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("last_position", Integer, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("last_activity_at", Moment, nullable=False),
    Column("waiting_since", Moment),
    Column("preview", Text, nullable=False),
    Column("preview_author", String(16), nullable=False),
    Column("resolved_at", Moment),
    Column("outcome", Text),
    Column("follows_id", Id, ForeignKey("conversations.id")),
    Column("customer_lines", Integer, nullable=False, server_default="0"),
    Column("tags", Json, nullable=False, server_default=text("'[]'")),
    Index("ix_conversations_party_id_last_activity_at", "party_id", "last_activity_at"),
    Index("ix_conversations_handler", "handler_kind", "handler_ref", "last_activity_at"),
    Index("ix_conversations_queue_id_status", "queue_id", "status", "last_activity_at"),
    Index("ix_conversations_last_activity_at", "last_activity_at"),
)

reading_marks = Table(
    "reading_marks",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("position", Integer, nullable=False),
    Column("customer_lines", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    sqlite_with_rowid=False,
)

conversation_references = Table(
    "conversation_references",
    metadata,
    Column("reference", Text, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("at", Moment, nullable=False),
)

participants = Table(
    "participants",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("value", Text, primary_key=True),
    Column("wrote", Boolean, nullable=False, server_default=false()),
    Column("reply_to", Text, nullable=False, server_default=text("''")),
    sqlite_with_rowid=False,
)
