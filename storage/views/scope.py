"""Who may see a conversation, as the condition of the query that finds it."""

from sqlalchemy import ColumnElement, and_, exists, false, or_, select, true

from core.ids import PartyId
from core.staff import Viewer
from core.words import HandlerKind
from storage.schema import conversations


def visible(viewer: Viewer) -> ColumnElement[bool]:
    """Those of the viewer's queues and those they hold; all of them for who looks after the whole base."""
    if viewer.sees_all_files:
        return true()
    return or_(in_queues(viewer), held(viewer))


def held(viewer: Viewer) -> ColumnElement[bool]:
    """The conversations in the viewer's own hands."""
    return and_(
        conversations.c.handler_kind == HandlerKind.AGENT.value, conversations.c.handler_ref == viewer.user_id
    )


def in_queues(viewer: Viewer) -> ColumnElement[bool]:
    return conversations.c.queue_id.in_(sorted(viewer.queues)) if viewer.queues else false()


def knows_party(viewer: Viewer, party_id: ColumnElement[str] | PartyId) -> ColumnElement[bool]:
    """A customer is seen through their conversations."""
    if viewer.sees_all_files:
        return true()
    return exists(select(conversations.c.id).where(conversations.c.party_id == party_id, visible(viewer)))
