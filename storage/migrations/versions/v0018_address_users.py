"""Addresses that several people use."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Moment

revision = "0018"
down_revision = "0017"

ID = sa.String(length=36)


def upgrade() -> None:
    shared: sa.Column[bool] = sa.Column("shared", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("contact_points", shared)
    op.create_table(
        "address_users",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("by_id", ID),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_address_users_party_id")),
        sa.PrimaryKeyConstraint("kind", "value", "party_id", name=op.f("pk_address_users")),
    )
    op.create_index("ix_address_users_party_id", "address_users", ["party_id"])
