"""Bots with drafts and versions, and what designers said of utterances."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0020"
down_revision = "0019"

ID = sa.String(length=36)


def upgrade() -> None:
    op.create_table(
        "bots",
        sa.Column("id", ID, nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("live", Json(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bots")),
        sa.UniqueConstraint("key", name=op.f("uq_bots_key")),
    )
    op.create_table(
        "bot_files",
        sa.Column("bot_id", ID, nullable=False),
        sa.Column("path", sa.String(length=200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("changed_at", Moment(), nullable=False),
        sa.Column("by_id", ID),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_bot_files_bot_id")),
        sa.PrimaryKeyConstraint("bot_id", "path", name=op.f("pk_bot_files")),
    )
    op.create_table(
        "bot_versions",
        sa.Column("id", ID, nullable=False),
        sa.Column("bot_id", ID, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_id", ID),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("report", Json(), nullable=False),
        sa.Column("trained_at", Moment()),
        sa.Column("published_at", Moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("files", Json(), nullable=False),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_bot_versions_bot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bot_versions")),
        sa.UniqueConstraint("bot_id", "number", name=op.f("uq_bot_versions_bot_id_number")),
    )
    op.create_table(
        "bot_labels",
        sa.Column("exchange_id", ID, nullable=False),
        sa.Column("bot_id", ID, nullable=False),
        sa.Column("intent", sa.Text()),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchanges.id"], name=op.f("fk_bot_labels_exchange_id")),
        sa.ForeignKeyConstraint(["bot_id"], ["bots.id"], name=op.f("fk_bot_labels_bot_id")),
        sa.PrimaryKeyConstraint("exchange_id", name=op.f("pk_bot_labels")),
    )
    op.create_index("ix_bot_labels_bot_id_at", "bot_labels", ["bot_id", "at"])
