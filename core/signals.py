"""Signals: what is worth knowing now and nothing a minute later, such as who types and who looks on.

They are never stored, may be lost, and carry no duty; what must not be lost is an event (`core/events.py`).
An assembly with several nodes carries them between nodes (`forward`); one node needs nothing.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog

SignalListener = Callable[[str, Mapping[str, Any]], Awaitable[None]]
log = structlog.get_logger(__name__)

TYPING = "typing"  # {"conversation_id", "who": "customer" | "agent", "user_id"?}
WATCHING = "watching"  # {"node", "conversation_id", "users": [{"id", "typing"}]}
# {"team"?}: sessions or roles changed, read them again; with `team`, what everybody sees of it.
STAFF_CHANGED = "staff_changed"


class Signals:
    """Fan-out of signals on this node and, when `forward` is set, to the other nodes."""

    def __init__(self) -> None:
        self._listeners: list[SignalListener] = []
        self.forward: SignalListener | None = None

    def subscribe(self, listener: SignalListener) -> Callable[[], None]:
        """Adds a listener; the answer removes it again."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def publish(self, name: str, data: Mapping[str, Any]) -> None:
        """Tells this node's listeners, and the other nodes."""
        await self.hear(name, data)
        if self.forward is not None:
            await self._tell(self.forward, name, data)

    async def hear(self, name: str, data: Mapping[str, Any]) -> None:
        """Tells this node's listeners only: what another node forwarded comes in here."""
        for listener in tuple(self._listeners):
            await self._tell(listener, name, data)

    async def _tell(self, listener: SignalListener, name: str, data: Mapping[str, Any]) -> None:
        try:
            await listener(name, data)
        except Exception:
            log.exception("signal_listener_failed", signal=name)
