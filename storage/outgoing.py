"""What a channel needs to make one delivery, in one read."""

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from core.ids import DeliveryId
from core.words import AuthorKind
from crm.conversations.model import Conversation, Delivery, Exchange
from storage.engine.transaction import SqlTx
from storage.schema import conversation_references, users

REFERENCES = (
    select(conversation_references.c.reference)
    .where(conversation_references.c.conversation_id == bindparam("conversation_id"))
    .order_by(conversation_references.c.at, conversation_references.c.reference)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """`exchange` carries the bytes of its attachments; `references` are oldest first."""

    delivery: Delivery
    exchange: Exchange
    conversation: Conversation
    author_name: str  # of the agent; "" for a bot
    references: tuple[str, ...]


def outgoing(tx: SqlTx, delivery_id: DeliveryId) -> Outgoing:
    """Raises `NotFound`."""
    delivery = tx.deliveries.get(delivery_id)
    exchange = tx.exchanges.with_files(delivery.exchange_id)
    name = ""
    if exchange.author is AuthorKind.AGENT:
        name = tx.conn.execute(select(users.c.name).where(users.c.id == exchange.author_ref)).scalar() or ""
    found = tx.conn.execute(REFERENCES, {"conversation_id": delivery.conversation_id}).scalars()
    return Outgoing(
        delivery=delivery,
        exchange=exchange,
        conversation=tx.conversations.get(delivery.conversation_id),
        author_name=name,
        references=tuple(found),
    )
