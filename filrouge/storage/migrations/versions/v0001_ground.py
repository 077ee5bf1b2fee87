"""The ground: customer file, contact history, routing, staff."""

from alembic import op

from filrouge.storage.schema import metadata

revision = "0001"
down_revision = None


def upgrade() -> None:
    metadata.create_all(op.get_bind())
