"""Waiting work by its need and in its order, so that a pass reads only what it can give away."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index(
        "ix_work_items_place",
        "work_items",
        ["state", "queue_id", "channel", "skills", sa.text("priority DESC"), "queued_at", "id"],
        unique=False,
    )
    op.drop_index("ix_work_items_state_queue", table_name="work_items")
