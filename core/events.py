"""Events: what happened, past tense, one frozen dataclass each.

An event is emitted in the transaction that caused it. Reactions of other rooms run in that same transaction
(`core/store.py`); everyone else hears it from the bus only after the commit, in commit order, with its `seq`.
Events are stored as JSON, hence made of str, int, bool, None, enums, datetimes, and mappings of plain JSON (views).
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, ClassVar

from pydantic import TypeAdapter

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Root of all events; a subclass's name is its stable name in the store and on sockets."""

    audience: ClassVar[str] = "staff"

    def __init_subclass__(cls) -> None:
        REGISTRY[cls.__name__] = cls


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityChanged(Event):
    """A plain entity (a tag, a saved view, a role) was added, changed, or with `data` None removed.

    Heard by those with the `permission` (all staff when it is empty), or by `user_id` alone where one is named.
    """

    kind: str
    id: str
    data: Mapping[str, Any] | None
    permission: str = ""
    user_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event after its commit. `seq` grows in commit order; gaps are possible, reversals are not."""

    seq: int
    at: datetime
    event: Event
    correlation: str = ""

    @property
    def name(self) -> str:
        return type(self.event).__name__


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """Work for the world outside, stored with the transaction that wants it and run after its commit.

    Tasks of one `lane` run one at a time, in the order they were stored. `key`, when given, makes a second task
    with the same kind and key vanish while the first is still to be done. `delay` is in seconds.
    """

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    lane: str = ""
    key: str | None = None
    delay: float = 0.0


Finish = Callable[[Any], Any]
"""What is written together with a task's removal: a function of the transaction."""
TaskHandler = Callable[[Mapping[str, Any], int], Awaitable[Finish | None]]
"""`await handler(payload, attempts)` → what to write with the task's removal. Raise `TryLater` to be run again."""


def to_json(event: Event) -> dict[str, Any]:
    """The event as JSON-able parts: datetimes in ISO 8601 with offset, enums by value."""
    return {f.name: _plain(getattr(event, f.name)) for f in fields(event)}


def from_json(name: str, payload: Mapping[str, Any]) -> Event:
    """The event that `to_json` turned into `payload`; raises `KeyError` for a name nobody declared."""
    return _adapter(name).validate_python(payload)


@cache  # making one costs fifty times as much as using it
def _adapter(name: str) -> TypeAdapter[Event]:
    return TypeAdapter(REGISTRY[name])


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list | frozenset):
        return [_plain(v) for v in value]
    return value  # a mapping is a view, which is made of plain parts already
