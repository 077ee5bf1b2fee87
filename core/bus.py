"""The bus: tells listeners on this node what was committed, in commit order.

Hearing is best effort: a listener that must not miss an event keeps its position and reads the store's event
feed, or is a task in the outbox. A listener that raises is logged and does not disturb the others.
"""

from collections.abc import Awaitable, Callable, Sequence

import structlog

from core.events import Recorded

Listener = Callable[[Sequence[Recorded]], Awaitable[None]]
log = structlog.get_logger(__name__)


class Bus:
    """Fan-out of committed events, a batch at a time."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Adds a listener; the answer removes it again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def publish(self, batch: Sequence[Recorded]) -> None:
        """Hands the batch to every listener, one after the other, in the order they subscribed."""
        for listener in tuple(self._listeners):
            try:
                await listener(batch)
            except Exception:
                log.exception(
                    "bus_listener_failed", listener=getattr(listener, "__qualname__", repr(listener))
                )
