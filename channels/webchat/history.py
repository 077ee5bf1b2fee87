"""What the web chat reads and writes in the contact history: transactions, plain and synchronous.

A session's conversations ("threads") are found by references: `chat:<session>` leads to the first, and a
further one is announced under the next number once the last may no longer be reopened. A visitor sees the
lines of their threads that were spoken on this channel: no notes, nothing of the system, no mail.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import count

from core.ids import AttachmentId, ConversationId, ExchangeId
from core.words import ChannelName, Direction
from crm.conversations.accept import Accepted, accept
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits, by_reference
from crm.conversations.model import Attachment, Conversation, DeliveryState, Exchange
from crm.conversations.reply import RANK, record_status
from crm.identity.resolve import lock_key, resolve_party
from crm.parties.model import Address
from crm.ports import CrmTx
from routing.ports import RoutingTx

PAGE = 200  # lines a widget gets at once; who missed more starts afresh from the last ones
LINE_WINDOW = 60  # lines looked back on for marks
IN_LINE = 500  # places told a queue


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """Where a message is in the history, and the exchange as it stands there."""

    accepted: Accepted
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Lines to show. `fresh`: they replace what the widget has; else they follow it."""

    conversation: Conversation | None = None
    lines: tuple[Exchange, ...] = ()
    fresh: bool = True


def reference(session_id: str, number: int) -> str:
    return f"chat:{session_id}#{number}" if number else f"chat:{session_id}"


def threads(tx: CrmTx, session_id: str) -> Iterator[Conversation]:
    """The session's conversations, oldest first; there are as many as it let grow cold, plus one."""
    for number in count():
        found = tx.conversations.referred_to((reference(session_id, number),))
        if found is None:
            return
        yield found


def say(tx: CrmTx, inbound: Inbound, limits: Limits) -> Said:
    """Takes a message into the session's last thread, or a next one when that has grown cold."""
    session_id = inbound.account
    tx.lock(lock_key(inbound.sender))
    number, last = -1, None
    for number, last in enumerate(threads(tx, session_id)):  # noqa: B007  the last one is what we want
        pass
    known = (reference(session_id, number),) if last else ()
    cold = last is None or by_reference(last, tx.now, limits).conversation is None
    fresh = (reference(session_id, number + 1),) if cold else ()
    accepted = accept(tx, replace(inbound, refers_to=known, announces=fresh), limits)
    return Said(accepted=accepted, exchange=tx.exchanges.get(accepted.exchange_id))


def page(tx: CrmTx, session_id: str, thread: str = "", after: int = 0) -> Page:
    """What followed (thread, after); all of the last thread when the widget knows none of ours."""
    mine = list(threads(tx, session_id))
    if not mine:
        return Page()
    known = next((n for n, conversation in enumerate(mine) if conversation.id == thread), None)
    if known is None:
        return Page(conversation=mine[-1], lines=_lines(tx, mine[-1], 0))
    lines = _lines(tx, mine[known], after)
    for later in mine[known + 1 :]:
        lines += _lines(tx, later, 0)
    if len(lines) >= PAGE:
        return Page(conversation=mine[-1], lines=_lines(tx, mine[-1], 0))
    return Page(conversation=mine[-1], lines=lines, fresh=False)


def mark(tx: CrmTx, session_id: str, thread: str, position: int, state: DeliveryState) -> None:
    """The deliveries up to the position got to the visitor (DELIVERED) or were read by them (READ)."""
    for delivery_id in unmarked(tx, session_id, thread, position, state):
        record_status(tx, ChannelName.WEBCHAT, state, delivery_id=delivery_id)


def unmarked(tx: CrmTx, session_id: str, thread: str, position: int, state: DeliveryState) -> tuple[str, ...]:
    """The deliveries `mark` would change. Most marks repeat what is known, and nothing need be written."""
    mine = {conversation.id for conversation in threads(tx, session_id)}
    if thread not in mine:
        return ()
    found = []
    for line in tx.exchanges.visible_lines(ConversationId(thread), max(0, position - LINE_WINDOW), PAGE):
        if line.position > position or line.direction is not Direction.OUTBOUND or not _here(line):
            continue
        delivery = tx.deliveries.of_exchange(line.id)
        if delivery is not None and RANK[delivery.state] < RANK[state]:
            found.append(str(delivery.id))
    return tuple(found)


def introduce(tx: CrmTx, inbound: Inbound) -> None:
    """Keeps who an unverified visitor says they are, if they spoke already; else their next message carries it."""
    tx.lock(lock_key(inbound.sender))
    if tx.parties.find(inbound.sender) is None:
        return
    party, _ = resolve_party(tx, inbound)
    for claimed in inbound.claims:
        tx.parties.insert_claim(party.id, claimed, tx.now)


def visit(tx: CrmTx, visitor: Address, page: str, at: datetime) -> None:
    tx.parties.insert_visit(visitor, page, at)


def sent_line(tx: CrmTx, exchange_id: ExchangeId) -> Exchange:
    return tx.exchanges.get(exchange_id)


def file(tx: CrmTx, exchange_id: ExchangeId, attachment_id: AttachmentId) -> Attachment | None:
    """The file with its bytes."""
    exchange = tx.exchanges.with_files(exchange_id)
    return next((a for a in exchange.attachments if a.id == attachment_id), None)


def places(tx: RoutingTx) -> dict[str, int]:
    """conversation → place in the line of its queue, from 1."""
    seen: dict[str, int] = {}
    found: dict[str, int] = {}
    for item in tx.work.waiting(IN_LINE):
        seen[item.queue_id] = seen.get(item.queue_id, 0) + 1
        found[item.conversation_id] = seen[item.queue_id]
    return found


def _lines(tx: CrmTx, conversation: Conversation, after: int) -> tuple[Exchange, ...]:
    return tuple(line for line in tx.exchanges.visible_lines(conversation.id, after, PAGE) if _here(line))


def _here(line: Exchange) -> bool:
    return line.channel is ChannelName.WEBCHAT
