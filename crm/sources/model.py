"""A source of values, with its rank."""

from dataclasses import dataclass
from datetime import datetime

BEST, WORST = 1, 99


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`key` names it in values and never changes. Of two sources the one with the lower `rank` is believed."""

    id: str
    key: str
    name: str
    english: str = ""
    rank: int
    built_in: bool = False
    created_at: datetime
    version: int = 1
