"""Time as a dependency, so that deadlines can be tested and simulated."""

from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time; every duration in the product is a difference of its answers."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)
