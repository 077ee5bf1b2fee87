"""The times and counts that routing goes by, apart from what each queue sets for itself."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from core.settings import RoutingSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """`misses_before_break` unanswered offers in a row send an agent on a break; `wrap_up` may be zero."""

    misses_before_break: int = 3
    wrap_up: timedelta = timedelta(seconds=30)
    unreachable_after: timedelta = timedelta(seconds=45)
    return_after: timedelta = timedelta(seconds=120)

    @classmethod
    def of(cls, settings: RoutingSettings) -> Self:
        return cls(
            misses_before_break=settings.misses_before_break,
            wrap_up=timedelta(seconds=settings.wrap_up),
            unreachable_after=timedelta(seconds=settings.unreachable_after),
            return_after=timedelta(seconds=settings.return_after),
        )
