"""Takes one inbound item into the history: idempotency, identity, threading, handler, events, in one transaction.

The source is told "accepted" only after the store committed this function (invariant 1 of the contact history).
"""

from dataclasses import dataclass, replace
from hashlib import sha256

from core.ids import AttachmentId, ConversationId, ExchangeId, PartyId, QueueId, new_id
from core.words import AuthorKind, ChannelName, Direction, HandlerKind
from crm.conversations.events import ConversationOpened, ConversationReopened, ExchangeRecorded
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Join, Limits, by_party, by_reference
from crm.conversations.model import (
    Attachment,
    Conversation,
    EntryPoint,
    Exchange,
    ExchangeKind,
    Handler,
    Status,
)
from crm.conversations.views import PREVIEW, conversation_view, exchange_view
from crm.identity.resolve import lock_key, resolve_party
from crm.parties.model import ContactPoint, Party
from crm.ports import CrmTx


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """Where the item is in the history. `duplicate`: it already was, and nothing changed."""

    conversation_id: ConversationId
    exchange_id: ExchangeId
    party_id: PartyId
    position: int
    handler: Handler
    epoch: int
    duplicate: bool = False


def accept(tx: CrmTx, inbound: Inbound, limits: Limits) -> Accepted:
    """Records the item once, in the conversation the rules say, and answers where. Safe to call again."""
    tx.lock(lock_key(inbound.sender))
    exchange_id = ExchangeId(new_id())
    scope = f"{inbound.channel.value}:{inbound.account}"
    earlier = tx.exchanges.claim(scope, inbound.provider_id, exchange_id)
    if earlier != exchange_id:
        return _already(tx, earlier)
    party, point = resolve_party(tx, inbound)
    for claimed in inbound.claims:
        tx.parties.insert_claim(party.id, claimed, tx.now)
    join = _choose(tx, inbound, party, point, limits)
    before = join.conversation
    conversation = before or _open(tx, inbound, party, join.follows)
    asker = party if conversation.party_id == party.id else tx.parties.get(conversation.party_id)
    conversation = _wake(tx, conversation, inbound, asker, new=before is None)
    exchange = _exchange(tx, inbound, conversation, exchange_id)
    if asker is not party:  # a second person writes on the thread
        exchange.meta["author_name"] = party.name
    tx.exchanges.append(exchange)
    tx.conversations.announce(inbound.announces, conversation.id)
    tx.conversations.join(conversation.id, inbound.copied)
    if before is None or (before.customer, before.reply_to) != (conversation.customer, conversation.reply_to):
        tx.conversations.joined_by_writing(conversation.id, inbound.sender, conversation.reply_to)
    tx.emit(
        ExchangeRecorded(
            conversation=conversation_view(conversation, asker.name), exchange=exchange_view(exchange)
        )
    )
    return _accepted(conversation, exchange)


def _already(tx: CrmTx, exchange_id: ExchangeId) -> Accepted:
    exchange = tx.exchanges.get(exchange_id)
    conversation = tx.conversations.get(exchange.conversation_id)
    return replace(_accepted(conversation, exchange), duplicate=True)


def _accepted(conversation: Conversation, exchange: Exchange) -> Accepted:
    return Accepted(
        conversation_id=conversation.id,
        exchange_id=exchange.id,
        party_id=conversation.party_id,
        position=exchange.position,
        handler=conversation.handler,
        epoch=conversation.epoch,
    )


def _choose(tx: CrmTx, inbound: Inbound, party: Party, point: ContactPoint, limits: Limits) -> Join:
    referred = tx.conversations.referred_to(inbound.refers_to) if inbound.refers_to else None
    if referred is not None and _may_join(tx, inbound, party, referred):
        return by_reference(referred, tx.now, limits)
    open_ones: tuple[Conversation, ...] = ()
    if inbound.channel is not ChannelName.EMAIL:
        open_ones = tx.conversations.open_of(party.id)
        if point.shared:
            theirs = tx.conversations.open_at(inbound.sender)
            open_ones = (*theirs, *(one for one in open_ones if one not in theirs))
    hops = any(c.channel is not inbound.channel for c in open_ones)
    others = tx.parties.contact_points(party.id) if hops else ()
    return by_party(inbound, point, others, open_ones, tx.now, limits)


