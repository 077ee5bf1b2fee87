"""Tags on customers and conversations, saved views of lists, and long work with its progress."""

import sqlalchemy as sa
from alembic import op

from storage.engine.types import Json, Moment

revision = "0008"
down_revision = "0007"

Id = sa.String(36)


def upgrade() -> None:
    op.create_table(
        "tags",
        sa.Column("id", Id, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("colour", sa.String(16), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tags")),
    )
    _links("party_tags", "party_id", "parties")
    _links("conversation_tags", "conversation_id", "conversations")
    op.add_column("conversations", sa.Column("tags", Json(), nullable=False, server_default=sa.text("'[]'")))
    _saved_views()
    _jobs()


def _links(name: str, column: str, target: str) -> None:
    op.create_table(
        name,
        sa.Column(column, Id, nullable=False),
        sa.Column("tag_id", Id, nullable=False),
        sa.PrimaryKeyConstraint(column, "tag_id", name=op.f(f"pk_{name}")),
        sa.ForeignKeyConstraint([column], [f"{target}.id"], name=op.f(f"fk_{name}_{column}")),
        sa.ForeignKeyConstraint(["tag_id"], ["tags.id"], name=op.f(f"fk_{name}_tag_id")),
        sqlite_with_rowid=False,
    )
    op.create_index(f"ix_{name}_tag_id", name, ["tag_id", column], unique=False)


def _saved_views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", Id, nullable=False),
        sa.Column("list", sa.String(64), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("settings", Json(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_views")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_saved_views_owner_id")),
    )
    op.create_index("ix_saved_views_owner_id", "saved_views", ["owner_id"], unique=False)


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", Id, nullable=False),
        sa.Column("kind", sa.String(64), nullable=False),
        sa.Column("owner_id", Id, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("params", Json(), nullable=False),
        sa.Column("place", Json(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer()),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("started_at", Moment()),
        sa.Column("updated_at", Moment(), nullable=False),
        sa.Column("ended_at", Moment()),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_jobs")),
        sa.ForeignKeyConstraint(["owner_id"], ["users.id"], name=op.f("fk_jobs_owner_id")),
    )
    op.create_index("ix_jobs_owner_id_created_at", "jobs", ["owner_id", "created_at"], unique=False)
    op.create_table(
        "job_parts",
        sa.Column("job_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("job_id", "number", name=op.f("pk_job_parts")),
        sa.ForeignKeyConstraint(["job_id"], ["jobs.id"], name=op.f("fk_job_parts_job_id")),
    )
