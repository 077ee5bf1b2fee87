"""The store's protocol: how every room reads and writes without knowing a database.

A transaction is a plain synchronous function whose first parameter is the transaction. It cannot await, so it
never holds the database while it waits for the world; what talks to the world is a `Task` it stores.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from core.events import Event, Task

P = ParamSpec("P")
R = TypeVar("R")


class Tx(Protocol):
    """What every transaction offers; rooms declare further ports (`crm/ports.py`, `routing/ports.py`)."""

    @property
    def now(self) -> datetime:
        """The moment the transaction began, the same for all it does."""
        ...

    def emit(self, event: Event) -> None:
        """Stores the event and runs the reactions to it, now, in this transaction."""
        ...

    def enqueue(self, task: Task) -> None:
        """Stores a task for after the commit."""
        ...

    def lock(self, *keys: str) -> None:
        """Keeps other transactions that lock one of the keys waiting until this one ends.

        Keys are taken in sorted order, so that two transactions never wait for each other in a circle.
        """
        ...


class Store(Protocol):
    """Runs transactions. `f` may be run more than once (retried), so it has no effect but on `tx`."""

    async def write(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs `f(tx, …)`, commits durably, then answers. Raises `StoreUnavailable` when it cannot commit."""
        ...

    @property
    def trouble(self) -> str:
        """Why the last commit failed, if it just did; empty when all is well."""
        ...

    async def read(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        """Runs `f(tx, …)` without the right to write, on what was committed."""
        ...


Reaction = Callable[[Any, Any], None]
"""`(tx, event) -> None`: another room's part of the same transaction, named only in the assembly."""
