"""Possible duplicates and merges at the edge."""

from datetime import datetime
from typing import Any

from crm.duplicates.model import PairState
from crm.identity.compare import Field, Level
from gateway.shapes.basics import Count, Output
from gateway.shapes.parties import PartyBrief


class ReasonOut(Output):
    field: Field
    level: Level
    bits: float
    one: str
    other: str


class ComparedFact(Output):
    family: str
    field: str
    value: Any
    source: str
    rank: int
    at: datetime


class ComparedParty(PartyBrief):
    facts: list[ComparedFact]


class PairOut(Output):
    one: ComparedParty
    other: ComparedParty
    state: PairState
    probability: float
    reasons: list[ReasonOut]
    found_at: datetime
    decided_at: datetime | None
    decided_by: str | None


class Pairs(Output):
    items: list[PairOut]
    next: str | None
    total: Count


class LikelyOut(Output):
    party: ComparedParty
    probability: float
    reasons: list[ReasonOut]


class Likely(Output):
    items: list[LikelyOut]


class MergeOut(Output):
    id: str
    winner_id: str
    loser_id: str
    loser_name: str
    at: datetime
    by_id: str | None
    by_name: str
    counts: dict[str, int]
    undone_at: datetime | None


class MergeAnswer(Output):
    merge: MergeOut


class Merges(Output):
    items: list[MergeOut]


class Unclear(Output):
    ref: str
    what: str
    label: str
    at: datetime


class MergeWithUnclear(MergeAnswer):
    unclear: list[Unclear]


class Comparison(Output):
    one: ComparedParty
    other: ComparedParty
    counts: dict[str, dict[str, int]]


class LearnedOut(Output):
    """`doubles`: how many pairs of one customer the base is expected to have."""

    at: datetime
    by: str
    base: Count
    doubles: Count


class Quality(Output):
    """`precision` and `recall` of what is proposed; null while nothing was judged that tells."""

    drawn: Count
    judged: Count
    precision: float | None
    recall: float | None
    learned: LearnedOut | None
