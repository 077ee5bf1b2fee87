"""Where no order system is configured: every look-up fails, so the bot apologises and hands over to a person."""

from bots.ports import OrderStatus
from core.errors import TryLater


class NoOrders:
    """Implements the `Orders` port."""

    async def find(self, order_number: str) -> OrderStatus | None:
        raise TryLater(service="orders", problem="bot.orders_url is not set")
