"""How fast one visitor may go: enough for a person in a hurry, not for a program."""

from math import ceil
from time import time

from limits import RateLimitItem, parse_many
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter

from core.errors import TooManyRequests

RATES = {
    "say": "20/10 seconds;120/minute",
    "upload": "10/minute",
    "typing": "10/10 seconds",
    "event": "60/10 seconds",
    "connect": "60/minute",
    "newcomer": "120/minute",  # new sessions of one network address; an office shares one
}


class Rates:
    """Counts on this node alone: a visitor's socket lives on one node at a time."""

    def __init__(self, rates: dict[str, str] | None = None) -> None:
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._items = {name: parse_many(text) for name, text in {**RATES, **(rates or {})}.items()}

    async def hit(self, name: str, who: str) -> None:
        """Counts one; raises `TooManyRequests` with the seconds to wait."""
        for item in self._items[name]:
            if not await self._limiter.hit(item, name, who):
                raise TooManyRequests(seconds=await self._wait(item, name, who))

    async def _wait(self, item: RateLimitItem, name: str, who: str) -> int:
        stats = await self._limiter.get_window_stats(item, name, who)
        return max(1, ceil(stats.reset_time - time()))
