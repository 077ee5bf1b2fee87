"""Sends one reply: a line to the session's room. Whoever is not connected reads it from the history later."""

from channels.contract import Outbound, Sent
from channels.webchat import history
from channels.webchat.namespace import ChatNamespace
from channels.webchat.talk import Talk, rooms
from core.errors import TryLater
from core.ids import ExchangeId
from core.store import Store


async def send(namespace: ChatNamespace, talk: Talk, store: Store, outbound: Outbound) -> Sent:
    """SENT, whether or not a socket hears it: the history holds it, the widget's `got` makes it DELIVERED.

    A second attempt after a crash tells the same line again; the widget knows it by its place.
    """
    if not namespace.attached:
        raise TryLater(service="The web chat", problem="its sockets are not open yet")
    exchange = await store.read(history.sent_line, ExchangeId(outbound.exchange_id))
    line = await talk.line(exchange)
    await namespace.emit("line", line, room=list(rooms(outbound.recipient, outbound.conversation_id)))
    return Sent(provider_id=outbound.delivery_id)
