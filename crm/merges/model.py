"""What a merge was."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.ids import PartyId


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """`loser_id` became part of `winner_id`. `before` and `after` are the winner's own name and language.

    `counts` says how many things of each kind moved.
    """

    id: str
    winner_id: PartyId
    loser_id: PartyId
    at: datetime
    by_id: str | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    counts: Mapping[str, int]
    undone_at: datetime | None = None
    undone_by: str | None = None
