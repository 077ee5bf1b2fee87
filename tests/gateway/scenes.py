"""Small scenes that tests of the front door begin with."""

from typing import Any

from core.store import Store
from core.words import ChannelName
from crm.conversations.accept import Accepted, accept
from crm.conversations.joining import Limits
from routing import offers
from routing.matching import Limits as Routing
from routing.model import Queue
from tests.fixtures import add_entry_point, an_inbound


async def a_message(store: Store, queue: Queue, text: str = "Bonjour", **fields: Any) -> Accepted:
    """A customer writes to the queue; without a bot, the conversation waits there."""
    inbound = an_inbound(text, **fields)
    await add_entry_point(store, queue, inbound.channel)
    return await store.write(accept, inbound, Limits())


async def offered(store: Store) -> None:
    """The router makes one pass."""
    await store.write(offers.route, Routing())


SMS = ChannelName.SMS
