"""The tables. `migrations/` brings a database to exactly this, and a test compares the two.

Dates are `Moment`s, ids are text. Names are plural nouns; a foreign key is `<thing>_id`.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Blob, Json, Moment

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)
Id = String(36)
# Sorted and searched by its bytes on both databases, whatever language PostgreSQL sorts by.
Plain = Text().with_variant(Text(collation="C"), "postgresql")
Serial = BigInteger().with_variant(Integer(), "sqlite")  # SQLite counts rows in INTEGER PRIMARY KEY only


# The customer file

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
    Index("ix_parties_sort_name", "sort_name", "id"),
    Index("ix_parties_created_at", "created_at", "id"),
)

party_words = Table(
    "party_words",
    metadata,
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("word", Plain, primary_key=True),
    Index("ix_party_words_word", "word", "party_id"),
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

# The contact history

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
    Index("ix_conversations_party_id_last_activity_at", "party_id", "last_activity_at"),
    Index("ix_conversations_handler", "handler_kind", "handler_ref", "last_activity_at"),
    Index("ix_conversations_queue_id_status", "queue_id", "status", "last_activity_at"),
    Index("ix_conversations_last_activity_at", "last_activity_at"),
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("channel", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("direction", String(16), nullable=False),
    Column("author", String(16), nullable=False),
    Column("author_ref", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text),
    Column("meta", Json, nullable=False),
    Column("has_attachments", Boolean, nullable=False),
    Column("occurred_at", Moment, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    UniqueConstraint("conversation_id", "position"),
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

blobs = Table(
    "blobs",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", Blob, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", Id, primary_key=True),
    Column("exchange_id", Id, ForeignKey("exchanges.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("content_id", Text, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("id", Id, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("content_type", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("sha256", String(64), ForeignKey("blobs.sha256"), nullable=False, index=True),
    Column("at", Moment, nullable=False, index=True),
)

exchange_keys = Table(
    "exchange_keys",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("exchange_id", Id, nullable=False),
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
    sqlite_with_rowid=False,
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", Id, primary_key=True),
    Column("exchange_id", Id, ForeignKey("exchanges.id"), nullable=False, unique=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("sender", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("provider_id", Text),
    Column("reason", Text),
    Column("in_doubt_since", Moment),
    Column("updated_at", Moment, nullable=False),
    Index("ix_deliveries_channel_provider_id", "channel", "provider_id"),
)

calls = Table(
    "calls",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("state", String(16), nullable=False),
    Column("from_number", Text, nullable=False),
    Column("to_number", Text, nullable=False),
    Column("conference", Text, nullable=False),
    Column("agent_leg", Text, nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("answered_at", Moment),
    Column("ended_at", Moment),
)

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

bot_sessions = Table(
    "bot_sessions",
    metadata,
    Column("conversation_id", Id, ForeignKey("conversations.id"), primary_key=True),
    Column("state", Json, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# Routing

queues = Table(
    "queues",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("language", String(8), nullable=False),
    Column("offer_seconds", Json, nullable=False),
    Column("target_seconds", Integer, nullable=False),
    Column("priority", Integer, nullable=False),
)

entry_points = Table(
    "entry_points",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("address", Text, primary_key=True),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("bot", String(64), nullable=False),
)

queue_members = Table(
    "queue_members",
    metadata,
    Column("queue_id", Id, ForeignKey("queues.id"), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("rank", Integer, nullable=False),
)

user_skills = Table(
    "user_skills",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("skill", String(64), primary_key=True),
    Column("level", Integer, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("user_id", Id, ForeignKey("users.id"), primary_key=True),
    Column("presence", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("idle_since", Moment, nullable=False),
    Column("capacity", Integer, nullable=False),
    Column("misses", Integer, nullable=False),
    Column("last_seen", Moment),
    Index("ix_agents_presence", "presence"),
)

presence_log = Table(
    "presence_log",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False),
    Column("presence", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Index("ix_presence_log_user_id_since", "user_id", "since"),
)

work_items = Table(
    "work_items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", Id, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("queue_id", Id, ForeignKey("queues.id"), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("priority", Integer, nullable=False),
    Column("skills", Json, nullable=False),
    Column("queued_at", Moment, nullable=False),
    Column("offered_to", Id, ForeignKey("users.id")),
    Column("offer_deadline", Moment),
    Column("accepted_at", Moment),
    Column("wrap_until", Moment),
    Column("ended_at", Moment),
    Column("passed_by", Json, nullable=False),
    Index("ix_work_items_offered_to_state", "offered_to", "state"),
    Index(
        "uq_work_items_live",
        "conversation_id",
        unique=True,
        sqlite_where=text("state IN ('waiting', 'offered', 'accepted')"),
        postgresql_where=text("state IN ('waiting', 'offered', 'accepted')"),
    ),
)

Index(  # of the items of one need
    "ix_work_items_place",
    work_items.c.state,
    work_items.c.queue_id,
    work_items.c.channel,
    work_items.c.skills,
    work_items.c.priority.desc(),
    work_items.c.queued_at,
    work_items.c.id,
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("item_id", Id, ForeignKey("work_items.id"), nullable=False, index=True),
    Column("chosen", Id),
    Column("rule", String(64), nullable=False),
    Column("candidates", Json, nullable=False),
    Column("at", Moment, nullable=False),
)

# Staff

users = Table(
    "users",
    metadata,
    Column("id", Id, primary_key=True),
    Column("login", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("language", String(8), nullable=False),
    Column("theme", String(8), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("user_id", Id, ForeignKey("users.id"), nullable=False, index=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("remote", Text, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("actor", Text, nullable=False),
    Column("action", String(64), nullable=False),
    Column("object", Text, nullable=False),
    Column("details", Json, nullable=False),
)

# The engine's own

events = Table(
    "events",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("name", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("correlation", String(64), nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("payload", Json, nullable=False),
    Column("lane", Text, nullable=False),
    Column("key", Text),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("owner", String(36), nullable=False),
    Column("error", Text),
    Column("dead", Boolean, nullable=False),
    UniqueConstraint("kind", "key"),
    Index("ix_outbox_owner", "owner"),
    sqlite_autoincrement=True,  # an id is never used again: the runner knows tasks by it
)

nodes = Table(
    "nodes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("seen_at", Moment, nullable=False),
)
