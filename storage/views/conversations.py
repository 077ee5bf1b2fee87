"""Conversations as screens show them: lists, one with its timeline, and why it went where it went."""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

from sqlalchemy import RowMapping, bindparam, select

from core.errors import NotFound
from core.ids import AttachmentId, ConversationId, DeliveryId, ExchangeId
from core.staff import Viewer
from core.words import ChannelName
from crm.conversations.model import Attachment, Conversation
from crm.conversations.recipients import usual_recipients
from crm.conversations.views import call_view, conversation_view, exchange_view
from routing.matching import Limits, explain
from routing.model import WorkState
from routing.views import item_view
from storage import rows
from storage.engine.feed import last_seq
from storage.engine.transaction import SqlTx
from storage.schema import (
    attachments,
    blobs,
    conversations,
    decisions,
    deliveries,
    exchanges,
    parties,
    work_items,
)
from storage.views.scope import visible
from storage.work import item_of

PAGE = 50
CURRENT = [
    state.value
    for state in WorkState
    if state not in (WorkState.COMPLETED, WorkState.ABANDONED, WorkState.CANCELLED)
]
NAMED = select(conversations, parties.c.name.label("party_name")).join(
    parties, parties.c.id == conversations.c.party_id
)
ITEM_OF = (
    select(work_items)
    .where(work_items.c.conversation_id == bindparam("conversation_id"), work_items.c.state.in_(CURRENT))
    .order_by(work_items.c.queued_at.desc(), work_items.c.id.desc())
    .limit(1)
)
DELIVERIES = select(deliveries).where(deliveries.c.exchange_id.in_(bindparam("ids", expanding=True)))


class View(StrEnum):
    """The lists of the console's left pane."""

    MINE = "mine"
    TEAM = "team"
    UNASSIGNED = "unassigned"
    RESOLVED = "resolved"
    ALL = "all"


