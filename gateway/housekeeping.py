"""What must not grow for ever: the event feed keeps a week, longer than any console is away, and what was uploaded
stays a day. The history keeps all.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from core.clock import Clock
from core.errors import StoreUnavailable
from core.store import Store
from storage import uploads
from storage.engine.feed import forget_before
from storage.engine.transaction import SqlTx

KEPT = timedelta(days=7)
EVERY = 600.0  # seconds
PAGE = 5_000  # events a transaction, so that nobody waits behind a long one
FILES = 20  # uploads a transaction: each may be megabytes

log = structlog.get_logger(__name__)


class Housekeeping:
    """Runs in the background of every node; several nodes do no harm to each other."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="housekeeping")

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def tidy(self) -> int:
        """Forgets what is too old; answers how many events and uploads."""
        now = self._clock.now()
        events = await self._all(forget_before, now - KEPT, PAGE)
        return events + await self._all(uploads.forget_uploads, now - uploads.KEPT, FILES)

    async def _all(self, forget: Callable[[SqlTx, datetime, int], int], before: datetime, page: int) -> int:
        forgotten = 0
        while count := await self._store.write(forget, before, page):
            forgotten += count
        return forgotten

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(EVERY)
            try:
                await self.tidy()
            except StoreUnavailable as error:
                log.warning("housekeeping_waits", error=str(error))
