"""Who hears which event: one pure function, used for what happens now and for catching up alike."""

from collections.abc import Mapping
from typing import Any

from core.events import EntityChanged, Event, Recorded, to_json
from core.permissions import Permission
from core.staff import Viewer
from core.words import HandlerKind
from crm.conversations.events import (
    CallChanged,
    ConversationEvent,
    ConversationRead,
    DeliveryUpdated,
    HandlerChanged,
    PartyEvent,
)
from routing.events import PresenceChanged, WorkItemEvent
from storage.views.parties import Reach

NOBODY = Reach(queues=frozenset(), holders=frozenset())


def visible_to(viewer: Viewer, recorded: Recorded, reach: Reach = NOBODY) -> bool:
    """Agents hear of their queues, of what they hold or just held, of their own offers and presence.

    Who watches all live work hears everything but how far others have read. `reach` is whom a `PartyEvent`
    concerns, which the event can't say.
    """
    event = recorded.event
    if isinstance(event, ConversationRead):
        return event.user_id == viewer.user_id
    if isinstance(event, EntityChanged):
        return _entity(viewer, event)
    if viewer.sees_all_work:
        return event.audience == "staff"
    return viewer.can(Permission.CONVERSATIONS_READ) and _concerns(viewer, event, reach)


def event_json(recorded: Recorded) -> dict[str, Any]:
    """An event as consoles get it."""
    return {
        "seq": recorded.seq,
        "at": recorded.at.isoformat(),
        "name": recorded.name,
        "data": to_json(recorded.event),
    }


def _entity(viewer: Viewer, event: EntityChanged) -> bool:
    if event.user_id:
        return event.user_id == viewer.user_id
    return not event.permission or event.permission in viewer.permissions


def _concerns(viewer: Viewer, event: Event, reach: Reach) -> bool:
    if isinstance(event, ConversationEvent):
        return _conversation(viewer, event)
    if isinstance(event, WorkItemEvent):
        return _work(viewer, event)
    if isinstance(event, DeliveryUpdated | CallChanged):
        return event.queue_id in viewer.queues or event.handler == _hand(viewer)
    if isinstance(event, PresenceChanged):
        return bool(event.agent["user_id"] == viewer.user_id)
    if isinstance(event, PartyEvent):
        return (
            viewer.sees_all_files
            or not reach.queues.isdisjoint(viewer.queues)
            or viewer.user_id in reach.holders
        )
    return False  # of what was set aside, and of what is yet to be declared


def _conversation(viewer: Viewer, event: ConversationEvent) -> bool:
    conversation: Mapping[str, Any] = event.conversation
    handler = conversation["handler"]
    if conversation["queue_id"] in viewer.queues:
        return True
    if handler["kind"] == HandlerKind.AGENT.value and handler["ref"] == viewer.user_id:
        return True
    return isinstance(event, HandlerChanged) and event.previous == _hand(viewer)


def _work(viewer: Viewer, event: WorkItemEvent) -> bool:
    item = event.item
    concerned = (item["offered_to"], getattr(event, "user_id", None))
    return item["queue_id"] in viewer.queues or viewer.user_id in concerned


def _hand(viewer: Viewer) -> str:
    """How events name the viewer as a holder."""
    return f"{HandlerKind.AGENT.value}:{viewer.user_id}"
