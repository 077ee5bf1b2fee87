"""Relationships between parties, with types of one's own."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Moment

revision = "0012"
down_revision = "0011"

ID = sa.String(length=36)


def upgrade() -> None:
    op.create_table(
        "relationship_types",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("inverse", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=16)),
        sa.Column("target", sa.String(length=16)),
        sa.Column("tree", sa.Boolean(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationship_types")),
    )
    op.create_table(
        "relationships",
        sa.Column("id", ID, nullable=False),
        sa.Column("from_id", ID, nullable=False),
        sa.Column("to_id", ID, nullable=False),
        sa.Column("type", ID, nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["from_id"], ["parties.id"], name=op.f("fk_relationships_from_id")),
        sa.ForeignKeyConstraint(["to_id"], ["parties.id"], name=op.f("fk_relationships_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relationships")),
    )
    op.create_index("ix_relationships_from_id", "relationships", ["from_id", "type"])
    op.create_index("ix_relationships_to_id", "relationships", ["to_id", "type"])
