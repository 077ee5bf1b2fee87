"""Weights learned from the base, and pairs to be judged by people."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0017"
down_revision = "0016"

ID = sa.String(length=36)


def upgrade() -> None:
    op.create_table(
        "match_weights",
        sa.Column("id", ID, nullable=False),
        sa.Column("learned_at", Moment(), nullable=False),
        sa.Column("by_id", ID, nullable=False),
        sa.Column("base", sa.BigInteger(), nullable=False),
        sa.Column("doubles", sa.Float(), nullable=False),
        sa.Column("relatives", sa.Float(), nullable=False),
        sa.Column("weights", Json(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_match_weights")),
    )
    op.create_table(
        "match_samples",
        sa.Column("one_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("weight", sa.Float(), nullable=False),
        sa.Column("drawn_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["parties.id"], name=op.f("fk_match_samples_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["parties.id"], name=op.f("fk_match_samples_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_match_samples")),
    )
