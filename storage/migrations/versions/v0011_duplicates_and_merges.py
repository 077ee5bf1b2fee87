"""Possible duplicates and what they are found by; merges and what they moved."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0011"
down_revision = "0010"

ID = sa.String(length=36)


def upgrade() -> None:
    op.create_table(
        "match_keys",
        sa.Column("key", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_match_keys_party_id")),
        sa.PrimaryKeyConstraint("key", "party_id", name=op.f("pk_match_keys")),
        sqlite_with_rowid=False,
    )
    _duplicates()
    _merges()
    op.create_index("ix_match_keys_party_id", "match_keys", ["party_id"])


def _duplicates() -> None:
    op.create_table(
        "duplicates",
        sa.Column("one_id", ID, nullable=False),
        sa.Column("other_id", ID, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("probability", sa.Float(), nullable=False),
        sa.Column("reasons", Json(), nullable=False),
        sa.Column("found_at", Moment(), nullable=False),
        sa.Column("decided_at", Moment()),
        sa.Column("decided_by", ID),
        sa.ForeignKeyConstraint(["one_id"], ["parties.id"], name=op.f("fk_duplicates_one_id")),
        sa.ForeignKeyConstraint(["other_id"], ["parties.id"], name=op.f("fk_duplicates_other_id")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_duplicates")),
    )
    op.create_index("ix_duplicates_other_id", "duplicates", ["other_id"])
    op.create_index(
        "ix_duplicates_state_probability", "duplicates", ["state", "probability", "one_id", "other_id"]
    )


def _merges() -> None:
    op.create_table(
        "merges",
        sa.Column("id", ID, nullable=False),
        sa.Column("winner_id", ID, nullable=False),
        sa.Column("loser_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", ID),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.Column("counts", Json(), nullable=False),
        sa.Column("undone_at", Moment()),
        sa.Column("undone_by", ID),
        sa.ForeignKeyConstraint(["loser_id"], ["parties.id"], name=op.f("fk_merges_loser_id")),
        sa.ForeignKeyConstraint(["winner_id"], ["parties.id"], name=op.f("fk_merges_winner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merges")),
    )
    op.create_index("ix_merges_winner_id", "merges", ["winner_id", "at"])
    op.create_index("ix_merges_loser_id", "merges", ["loser_id"])
    op.create_table(
        "merge_moves",
        sa.Column("merge_id", ID, nullable=False),
        sa.Column("what", sa.String(length=32), nullable=False),
        sa.Column("thing_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["merge_id"], ["merges.id"], name=op.f("fk_merge_moves_merge_id")),
        sa.PrimaryKeyConstraint("merge_id", "what", "thing_id", name=op.f("pk_merge_moves")),
        sqlite_with_rowid=False,
    )
