"""Roles that administrators make out of permissions."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "roles",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("permissions", Json(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_roles")),
    )