def find(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> Conversation:
    """The conversation, for a command. Raises `NotFound` for one that is not the viewer's to see."""
    return rows.conversation(_find(tx, viewer, conversation_id))


def conversation_page(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> dict[str, Any]:
    """All that opening a conversation shows. `seq` was read first: later events may repeat what is in it."""
    seq = last_seq(tx)
    row = _find(tx, viewer, conversation_id)
    item = tx.conn.execute(ITEM_OF, {"conversation_id": conversation_id}).mappings().first()
    call = tx.calls.of_conversation(conversation_id)
    page = exchange_page(tx, viewer, conversation_id, known=True)
    mark = tx.reading.of(viewer.user_id, conversation_id)
    return {
        "conversation": conversation_view(rows.conversation(row), row["party_name"]),
        "item": item_view(item_of(item)) if item else None,
        "call": call_view(call) if call else None,
        **page,
        "read_to": mark.position if mark else 0,
        "seq": seq,
    }


def recipients(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> dict[str, Any]:
    """Who the next e-mail goes to unless it says otherwise; where the customer writes otherwise, nobody."""
    _find(tx, viewer, conversation_id)
    conversation = tx.conversations.get(conversation_id)
    if conversation.channel is not ChannelName.EMAIL:
        return {"to": [], "cc": []}
    usual = usual_recipients(tx, conversation)
    return {"to": list(usual.to), "cc": list(usual.cc)}


def exchange_page(
    tx: SqlTx,
    viewer: Viewer,
    conversation_id: ConversationId,
    before: int | None = None,
    limit: int = PAGE,
    *,
    known: bool = False,
) -> dict[str, Any]:
    """The `limit` exchanges before position `before` (the last ones without it), oldest first."""
    if not known:
        _find(tx, viewer, conversation_id)
    query = select(exchanges).where(exchanges.c.conversation_id == conversation_id)
    if before is not None:
        query = query.where(exchanges.c.position < before)
    found = tx.conn.execute(query.order_by(exchanges.c.position.desc()).limit(limit + 1)).mappings().all()
    return {"exchanges": exchange_views(tx, list(reversed(found[:limit]))), "has_more": len(found) > limit}


def exchange_views(tx: SqlTx, found: Sequence[RowMapping]) -> list[dict[str, Any]]:
    """Timeline lines with their attachments and deliveries, in three queries at most."""
    ids = [row["id"] for row in found if row["direction"] == "outbound"]
    states = tx.conn.execute(DELIVERIES, {"ids": ids}).mappings() if ids else ()
    by_exchange = {row["exchange_id"]: rows.delivery(row) for row in states}
    return [exchange_view(exchange, by_exchange.get(exchange.id)) for exchange in tx.exchanges.load(found)]


def why(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> dict[str, Any]:
    """Every decision taken about the conversation's work items, oldest first; last, why it waits at this moment."""
    _find(tx, viewer, conversation_id)
    query = (
        select(decisions)
        .join(work_items, work_items.c.id == decisions.c.item_id)
        .where(work_items.c.conversation_id == conversation_id)
        .order_by(decisions.c.id)
    )
    taken = [
        {
            "item_id": row.item_id,
            "at": row.at.isoformat(),
            "chosen": row.chosen,
            "rule": row.rule,
            "candidates": row.candidates,
        }
        for row in tx.conn.execute(query)
    ]
    return {"decisions": [*taken, *_why_waiting(tx, conversation_id)]}


def _why_waiting(tx: SqlTx, conversation_id: ConversationId) -> list[dict[str, Any]]:
    row = tx.conn.execute(ITEM_OF, {"conversation_id": conversation_id}).mappings().first()
    if row is None or row["state"] != WorkState.WAITING.value:
        return []
    decision = explain(item_of(row), tx.agents.on_duty(), tx.now, Limits())
    return [
        {
            "item_id": decision.item_id,
            "at": tx.now.isoformat(),
            "chosen": decision.chosen,
            "rule": decision.rule,
            "candidates": [dict(candidate) for candidate in decision.candidates],
        }
    ]


def conversation_of_delivery(tx: SqlTx, viewer: Viewer, delivery_id: DeliveryId) -> ConversationId:
    """Where the delivery belongs, if the viewer may see it."""
    query = (
        select(conversations.c.id)
        .join(deliveries, deliveries.c.conversation_id == conversations.c.id)
        .where(deliveries.c.id == delivery_id, visible(viewer))
    )
    found = tx.conn.execute(query).scalar()
    if found is None:
        raise NotFound(what="delivery", id=delivery_id)
    return ConversationId(found)


def attachment(tx: SqlTx, viewer: Viewer, attachment_id: AttachmentId) -> Attachment:
    """The file with its bytes."""
    query = (
        select(attachments, blobs.c.data)
        .join(blobs, blobs.c.sha256 == attachments.c.sha256)
        .join(exchanges, exchanges.c.id == attachments.c.exchange_id)
        .join(conversations, conversations.c.id == exchanges.c.conversation_id)
        .where(attachments.c.id == attachment_id, visible(viewer))
    )
    row = tx.conn.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="attachment", id=attachment_id)
    return rows.attachment(row, row["data"])


def exchange_html(tx: SqlTx, viewer: Viewer, exchange_id: ExchangeId) -> tuple[str, tuple[Attachment, ...]]:
    """The sanitised HTML of an exchange and its files; raises `NotFound` when it has none."""
    query = (
        select(exchanges.c.id, exchanges.c.html)
        .join(conversations, conversations.c.id == exchanges.c.conversation_id)
        .where(exchanges.c.id == exchange_id, visible(viewer))
    )
    row = tx.conn.execute(query).first()
    if row is None or row.html is None:
        raise NotFound(what="HTML of exchange", id=exchange_id)
    inside = "cid:" in row.html
    return row.html, tx.exchanges.with_files(exchange_id).attachments if inside else ()


def summaries(found: Iterable[RowMapping]) -> list[dict[str, Any]]:
    """Rows of `NAMED` as conversation summaries."""
    return [conversation_view(rows.conversation(row), row["party_name"]) for row in found]


def _find(tx: SqlTx, viewer: Viewer, conversation_id: ConversationId) -> RowMapping:
    query = NAMED.where(conversations.c.id == conversation_id, visible(viewer))
    row = tx.conn.execute(query).mappings().first()
    if row is None:
        raise NotFound(what="conversation", id=conversation_id)
    return row
