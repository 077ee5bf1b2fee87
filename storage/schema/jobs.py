"""Long work that staff asked for, and what it wrote."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from storage.engine.types import Blob, Json, Moment
from storage.schema.metadata import Id, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("owner_id", Id, ForeignKey("users.id"), nullable=False),
    Column("status", String(16), nullable=False),
    Column("params", Json, nullable=False),
    Column("place", Json, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer),
    Column("file_name", Text, nullable=False),
    Column("problem", Text, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("updated_at", Moment, nullable=False),
    Column("ended_at", Moment),
    Column("version", Integer, nullable=False),
    Index("ix_jobs_owner_id_created_at", "owner_id", "created_at"),
)

# What a change of many customers changed of each, so that it can be taken back.
job_edits = Table(
    "job_edits",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id"), primary_key=True),
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    sqlite_with_rowid=False,
)

job_parts = Table(
    "job_parts",
    metadata,
    Column("job_id", Id, ForeignKey("jobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("data", Blob, nullable=False),
)
