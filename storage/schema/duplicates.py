"""Who may be whom: the keys under which alike parties are found, and the pairs that were found."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, String, Table

from storage.engine.types import Json, Moment
from storage.schema.metadata import Id, metadata

match_keys = Table(
    "match_keys",
    metadata,
    Column("key", BigInteger, primary_key=True, autoincrement=False),
    Column("party_id", Id, ForeignKey("parties.id"), primary_key=True),
    Index("ix_match_keys_party_id", "party_id"),
    sqlite_with_rowid=False,
)

# What was learned of how duplicates look; the last one holds.
match_weights = Table(
    "match_weights",
    metadata,
    Column("id", Id, primary_key=True),
    Column("learned_at", Moment, nullable=False),
    Column("by_id", Id, nullable=False),
    Column("base", BigInteger, nullable=False),
    Column("doubles", Float, nullable=False),
    Column("relatives", Float, nullable=False),
    Column("weights", Json, nullable=False),
)

# Pairs drawn by chance, to be judged by people: `weight` is how many pairs of the base each stands for.
match_samples = Table(
    "match_samples",
    metadata,
    Column("one_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("other_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("probability", Float, nullable=False),
    Column("weight", Float, nullable=False),
    Column("drawn_at", Moment, nullable=False),
)

# A pair stands once, the lower id first.
duplicates = Table(
    "duplicates",
    metadata,
    Column("one_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("other_id", Id, ForeignKey("parties.id"), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("probability", Float, nullable=False),
    Column("reasons", Json, nullable=False),
    Column("found_at", Moment, nullable=False),
    Column("decided_at", Moment),
    Column("decided_by", Id),
    Index("ix_duplicates_state_probability", "state", "probability", "one_id", "other_id"),
    Index("ix_duplicates_other_id", "other_id"),
)
