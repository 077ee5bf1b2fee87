"""How rows become the domain's objects: one place, used by every repository and view."""

from collections.abc import Mapping
from typing import Any

from core.ids import (
    AttachmentId,
    ContactPointId,
    ConversationId,
    DeliveryId,
    ExchangeId,
    PartyId,
    QueueId,
)
from core.words import (
    Assurance,
    AuthorKind,
    ChannelName,
    ContactKind,
    Direction,
    HandlerKind,
    Language,
)
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
from crm.parties.model import Address, ContactPoint, Fact, Family, Party, PartyKind, Stage

Row = Mapping[Any, Any]


def party(row: Row) -> Party:
    return Party(
        id=PartyId(row["id"]),
        kind=PartyKind(row["kind"]),
        name=row["name"],
        language=_language(row["language"]),
        created_at=row["created_at"],
        merged_into=row["merged_into"],
        stage=Stage(row["stage"]) if row["stage"] else None,
        owner_id=row["owner_id"],
        archived_at=row["archived_at"],
    )


def contact_point(row: Row) -> ContactPoint:
    return ContactPoint(
        id=ContactPointId(row["id"]),
        party_id=PartyId(row["party_id"]),
        kind=ContactKind(row["kind"]),
        value=row["value"],
        assurance=Assurance(row["assurance"]),
        preferred=row["preferred"],
        source=row["source"],
        created_at=row["created_at"],
        shared=row["shared"],
    )


def fact(row: Row) -> Fact:
    return Fact(
        family=Family(row["family"]),
        field=row["field"],
        value=row["value"],
        source=row["source"],
        rank=row["rank"],
        at=row["at"],
        by_id=row["by_id"],
        note=row["note"],
    )


def conversation(row: Row) -> Conversation:
    return Conversation(
        id=ConversationId(row["id"]),
        party_id=PartyId(row["party_id"]),
        queue_id=QueueId(row["queue_id"]),
        channel=ChannelName(row["channel"]),
        business_address=row["business_address"],
        customer=Address(kind=ContactKind(row["customer_kind"]), value=row["customer_value"]),
        reply_to=row["reply_to"],
        subject=row["subject"],
        language=_language(row["language"]),
        status=Status(row["status"]),
        handler=Handler(kind=HandlerKind(row["handler_kind"]), ref=row["handler_ref"]),
        epoch=row["epoch"],
        last_position=row["last_position"],
        customer_lines=row["customer_lines"],
        opened_at=row["opened_at"],
        last_activity_at=row["last_activity_at"],
        waiting_since=row["waiting_since"],
        preview=row["preview"],
        preview_author=AuthorKind(row["preview_author"]),
        resolved_at=row["resolved_at"],
        outcome=row["outcome"],
        follows_id=row["follows_id"],
        tags=tuple(row["tags"]),
    )


def conversation_values(c: Conversation) -> dict[str, Any]:
    """The columns of a conversation."""
    return {
        "id": c.id,
        "party_id": c.party_id,
        "queue_id": c.queue_id,
        "channel": c.channel.value,
        "business_address": c.business_address,
        "customer_kind": c.customer.kind.value,
        "customer_value": c.customer.value,
        "reply_to": c.reply_to,
        "subject": c.subject,
        "language": c.language.value if c.language else None,
        "status": c.status.value,
        "handler_kind": c.handler.kind.value,
        "handler_ref": c.handler.ref,
        "epoch": c.epoch,
        "last_position": c.last_position,
        "customer_lines": c.customer_lines,
        "opened_at": c.opened_at,
        "last_activity_at": c.last_activity_at,
        "waiting_since": c.waiting_since,
        "preview": c.preview,
        "preview_author": c.preview_author.value,
        "resolved_at": c.resolved_at,
        "outcome": c.outcome,
        "follows_id": c.follows_id,
        "tags": list(c.tags),
    }


def exchange(row: Row, attachments: tuple[Attachment, ...] = ()) -> Exchange:
    return Exchange(
        id=ExchangeId(row["id"]),
        conversation_id=ConversationId(row["conversation_id"]),
        position=row["position"],
        channel=ChannelName(row["channel"]),
        kind=ExchangeKind(row["kind"]),
        direction=Direction(row["direction"]),
        author=AuthorKind(row["author"]),
        author_ref=row["author_ref"],
        text=row["text"],
        html=row["html"],
        meta=row["meta"],
        occurred_at=row["occurred_at"],
        recorded_at=row["recorded_at"],
        attachments=attachments,
    )


def attachment(row: Row, data: bytes | None = None) -> Attachment:
    return Attachment(
        id=AttachmentId(row["id"]),
        name=row["name"],
        content_type=row["content_type"],
        size=row["size"],
        sha256=row["sha256"],
        content_id=row["content_id"],
        data=data,
    )


def delivery(row: Row) -> Delivery:
    return Delivery(
        id=DeliveryId(row["id"]),
        exchange_id=ExchangeId(row["exchange_id"]),
        conversation_id=ConversationId(row["conversation_id"]),
        channel=ChannelName(row["channel"]),
        sender=row["sender"],
        recipient=row["recipient"],
        state=DeliveryState(row["state"]),
        attempts=row["attempts"],
        provider_id=row["provider_id"],
        reason=row["reason"],
        in_doubt_since=row["in_doubt_since"],
        updated_at=row["updated_at"],
        also_to=tuple(row["also_to"]),
        cc=tuple(row["cc"]),
    )


def _language(value: str | None) -> Language | None:
    return Language(value) if value else None
