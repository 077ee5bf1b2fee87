"""A pair of parties that may be one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import PartyId

LOOK = "duplicates.look"  # the task that looks for a party's duplicates; payload: party


class PairState(StrEnum):
    SAMPLE = "sample"  # drawn by chance to be judged; less likely than what is proposed
    OPEN = "open"
    NOT_SAME = "not_same"  # somebody said so; they are not proposed again
    MERGED = "merged"


@dataclass(frozen=True, slots=True, kw_only=True)
class Duplicate:
    """Stands once for a pair: `one_id` is the lower id. `reasons` are `crm.identity.scoring.Reason`s as JSON."""

    one_id: PartyId
    other_id: PartyId
    state: PairState
    probability: float
    reasons: Sequence[dict[str, Any]]
    found_at: datetime
    decided_at: datetime | None = None
    decided_by: str | None = None

    def other_of(self, party_id: PartyId) -> PartyId:
        """The one of the two that is not this."""
        return self.other_id if self.one_id == party_id else self.one_id


def in_order(one: PartyId, other: PartyId) -> tuple[PartyId, PartyId]:
    return (one, other) if one < other else (other, one)
