"""After the commit: who hears what. The stores tell it here; the bus and the outbox listen."""

import asyncio
from collections.abc import Callable, Sequence

import structlog

from core.bus import Bus
from core.events import Recorded
from storage.engine.transaction import StoredTask

Observer = Callable[[str, int, float], None]


def correlation() -> str:
    """The correlation id of the caller, bound by the front door or the outbox."""
    return str(structlog.contextvars.get_contextvars().get("correlation", ""))


class Hearing:
    """Hands committed events to the bus, in order, and committed tasks to the outbox, both on the loop."""

    def __init__(self, bus: Bus, observe: Observer | None = None) -> None:
        self._bus = bus
        self._observe = observe
        self._waiting: asyncio.Queue[Sequence[Recorded]] = asyncio.Queue()
        self._publisher: asyncio.Task[None] | None = None
        self.on_tasks: Callable[[Sequence[StoredTask]], None] = lambda tasks: None

    def start(self) -> None:
        self._publisher = asyncio.create_task(self._publish(), name="bus-publisher")

    async def stop(self) -> None:
        if self._publisher is not None:
            self._publisher.cancel()
            await asyncio.gather(self._publisher, return_exceptions=True)

    def heard(self, events: Sequence[Recorded], tasks: Sequence[StoredTask]) -> None:
        """Called on the loop, after the commit, in commit order."""
        if tasks:
            self.on_tasks(tasks)
        if events:
            self._waiting.put_nowait(events)

    def committed(self, name: str, transactions: int, seconds: float) -> None:
        """Called from any thread, for the metrics."""
        if self._observe is not None:
            self._observe(name, transactions, seconds)

    async def _publish(self) -> None:
        while True:
            batch = list(await self._waiting.get())
            while not self._waiting.empty():
                batch.extend(self._waiting.get_nowait())
            await self._bus.publish(batch)
