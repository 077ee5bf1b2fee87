"""Work items and the decisions about them."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, Serial, metadata

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
