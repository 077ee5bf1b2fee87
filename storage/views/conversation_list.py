"""Conversations as lists: the console's own, and by what any of them is filtered."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, Select, and_, literal, true, tuple_

from core.filters.model import EVERYTHING, Field, FieldType, Filter
from core.ids import PartyId, QueueId
from core.staff import Viewer
from core.words import ChannelName, HandlerKind, Language
from crm.conversations.model import Status
from storage.engine.filters import compile_filter
from storage.engine.listing import Listed, Listing
from storage.engine.transaction import SqlTx
from storage.schema import conversation_tags, conversations, parties
from storage.tags import has_tag
from storage.views.conversations import NAMED, PAGE, View, summaries
from storage.views.paging import from_cursor, to_cursor
from storage.views.scope import held, in_queues, visible


def _shape(tx: SqlTx, viewer: Viewer, rows: Sequence[RowMapping]) -> list[dict[str, Any]]:
    return summaries(rows)


CONVERSATIONS = Listing(
    what="conversations",
    table=conversations.join(parties, parties.c.id == conversations.c.party_id),
    id=conversations.c.id,
    columns=(*conversations.c, parties.c.name.label("party_name")),
    listed=(
        Listed(
            field=Field(name="status", type=FieldType.CHOICE, choices=tuple(s.value for s in Status)),
            value=conversations.c.status,
        ),
        Listed(
            field=Field(
                name="channel", type=FieldType.CHOICE, choices=tuple(name.value for name in ChannelName)
            ),
            value=conversations.c.channel,
        ),
        Listed(field=Field(name="queue", type=FieldType.LINK), value=conversations.c.queue_id),
        Listed(
            field=Field(
                name="language", type=FieldType.CHOICE, choices=tuple(language.value for language in Language)
            ),
            value=conversations.c.language,
        ),
        Listed(
            field=Field(name="tags", type=FieldType.LINKS),
            has=has_tag(conversation_tags, conversation_tags.c.conversation_id, conversations.c.id),
        ),
        Listed(field=Field(name="party", type=FieldType.TEXT), value=parties.c.name),
        Listed(field=Field(name="subject", type=FieldType.TEXT), value=conversations.c.subject),
        Listed(field=Field(name="outcome", type=FieldType.TEXT), value=conversations.c.outcome),
        Listed(field=Field(name="opened_at", type=FieldType.MOMENT), value=conversations.c.opened_at),
        Listed(
            field=Field(name="last_activity_at", type=FieldType.MOMENT),
            value=conversations.c.last_activity_at,
            sort=conversations.c.last_activity_at,
        ),
    ),
    scope=visible,
    shape=_shape,
    default_sort="-last_activity_at",
)


def conversation_list(
    tx: SqlTx,
    viewer: Viewer,
    view: View,
    *,
    queue: QueueId | None = None,
    party: PartyId | None = None,
    wanted: Filter = EVERYTHING,
    cursor: str | None = None,
    limit: int = PAGE,
) -> dict[str, Any]:
    """One page of a list, last active first: `{items, next}`."""
    query = NAMED.where(visible(viewer), _condition(viewer, view))
    if queue is not None:
        query = query.where(conversations.c.queue_id == queue)
    if party is not None:
        query = query.where(conversations.c.party_id == party)
    if wanted is not EVERYTHING:
        query = query.where(compile_filter(wanted, CONVERSATIONS.sources, tx.now))
    if cursor is not None:
        query = query.where(_before(*from_cursor(cursor)))
    found = tx.conn.execute(_newest(query, limit + 1)).mappings().all()
    page = found[:limit]
    more = len(found) > limit
    last = page[-1] if page else None
    return {
        "items": summaries(page),
        "next": to_cursor(last["last_activity_at"], last["id"]) if more and last else None,
    }


def _condition(viewer: Viewer, view: View) -> ColumnElement[bool]:
    not_over = conversations.c.status != Status.RESOLVED.value
    match view:
        case View.MINE:
            return held(viewer)
        case View.TEAM:
            return and_(not_over, true() if viewer.sees_all_work else in_queues(viewer))
        case View.UNASSIGNED:
            return and_(not_over, conversations.c.handler_kind == HandlerKind.QUEUE.value)
        case View.RESOLVED:
            return conversations.c.status == Status.RESOLVED.value
        case View.ALL:
            return conversations.c.id.is_not(None)


def _before(moment: Any, conversation_id: str) -> ColumnElement[bool]:
    here = tuple_(literal(moment, conversations.c.last_activity_at.type), literal(conversation_id))
    return tuple_(conversations.c.last_activity_at, conversations.c.id) < here


def _newest(query: Select[Any], limit: int) -> Select[Any]:
    return query.order_by(conversations.c.last_activity_at.desc(), conversations.c.id.desc()).limit(limit)
