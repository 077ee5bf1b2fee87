"""What the bot needs from others: someone who knows the orders."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol


class OrderState(StrEnum):
    RECEIVED = "received"
    PREPARING = "preparing"
    SHIPPED = "shipped"
    OUT_FOR_DELIVERY = "out_for_delivery"
    DELIVERED = "delivered"
    DELAYED = "delayed"
    CANCELLED = "cancelled"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStatus:
    """What may be told to whoever knows the order's number: no name, no address, no amount."""

    number: str
    state: OrderState
    since: date | None = None
    expected_on: date | None = None
    carrier: str | None = None
    tracking_url: str | None = None


class Orders(Protocol):
    async def find(self, order_number: str) -> OrderStatus | None:
        """The order of that number (`CF-10234`, or its digits alone), or None if there is none.

        May raise and may be slow: the caller bounds the time and hands over to a person when it fails.
        """
        ...