def _may_join(tx: CrmTx, inbound: Inbound, party: Party, referred: Conversation) -> bool:
    """A reference alone is not enough: the sender must be on that conversation (invariant 5)."""
    return referred.party_id == party.id or tx.conversations.is_on(referred.id, inbound.sender)


def _open(tx: CrmTx, inbound: Inbound, party: Party, follows: Conversation | None) -> Conversation:
    entry = tx.conversations.entry_point(inbound.channel, inbound.business_address)
    return Conversation(
        id=ConversationId(new_id()),
        party_id=party.id,
        queue_id=entry.queue_id,
        channel=inbound.channel,
        business_address=inbound.business_address,
        customer=inbound.sender,
        reply_to=inbound.reply_to or inbound.sender.value,
        subject=inbound.subject,
        language=inbound.language or party.language,
        status=Status.OPEN,
        handler=_first_handler(entry, inbound, entry.queue_id),
        epoch=1,
        last_position=0,
        opened_at=tx.now,
        last_activity_at=tx.now,
        waiting_since=None,
        follows_id=follows.id if follows else None,
    )


def _first_handler(entry: EntryPoint, inbound: Inbound, queue_id: QueueId) -> Handler:
    """The entry point's bot, unless a machine wrote: two machines must not talk to each other for ever."""
    if entry.bot and not inbound.automatic:
        return Handler(kind=HandlerKind.BOT, ref=entry.bot)
    return Handler(kind=HandlerKind.QUEUE, ref=queue_id)


def _wake(tx: CrmTx, before: Conversation, inbound: Inbound, asker: Party, *, new: bool) -> Conversation:
    """The conversation with the item counted in: open, its address renewed, reopened when it was resolved."""
    reopens = before.status is Status.RESOLVED and not inbound.automatic
    after = replace(
        before,
        channel=inbound.channel,
        business_address=inbound.business_address,
        customer=inbound.sender,
        reply_to=inbound.reply_to or inbound.sender.value,
        language=inbound.language or before.language,
        last_position=before.last_position + 1,
        customer_lines=before.customer_lines + 1,
        last_activity_at=tx.now,
        preview=(inbound.text or inbound.subject)[:PREVIEW],
        preview_author=AuthorKind.CUSTOMER,
    )
    if not inbound.automatic:
        after = replace(after, status=Status.OPEN, waiting_since=before.waiting_since or tx.now)
    if reopens:
        entry = tx.conversations.entry_point(inbound.channel, inbound.business_address)
        after = replace(
            after,
            # Back in its own queue: one that was transferred stays the business of those it was given to.
            handler=_first_handler(entry, inbound, before.queue_id),
            epoch=before.epoch + 1,
            resolved_at=None,
            outcome=None,
        )
    if new:
        tx.conversations.insert(after)
        tx.emit(ConversationOpened(conversation=conversation_view(after, asker.name)))
    else:
        tx.conversations.save(after)
    if reopens:
        tx.emit(ConversationReopened(conversation=conversation_view(after, asker.name)))
    return after


def _exchange(tx: CrmTx, inbound: Inbound, conversation: Conversation, exchange_id: ExchangeId) -> Exchange:
    return Exchange(
        id=exchange_id,
        conversation_id=conversation.id,
        position=conversation.last_position,
        channel=inbound.channel,
        kind=inbound.kind if inbound.kind is not ExchangeKind.SYSTEM else ExchangeKind.MESSAGE,
        direction=Direction.INBOUND,
        author=AuthorKind.CUSTOMER,
        author_ref=inbound.sender.value,
        text=inbound.text,
        html=inbound.html,
        meta={"automatic": True, **inbound.meta} if inbound.automatic else dict(inbound.meta),
        occurred_at=inbound.occurred_at,
        recorded_at=tx.now,
        attachments=tuple(
            Attachment(
                id=AttachmentId(new_id()),
                name=file.name,
                content_type=file.content_type,
                size=len(file.data),
                sha256=sha256(file.data).hexdigest(),
                data=file.data,
                content_id=file.content_id,
            )
            for file in inbound.files
        ),
    )
