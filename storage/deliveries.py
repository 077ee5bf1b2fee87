"""Deliveries in SQL."""

from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update

from core.errors import NotFound
from core.ids import DeliveryId, ExchangeId
from core.words import ChannelName
from crm.conversations.model import Delivery
from storage import rows
from storage.schema import deliveries

INSERT = insert(deliveries)
UPDATE = update(deliveries).where(deliveries.c.id == bindparam("b_id"))
BY_ID = select(deliveries).where(deliveries.c.id == bindparam("delivery_id")).with_for_update()
READ_BY_ID = select(deliveries).where(deliveries.c.id == bindparam("delivery_id"))
BY_EXCHANGE = select(deliveries).where(deliveries.c.exchange_id == bindparam("exchange_id"))
READ_BY_PROVIDER_ID = select(deliveries).where(
    deliveries.c.channel == bindparam("channel"), deliveries.c.provider_id == bindparam("provider_id")
)
BY_PROVIDER_ID = READ_BY_PROVIDER_ID.with_for_update()


class SqlDeliveries:
    """Implements `crm.ports.Deliveries`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    def get(self, delivery_id: DeliveryId) -> Delivery:
        query = READ_BY_ID if self._reading() else BY_ID
        row = self._conn.execute(query, {"delivery_id": delivery_id}).mappings().first()
        if row is None:
            raise NotFound(what="delivery", id=delivery_id)
        return rows.delivery(row)

    def of_exchange(self, exchange_id: ExchangeId) -> Delivery | None:
        row = self._conn.execute(BY_EXCHANGE, {"exchange_id": exchange_id}).mappings().first()
        return rows.delivery(row) if row else None

    def by_provider_id(self, channel: ChannelName, provider_id: str) -> Delivery | None:
        query = READ_BY_PROVIDER_ID if self._reading() else BY_PROVIDER_ID
        found = self._conn.execute(query, {"channel": channel.value, "provider_id": provider_id})
        row = found.mappings().first()
        return rows.delivery(row) if row else None

    def _reading(self) -> bool:
        return bool(self._conn.get_execution_options().get("reading"))

    def insert(self, delivery: Delivery) -> None:
        self._conn.execute(INSERT, _values(delivery))

    def save(self, delivery: Delivery) -> None:
        self._conn.execute(UPDATE, {**_values(delivery), "b_id": delivery.id})


def _values(delivery: Delivery) -> dict[str, Any]:
    return {
        "id": delivery.id,
        "exchange_id": delivery.exchange_id,
        "conversation_id": delivery.conversation_id,
        "channel": delivery.channel.value,
        "sender": delivery.sender,
        "recipient": delivery.recipient,
        "state": delivery.state.value,
        "attempts": delivery.attempts,
        "provider_id": delivery.provider_id,
        "reason": delivery.reason,
        "in_doubt_since": delivery.in_doubt_since,
        "updated_at": delivery.updated_at,
        "also_to": list(delivery.also_to),
        "cc": list(delivery.cc),
    }
