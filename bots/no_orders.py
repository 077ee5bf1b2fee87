"""Where no server of the business is configured: every look-up and action fails, so the bot apologises and hands over
to a person."""

from bots.dialogue.outcome import ActionCall, ActionDone
from bots.nlu.understanding import Understanding
from bots.ports import OrderStatus
from core.errors import TryLater
from core.words import ChannelName


class NoOrders:
    """Implements the `Orders` port."""

    async def find(self, order_number: str) -> OrderStatus | None:
        raise TryLater(service="orders", problem="bot.orders_url is not set")


class NoActions:
    """Implements the `Actions` port."""

    async def run(self, action: ActionCall, heard: Understanding, channel: ChannelName) -> ActionDone:
        raise TryLater(service="actions", problem="bot.actions_url is not set")
