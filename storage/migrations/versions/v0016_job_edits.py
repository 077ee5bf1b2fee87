"""What a change of many customers changed of each."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json

revision = "0016"
down_revision = "0015"

ID = sa.String(length=36)


def upgrade() -> None:
    op.create_table(
        "job_edits",
        sa.Column("job_id", ID, nullable=False),
        sa.Column("party_id", ID, nullable=False),
        sa.Column("before", Json(), nullable=False),
        sa.Column("after", Json(), nullable=False),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_edits_job_id")),
        sa.ForeignKeyConstraint(["party_id"], ["parties.id"], name=op.f("fk_job_edits_party_id")),
        sa.PrimaryKeyConstraint("job_id", "party_id", name=op.f("pk_job_edits")),
        sqlite_with_rowid=False,
    )
