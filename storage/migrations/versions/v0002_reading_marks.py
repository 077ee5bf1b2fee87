"""How far each member of staff has read, and how many lines of each conversation are the customer's."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Moment

revision = "0002"
down_revision = "0001"

COUNT_LINES = """
UPDATE conversations SET customer_lines = (
    SELECT count(*) FROM exchanges WHERE conversation_id = conversations.id AND author = 'customer'
)
"""


def upgrade() -> None:
    op.create_table(
        "reading_marks",
        sa.Column("user_id", sa.String(length=36), nullable=False),
        sa.Column("conversation_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("customer_lines", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"], ["conversations.id"], name=op.f("fk_reading_marks_conversation_id")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_reading_marks_user_id")),
        sa.PrimaryKeyConstraint("user_id", "conversation_id", name=op.f("pk_reading_marks")),
        sqlite_with_rowid=False,
    )
    op.add_column(
        "conversations", sa.Column("customer_lines", sa.Integer(), nullable=False, server_default="0")
    )
    op.execute(COUNT_LINES)
