"""What goes out: a reply of an agent or a bot, its delivery queued in the same transaction, and what became of it."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from core.errors import InvalidInput, NoReachableAddress, WrongState
from core.events import Task
from core.ids import AttachmentId, ConversationId, DeliveryId, ExchangeId, new_id
from core.words import Assurance, AuthorKind, ChannelName, ContactKind, Direction, HandlerKind
from crm.conversations.events import DeliveryUpdated, ExchangeRecorded
from crm.conversations.handling import check_epoch, record_internal
from crm.conversations.inbound import InboundFile
from crm.conversations.model import (
    Attachment,
    Conversation,
    Delivery,
    DeliveryState,
    Exchange,
    ExchangeKind,
    Handler,
    Status,
)
from crm.conversations.recipients import Recipients, usual_recipients
from crm.conversations.views import PREVIEW, conversation_view, delivery_view, exchange_view
from crm.identity.normalise import NAMELESS, email_address
from crm.ports import CrmTx

DELIVER = "deliver"  # the task that sends a delivery; payload {"delivery_id"}

CONTACT_KIND = {
    ChannelName.EMAIL: ContactKind.EMAIL,
    ChannelName.SMS: ContactKind.PHONE,
    ChannelName.VOICE: ContactKind.PHONE,
    ChannelName.WEBCHAT: ContactKind.WEBCHAT,
}

RANK = {
    DeliveryState.QUEUED: 0,
    DeliveryState.SENT: 1,
    DeliveryState.DELIVERED: 2,
    DeliveryState.READ: 3,
    DeliveryState.FAILED: 4,
    DeliveryState.BOUNCED: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A message to the customer. `key` makes a repeated command one reply; `channel` None: where they last spoke."""

    conversation_id: ConversationId
    holder: Handler
    epoch: int
    text: str
    key: str
    channel: ChannelName | None = None
    recipients: Recipients | None = None  # of a mail; None: an agent's answer goes to the usual ones
    files: tuple[InboundFile, ...] = ()
    meta: dict[str, Any] = field(default_factory=dict)


def send_reply(tx: CrmTx, reply: Reply) -> Exchange:
    """Records the reply and queues its delivery; the holder and epoch must be the present ones."""
    if not reply.text.strip() and not reply.files:
        raise InvalidInput(problem="Write something, or attach a file, before you send")
    conversation = tx.conversations.get(reply.conversation_id)
    exchange_id = ExchangeId(new_id())
    earlier = tx.exchanges.claim(f"reply:{reply.conversation_id}", reply.key, exchange_id)
    if earlier != exchange_id:
        return tx.exchanges.get(earlier)
    check_epoch(conversation, reply.holder, reply.epoch)
    channel = reply.channel or conversation.channel
    sender, recipients = _route(tx, conversation, channel, reply)
    conversation = _answered(tx, conversation, reply)
    exchange = _exchange(tx, conversation, reply, channel, exchange_id)
    tx.exchanges.append(exchange)
    delivery = _queue_delivery(tx, conversation, exchange, sender, recipients)
    name = tx.parties.get(conversation.party_id).name
    tx.emit(
        ExchangeRecorded(
            conversation=conversation_view(conversation, name), exchange=exchange_view(exchange, delivery)
        )
    )
    return exchange


def add_note(tx: CrmTx, conversation_id: ConversationId, author_ref: str, text: str) -> Conversation:
    """An internal note; anyone who sees the conversation may leave one, whoever holds it."""
    if not text.strip():
        raise InvalidInput(problem="Write something before you save the note")
    conversation = tx.conversations.get(conversation_id)
    return record_internal(tx, conversation, ExchangeKind.NOTE, text.strip(), (AuthorKind.AGENT, author_ref))


def resend(tx: CrmTx, delivery_id: DeliveryId) -> Delivery:
    """Tries a failed delivery again, from the start."""
    delivery = tx.deliveries.get(delivery_id)
    if delivery.state not in (DeliveryState.FAILED, DeliveryState.BOUNCED):
        raise WrongState(what="delivery", state=delivery.state.value, wanted="failed or bounced")
    delivery = replace(
        delivery,
        state=DeliveryState.QUEUED,
        provider_id=None,
        reason=None,
        in_doubt_since=None,
        updated_at=tx.now,
    )
    save_delivery(tx, delivery)
    tx.enqueue(_task(delivery))
    return delivery


def begin_attempt(tx: CrmTx, delivery_id: DeliveryId) -> Delivery | None:
    """Marks that an attempt begins, so that a crash during it is known as a doubt; None when there is nothing to do.

    The answer still carries the earlier attempt's `in_doubt_since`, if that attempt's end is not known.
    """
    delivery = tx.deliveries.get(delivery_id)
    if delivery.state is not DeliveryState.QUEUED:
        return None
    tx.deliveries.save(
        replace(
            delivery,
            attempts=delivery.attempts + 1,
            in_doubt_since=delivery.in_doubt_since or tx.now,
            updated_at=tx.now,
        )
    )
    return delivery


def end_attempt(
    tx: CrmTx,
    delivery_id: DeliveryId,
    state: DeliveryState,
    *,
    provider_id: str | None = None,
    reason: str | None = None,
) -> None:
    """Writes how an attempt ended. QUEUED means: not sent, surely, and to be tried again."""
    delivery = tx.deliveries.get(delivery_id)
    if delivery.state is not DeliveryState.QUEUED:  # a status callback was faster
        tx.deliveries.save(
            replace(delivery, provider_id=provider_id or delivery.provider_id, in_doubt_since=None)
        )
        return
    save_delivery(
        tx,
        replace(
            delivery,
            state=state,
            provider_id=provider_id or delivery.provider_id,
            reason=reason,
            in_doubt_since=None,
            updated_at=tx.now,
        ),
    )


