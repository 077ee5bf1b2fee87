"""Who wrote in a conversation and where to answer them, and mails to several people at once."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json

revision = "0010"
down_revision = "0009"

WROTE = """
UPDATE participants SET wrote = true WHERE EXISTS (
  SELECT 1 FROM exchanges e
  WHERE e.conversation_id = participants.conversation_id AND e.author = 'customer'
    AND e.author_ref = participants.value
)
"""


def upgrade() -> None:
    op.add_column("participants", sa.Column("wrote", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column(
        "participants", sa.Column("reply_to", sa.Text(), nullable=False, server_default=sa.text("''"))
    )
    for name in ("also_to", "cc"):
        op.add_column("deliveries", sa.Column(name, Json(), nullable=False, server_default=sa.text("'[]'")))
    op.execute(WROTE)
