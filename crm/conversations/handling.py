"""Changes of hands. Each increments the epoch, so that who held the conversation before can no longer speak in it."""

from dataclasses import replace
from typing import Any

from core.errors import StaleHandler, WrongState
from core.ids import ConversationId, ExchangeId, QueueId, UserId, new_id
from core.words import AuthorKind, Direction, HandlerKind, Language
from crm.conversations.events import (
    ConversationResolved,
    ExchangeRecorded,
    HandlerChanged,
    LivePartEnded,
)
from crm.conversations.model import Conversation, Exchange, ExchangeKind, Handler, Status
from crm.conversations.reading import tell_mark
from crm.conversations.views import conversation_view, exchange_view
from crm.ports import CrmTx

VISITOR_LEFT = "visitor_left"


def check_epoch(conversation: Conversation, handler: Handler, epoch: int) -> None:
    """Raises `StaleHandler` unless `handler` holds the conversation since `epoch`."""
    if conversation.epoch != epoch or conversation.handler != handler:
        raise StaleHandler(
            conversation_id=conversation.id, handler=conversation.handler, epoch=conversation.epoch
        )


def change_handler(
    tx: CrmTx, conversation: Conversation, handler: Handler, reason: str, **changes: Any
) -> Conversation:
    """Gives the conversation, held by this transaction, to `handler`; `changes` are further fields to set."""
    after = replace(conversation, handler=handler, epoch=conversation.epoch + 1, **changes)
    tx.conversations.save(after)
    tx.emit(
        HandlerChanged(
            conversation=conversation_view(after, tx.parties.get(after.party_id).name),
            previous=str(conversation.handler),
            reason=reason,
        )
    )
    tell_mark(tx, after)
    return after


def assign(tx: CrmTx, conversation_id: ConversationId, user_id: UserId, reason: str) -> Conversation:
    """Gives the conversation to an agent; one that is resolved is refused."""
    conversation = tx.conversations.get(conversation_id)
    if conversation.status is Status.RESOLVED:
        raise WrongState(what="conversation", state=conversation.status.value, wanted="open")
    return change_handler(tx, conversation, Handler(kind=HandlerKind.AGENT, ref=user_id), reason)


def hand_to_queue(
    tx: CrmTx,
    conversation_id: ConversationId,
    holder: Handler,
    epoch: int,
    *,
    queue_id: QueueId | None = None,
    reason: str,
    summary: str = "",
    by: tuple[AuthorKind, str] = (AuthorKind.SYSTEM, ""),
    meta: dict[str, Any] | None = None,
) -> Conversation:
    """The holder gives the conversation to a queue (its own unless named); `summary` becomes a note before."""
    conversation = tx.conversations.get(conversation_id)
    check_epoch(conversation, holder, epoch)
    if summary:
        conversation = record_internal(
            tx, conversation, ExchangeKind.NOTE, summary, by, {"handover": reason, **(meta or {})}
        )
    target = queue_id or conversation.queue_id
    return change_handler(
        tx,
        conversation,
        Handler(kind=HandlerKind.QUEUE, ref=target),
        reason,
        queue_id=target,
        status=Status.OPEN,
    )


def return_to_queue(tx: CrmTx, conversation_id: ConversationId, reason: str) -> Conversation:
    """The system takes the conversation from an agent who went silent, with its history."""
    conversation = tx.conversations.get(conversation_id)
    target = Handler(kind=HandlerKind.QUEUE, ref=conversation.queue_id)
    return change_handler(tx, conversation, target, reason, status=Status.OPEN)


def set_language(tx: CrmTx, conversation_id: ConversationId, language: Language) -> None:
    """Notes the language the customer speaks here; the party keeps the first one known."""
    conversation = tx.conversations.get(conversation_id)
    if conversation.language is not language:
        tx.conversations.save(replace(conversation, language=language))
    party = tx.parties.get(conversation.party_id)
    if party.language is None:
        tx.parties.save(replace(party, language=language))


def resolve(
    tx: CrmTx,
    conversation_id: ConversationId,
    holder: Handler,
    epoch: int,
    *,
    outcome: str,
    note: str = "",
) -> Conversation:
    """The holder ends the conversation with an outcome; a new inbound exchange reopens it."""
    conversation = tx.conversations.get(conversation_id)
    check_epoch(conversation, holder, epoch)
    kind = AuthorKind.AGENT if holder.kind is HandlerKind.AGENT else AuthorKind.BOT
    author = (kind, holder.ref)
    if note.strip():
        conversation = record_internal(tx, conversation, ExchangeKind.NOTE, note.strip(), author)
    conversation = record_internal(
        tx, conversation, ExchangeKind.SYSTEM, "", author, {"event": "resolved", "outcome": outcome}
    )
    after = change_handler(
        tx,
        conversation,
        Handler(kind=HandlerKind.NOBODY),
        "resolved",
        status=Status.RESOLVED,
        resolved_at=tx.now,
        outcome=outcome,
        waiting_since=None,
    )
    name = tx.parties.get(after.party_id).name
    tx.emit(ConversationResolved(conversation=conversation_view(after, name), by=str(holder)))
    return after


def leave_chat(tx: CrmTx, conversation: Conversation) -> None:
    """The visitor of the chat has gone; the conversation stays whose it is. Said once for each time they wrote."""
    mark = ExchangeId(new_id())
    if (
        tx.exchanges.claim(f"{VISITOR_LEFT}:{conversation.id}", str(conversation.customer_lines), mark)
        != mark
    ):
        return
    by = (AuthorKind.CUSTOMER, conversation.customer.value)
    record_internal(tx, conversation, ExchangeKind.SYSTEM, "", by, {"event": VISITOR_LEFT})
    tx.emit(LivePartEnded(conversation_id=conversation.id, queue_id=conversation.queue_id))


def record_internal(
    tx: CrmTx,
    conversation: Conversation,
    kind: ExchangeKind,
    text: str,
    by: tuple[AuthorKind, str],
    meta: dict[str, Any] | None = None,
) -> Conversation:
    """Adds a note or a system event, which no customer ever sees; answers the conversation with it counted."""
    after = replace(conversation, last_position=conversation.last_position + 1, last_activity_at=tx.now)
    exchange = Exchange(
        id=ExchangeId(new_id()),
        conversation_id=after.id,
        position=after.last_position,
        channel=after.channel,
        kind=kind,
        direction=Direction.INTERNAL,
        author=by[0],
        author_ref=by[1],
        text=text,
        html=None,
        meta=meta or {},
        occurred_at=tx.now,
        recorded_at=tx.now,
    )
    tx.conversations.save(after)
    tx.exchanges.append(exchange)
    name = tx.parties.get(after.party_id).name
    tx.emit(ExchangeRecorded(conversation=conversation_view(after, name), exchange=exchange_view(exchange)))
    return after