def record_status(
    tx: CrmTx,
    channel: ChannelName,
    state: DeliveryState,
    *,
    provider_id: str = "",
    delivery_id: str = "",
    reason: str | None = None,
    about: str = "",
) -> bool:
    """What the vendor reports later. States only go forward; False when the delivery is not known.

    `about` is the one it concerns, of a mail to several.
    """
    delivery = tx.deliveries.by_provider_id(channel, provider_id) if provider_id else None
    if delivery is None and delivery_id:
        delivery = tx.deliveries.get(DeliveryId(delivery_id))
    if delivery is None:
        return False
    if delivery.provider_id and provider_id and delivery.provider_id != provider_id:
        return True  # of an earlier message: the delivery was sent again since, and this one's end is its own
    if reason and about and (delivery.also_to or delivery.cc):
        reason = f"{about}: {reason}"
    if RANK[state] > RANK[delivery.state]:
        save_delivery(
            tx,
            replace(
                delivery,
                state=state,
                provider_id=delivery.provider_id or provider_id or None,
                reason=reason,
                in_doubt_since=None,
                updated_at=tx.now,
            ),
        )
    return True


def save_delivery(tx: CrmTx, delivery: Delivery) -> None:
    """Saves it and tells."""
    tx.deliveries.save(delivery)
    conversation = tx.conversations.get(delivery.conversation_id)
    tx.emit(
        DeliveryUpdated(
            conversation_id=delivery.conversation_id,
            exchange_id=delivery.exchange_id,
            queue_id=conversation.queue_id,
            delivery=delivery_view(delivery),
            handler=str(conversation.handler),
        )
    )


def _route(
    tx: CrmTx, conversation: Conversation, channel: ChannelName, reply: Reply
) -> tuple[str, Recipients]:
    """(our address, theirs). A mail that an agent writes goes to all who are concerned, a bot's to who spoke."""
    if channel is not ChannelName.EMAIL:
        if reply.recipients is not None:
            raise InvalidInput(problem="Only an e-mail goes to several people; leave out “to” and “cc”")
    elif reply.recipients is not None:
        copied = (*reply.recipients.to, *reply.recipients.cc)
        tx.conversations.join(conversation.id, [email_address(one) for one in copied])
        own = conversation.business_address if channel is conversation.channel else ""
        return own, reply.recipients
    elif channel is conversation.channel and reply.holder.kind is HandlerKind.AGENT:
        usual = usual_recipients(tx, conversation)
        if usual.to:
            return conversation.business_address, usual
    sender, recipient = _recipient(tx, conversation, channel)
    return sender, Recipients(to=(recipient,))


def _recipient(tx: CrmTx, conversation: Conversation, channel: ChannelName) -> tuple[str, str]:
    """(our address, theirs) for an answer on `channel` to who spoke last."""
    if channel is conversation.channel:
        if conversation.reply_to.startswith(NAMELESS):
            raise NoReachableAddress(channel=channel.value)
        return conversation.business_address, conversation.reply_to
    kind = CONTACT_KIND[channel]
    for point in tx.parties.contact_points(conversation.party_id):
        if (
            point.kind is kind
            and point.assurance is not Assurance.BLOCKED
            and kind is not ContactKind.WEBCHAT
        ):
            return "", point.value
    raise NoReachableAddress(channel=channel.value)


def _answered(tx: CrmTx, conversation: Conversation, reply: Reply) -> Conversation:
    after = replace(
        conversation,
        last_position=conversation.last_position + 1,
        last_activity_at=tx.now,
        status=Status.WAITING,
        waiting_since=None,
        preview=reply.text[:PREVIEW],
        preview_author=_author(reply.holder),
    )
    tx.conversations.save(after)
    return after


def _author(holder: Handler) -> AuthorKind:
    return AuthorKind.BOT if holder.kind is HandlerKind.BOT else AuthorKind.AGENT


def _exchange(
    tx: CrmTx, conversation: Conversation, reply: Reply, channel: ChannelName, exchange_id: ExchangeId
) -> Exchange:
    return Exchange(
        id=exchange_id,
        conversation_id=conversation.id,
        position=conversation.last_position,
        channel=channel,
        kind=ExchangeKind.MESSAGE,
        direction=Direction.OUTBOUND,
        author=_author(reply.holder),
        author_ref=reply.holder.ref,
        text=reply.text,
        html=None,
        meta=dict(reply.meta),
        occurred_at=tx.now,
        recorded_at=tx.now,
        attachments=tuple(
            Attachment(
                id=AttachmentId(new_id()),
                name=file.name,
                content_type=file.content_type,
                size=len(file.data),
                sha256=sha256(file.data).hexdigest(),
                data=file.data,
            )
            for file in reply.files
        ),
    )


def _queue_delivery(
    tx: CrmTx, conversation: Conversation, exchange: Exchange, sender: str, recipients: Recipients
) -> Delivery:
    delivery = Delivery(
        id=DeliveryId(new_id()),
        exchange_id=exchange.id,
        conversation_id=conversation.id,
        channel=exchange.channel,
        sender=sender,
        recipient=recipients.to[0],
        also_to=recipients.to[1:],
        cc=recipients.cc,
        state=DeliveryState.QUEUED,
        attempts=0,
        provider_id=None,
        reason=None,
        in_doubt_since=None,
        updated_at=tx.now,
    )
    tx.deliveries.insert(delivery)
    tx.enqueue(_task(delivery))
    return delivery


def _task(delivery: Delivery) -> Task:
    return Task(
        kind=DELIVER,
        payload={"delivery_id": delivery.id},
        lane=f"conversation:{delivery.conversation_id}:out",
        key=delivery.id,
    )
