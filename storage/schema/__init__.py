"""The tables, a module for each aggregate.

`migrations/` brings a database to exactly this, and a test compares the two.
Dates are `Moment`s, ids are text. Names are plural nouns; a foreign key is `<thing>_id`.
"""

from storage.schema.addresses import postal_addresses
from storage.schema.agents import agents, presence_log, user_skills
from storage.schema.audit import audit_log
from storage.schema.bots import bot_files, bot_labels, bot_sessions, bot_versions, bots
from storage.schema.calls import calls
from storage.schema.conversations import conversation_references, conversations, participants, reading_marks
from storage.schema.deliveries import deliveries
from storage.schema.duplicates import duplicates, match_keys, match_samples, match_weights
from storage.schema.engine import events, kept, nodes, outbox
from storage.schema.exchanges import (
    attachments,
    blobs,
    conversation_numbers,
    exchange_keys,
    exchanges,
    uploads,
)
from storage.schema.fields import fields, party_values, sources
from storage.schema.jobs import job_edits, job_parts, jobs
from storage.schema.merges import merge_moves, merges
from storage.schema.metadata import metadata
from storage.schema.orders import (
    loyalty_accounts,
    order_lines,
    order_returns,
    orders,
    subscriptions,
    visits,
)
from storage.schema.parties import (
    address_users,
    claims,
    contact_points,
    facts,
    parties,
    party_numbers,
    party_roles,
    party_words,
)
from storage.schema.queues import entry_points, queue_members, queues
from storage.schema.relationships import relationship_types, relationships
from storage.schema.saved_views import saved_views
from storage.schema.set_aside import set_aside
from storage.schema.tags import conversation_tags, party_tags, tags
from storage.schema.users import roles, sessions, users
from storage.schema.work import decisions, work_items

__all__ = [
    "address_users",
    "agents",
    "attachments",
    "audit_log",
    "blobs",
    "bot_files",
    "bot_labels",
    "bot_sessions",
    "bot_versions",
    "bots",
    "calls",
    "claims",
    "contact_points",
    "conversation_numbers",
    "conversation_references",
    "conversation_tags",
    "conversations",
    "decisions",
    "deliveries",
    "duplicates",
    "entry_points",
    "events",
    "exchange_keys",
    "exchanges",
    "facts",
    "fields",
    "job_edits",
    "job_parts",
    "jobs",
    "kept",
    "loyalty_accounts",
    "match_keys",
    "match_samples",
    "match_weights",
    "merge_moves",
    "merges",
    "metadata",
    "nodes",
    "order_lines",
    "order_returns",
    "orders",
    "outbox",
    "participants",
    "parties",
    "party_numbers",
    "party_roles",
    "party_tags",
    "party_values",
    "party_words",
    "postal_addresses",
    "presence_log",
    "queue_members",
    "queues",
    "reading_marks",
    "relationship_types",
    "relationships",
    "roles",
    "saved_views",
    "sessions",
    "set_aside",
    "sources",
    "subscriptions",
    "tags",
    "uploads",
    "user_skills",
    "users",
    "visits",
    "work_items",
]
