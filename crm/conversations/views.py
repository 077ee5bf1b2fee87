"""The JSON shapes of conversations, exchanges, deliveries and calls: the same in events, API and console."""

from typing import Any

from crm.conversations.model import Call, Conversation, Delivery, Exchange, ReadingMark

PREVIEW = 140  # characters


def conversation_view(conversation: Conversation, party_name: str) -> dict[str, Any]:
    """The summary that lists show and that every conversation event carries."""
    c = conversation
    return {
        "id": c.id,
        "party_id": c.party_id,
        "party_name": party_name,
        "queue_id": c.queue_id,
        "channel": c.channel.value,
        "business_address": c.business_address,
        "customer": {"kind": c.customer.kind.value, "value": c.customer.value},
        "subject": c.subject,
        "language": c.language.value if c.language else None,
        "status": c.status.value,
        "handler": {"kind": c.handler.kind.value, "ref": c.handler.ref},
        "epoch": c.epoch,
        "last_position": c.last_position,
        "customer_lines": c.customer_lines,
        "preview": c.preview,
        "preview_author": c.preview_author.value,
        "opened_at": c.opened_at.isoformat(),
        "last_activity_at": c.last_activity_at.isoformat(),
        "waiting_since": c.waiting_since.isoformat() if c.waiting_since else None,
        "resolved_at": c.resolved_at.isoformat() if c.resolved_at else None,
        "outcome": c.outcome,
        "follows_id": c.follows_id,
        "tags": list(c.tags),
    }


def exchange_view(exchange: Exchange, delivery: Delivery | None = None) -> dict[str, Any]:
    """One line of the timeline; attachments without their bytes. HTML is fetched on its own, sandboxed."""
    e = exchange
    return {
        "id": e.id,
        "conversation_id": e.conversation_id,
        "position": e.position,
        "channel": e.channel.value,
        "kind": e.kind.value,
        "direction": e.direction.value,
        "author": e.author.value,
        "author_ref": e.author_ref,
        "text": e.text,
        "has_html": e.html is not None,
        "meta": dict(e.meta),
        "occurred_at": e.occurred_at.isoformat(),
        "recorded_at": e.recorded_at.isoformat(),
        "attachments": [
            {"id": a.id, "name": a.name, "content_type": a.content_type, "size": a.size}
            for a in e.attachments
        ],
        "delivery": delivery_view(delivery) if delivery else None,
    }


def delivery_view(delivery: Delivery) -> dict[str, Any]:
    """How far an outbound exchange got."""
    return {
        "id": delivery.id,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "recipient": delivery.recipient,
        "also_to": list(delivery.also_to),
        "cc": list(delivery.cc),
        "reason": delivery.reason,
        "updated_at": delivery.updated_at.isoformat(),
    }


def reading_view(mark: ReadingMark) -> dict[str, Any]:
    """How far was read; what the customer wrote beyond is `customer_lines` of the conversation less these."""
    return {
        "conversation_id": mark.conversation_id,
        "position": mark.position,
        "customer_lines": mark.customer_lines,
    }


def call_view(call: Call) -> dict[str, Any]:
    """A call for the call bar."""
    return {
        "id": call.id,
        "conversation_id": call.conversation_id,
        "state": call.state.value,
        "from_number": call.from_number,
        "started_at": call.started_at.isoformat(),
        "answered_at": call.answered_at.isoformat() if call.answered_at else None,
        "ended_at": call.ended_at.isoformat() if call.ended_at else None,
    }
