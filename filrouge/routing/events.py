"""What happens to work and to the people who do it. `item` and `agent` are JSON views (`views.py`) after the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from filrouge.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemEvent(Event):
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemQueued(WorkItemEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMade(WorkItemEvent):
    """`pop` is what the screen pop shows: conversation summary, party, last words, reason."""

    pop: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(WorkItemEvent):
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExpired(WorkItemEvent):
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(WorkItemEvent):
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(WorkItemEvent):
    """The need ended while it was offered: the customer left, or someone took it."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemEnded(WorkItemEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpStarted(WorkItemEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    agent: Mapping[str, Any]
