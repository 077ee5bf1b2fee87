"""What happens to work and to those who do it. `item` and `agent` are views (`views.py`) after the change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemEvent(Event):
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemQueued(WorkItemEvent):
    """It waits: a new need, one that came back, or one that moved to another channel."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferMade(WorkItemEvent):
    """`pop` is what the screen pop shows: conversation summary, party, last words, reason."""

    pop: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferAccepted(WorkItemEvent):
    """An agent holds it: they took the offer, or took the conversation by hand."""

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferExpired(WorkItemEvent):
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferDeclined(WorkItemEvent):
    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferWithdrawn(WorkItemEvent):
    """The offer ended without them: the customer left, someone took it, or they are not there to take it.

    An item that still waits is back in its place; for one that ended, `WorkItemEnded` follows.
    """

    user_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemEnded(WorkItemEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUpStarted(WorkItemEvent):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkItemContinued(WorkItemEvent):
    """The live part of an agent's work ended, or began again; the conversation is still theirs, its weight another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged(Event):
    """What an agent said of themselves, what the system set, or how much they hold has changed."""

    agent: Mapping[str, Any]
