"""Merges: which party became which, and what moved, so that it can move back."""

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

merges = Table(
    "merges",
    metadata,
    Column("id", Id, primary_key=True),
    Column("winner_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("loser_id", Id, ForeignKey("parties.id"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by_id", Id),  # nobody, when the product joined them by itself
    Column("before", Json, nullable=False),
    Column("after", Json, nullable=False),
    Column("counts", Json, nullable=False),
    Column("undone_at", Moment),
    Column("undone_by", Id),
    Index("ix_merges_winner_id", "winner_id", "at"),
    Index("ix_merges_loser_id", "loser_id"),
)

# One row for each thing that a merge moved or added: `what` is its table, `thing_id` its key there.
merge_moves = Table(
    "merge_moves",
    metadata,
    Column("merge_id", Id, ForeignKey("merges.id"), primary_key=True),
    Column("what", String(32), primary_key=True),
    Column("thing_id", Text, primary_key=True),
    sqlite_with_rowid=False,
)
