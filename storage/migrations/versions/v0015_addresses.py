"""Structured postal addresses."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Moment

revision = "0015"
down_revision = "0014"

ID = sa.String(length=36)
TEXTS = ("recipient", "company", "street", "postcode", "city", "district", "region", "sorting_code")


def upgrade() -> None:
    op.create_table(
        "postal_addresses",
        sa.Column("id", ID, nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.Column("use", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in TEXTS),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("preferred", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=64), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("by_id", ID),
        sa.Column("ended_at", Moment()),
        sa.Column("ended_by", ID),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_postal_addresses_party_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_postal_addresses")),
    )
    op.create_index("ix_postal_addresses_party_id", "postal_addresses", ["party_id", "created_at"])
