"""A post office for the tests: runs e-mail channels, answers customers, looks into the history."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import text as sql

from channels.contract import Ground, Outbound
from channels.email.adapter import EmailChannel
from channels.email.bounces import Report
from channels.email.parse import Echo, parse
from channels.email.threading import Own
from core.bus import Bus
from core.clock import SystemClock
from core.errors import StoreUnavailable
from core.ids import ConversationId, new_id
from core.settings import Settings
from core.store import Store
from core.words import ChannelName
from crm.conversations.handling import assign
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import Delivery, Exchange
from crm.conversations.reply import Reply, begin_attempt, end_attempt, send_reply
from routing.model import Presence, Queue
from storage.outgoing import outgoing
from tests.fixtures import add_user

FIXTURES = Path(__file__).parent / "fixtures"
SECRET = "secret of the tests"
OWN = Own(address="support@example.com", secret=SECRET)
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SENT_ID = "22222222-2222-4222-8222-222222222222"  # the delivery that the fixtures' reports are about
PATIENCE = 60.0


def raw(name: str) -> bytes:
    return (FIXTURES / f"{name}.eml").read_bytes()


def read(name: str, **fields: Any) -> Inbound | Report | Echo:
    return parse(raw(name), OWN, NOW, **fields)


def inbound(name: str, **fields: Any) -> Inbound:
    parsed = read(name, **fields)
    assert isinstance(parsed, Inbound)
    return parsed


def letter(sender: str, to: str, text: str = "Bonjour", **headers: str) -> bytes:
    """A customer's mail; `headers` with _ for -."""
    message = EmailMessage()
    message["From"], message["To"] = sender, to
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in ({"Subject": "Commande", "Message-ID": f"<{new_id()}@example.org>"} | given).items():
        message[name] = value
    message.set_content(text)
    return message.as_bytes()


def outbound(**fields: Any) -> Outbound:
    values: dict[str, Any] = {
        "delivery_id": new_id(),
        "exchange_id": new_id(),
        "conversation_id": new_id(),
        "sender": OWN.address,
        "recipient": "lucie@example.org",
        "text": "Bonjour Lucie",
        "subject": "Commande",
        "language": "fr",
        "author_name": "Camille",
    }
    return Outbound(**(values | fields))


async def until(condition: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Waits until the condition (sync or async) holds, and answers what it gave."""
    deadline = time.monotonic() + patience
    while True:
        result = condition()
        if asyncio.iscoroutine(result):
            result = await result
        if result:
            return result
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.02)


class SwitchedStore:
    """The store, which can be made unavailable, or cut off right after a commit."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.away = False

    @property
    def trouble(self) -> str:
        return self._store.trouble

    async def write(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        if self.away:
            raise StoreUnavailable(problem="switched off by the test")
        return await self._store.write(f, *args, **kwargs)

    async def read(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        return await self._store.read(f, *args, **kwargs)


class Office:
    def __init__(self, store: Store, bus: Bus, http: aiohttp.ClientSession, queue: Queue) -> None:
        self.store = SwitchedStore(store)
        self.queue = queue
        self.counted: Counter[str] = Counter()
        self._bus = bus
        self._http = http
        self._channels: list[EmailChannel] = []

    async def open(self, **email: Any) -> EmailChannel:
        """Starts a channel with these `[email]` settings."""
        settings = Settings.model_validate({"email": {"enabled": True, "address": OWN.address} | email})
        ground = Ground(
            store=self.store,
            bus=self._bus,
            clock=SystemClock(),
            settings=settings,
            secret=SECRET,
            http=self._http,
            limits=Limits(),
            count=lambda channel, what: self.counted.update([what]),
        )
        channel = EmailChannel()
        await channel.start(ground)
        self._channels.append(channel)
        return channel

    async def shut(self, channel: EmailChannel) -> None:
        self._channels.remove(channel)
        await channel.stop()

    async def close(self) -> None:
        for channel in self._channels:
            await channel.stop()

    async def exchanges(self) -> list[Any]:
        """The inbound ones, oldest first: rows of (id, conversation_id, text)."""
        columns = "SELECT id, conversation_id, text FROM exchanges"
        return await self.rows(f"{columns} WHERE direction = 'inbound' ORDER BY recorded_at, id")

    async def rows(self, statement: str) -> list[Any]:
        return await self.store.read(lambda tx: list(tx.conn.execute(sql(statement))))

    async def arrived(self, number: int) -> list[Any]:
        """Waits for the inbound exchange of that number."""

        async def enough() -> list[Any]:
            found = await self.exchanges()
            return found if len(found) >= number else []

        return await until(enough)

    async def reply(self, conversation_id: ConversationId, text: str) -> Exchange:
        """Whoever holds the conversation answers."""

        def answer(tx: Any) -> Exchange:
            conversation = tx.conversations.get(conversation_id)
            return send_reply(
                tx,
                Reply(
                    conversation_id=conversation_id,
                    holder=conversation.handler,
                    epoch=conversation.epoch,
                    text=text,
                    key=new_id(),
                ),
            )

        return await self.store.write(answer)

    async def agent_replies(self, conversation_id: ConversationId, text: str) -> Exchange:
        """An agent takes the conversation and answers."""
        agent = await add_user(self.store, queues=[self.queue])
        await self.store.write(lambda tx: tx.agents.set_presence(agent, Presence.AVAILABLE, "", tx.now))
        await self.store.write(assign, conversation_id, agent, "test")
        return await self.reply(conversation_id, text)

    async def deliver(self, channel: EmailChannel, exchange: Exchange, **changes: Any) -> str:
        """Sends the exchange's delivery as the outbox does, and answers its id."""
        delivery = await self.delivery(exchange)
        await self.store.write(begin_attempt, delivery.id)
        what = await self.store.read(outgoing, delivery.id)
        mail = outbound(
            delivery_id=delivery.id,
            exchange_id=exchange.id,
            conversation_id=what.conversation.id,
            recipient=delivery.recipient,
            also_to=delivery.also_to,
            cc=delivery.cc,
            text=exchange.text,
            subject=what.conversation.subject,
            references=what.references,
        )
        sent = await channel.send(replace(mail, **changes))

        def end(tx: Any) -> None:
            end_attempt(tx, delivery.id, sent.state, provider_id=sent.provider_id, reason=sent.reason)
            tx.conversations.announce(sent.announces, what.conversation.id)

        await self.store.write(end)
        return delivery.id

    async def delivery(self, exchange: Exchange) -> Delivery:
        found: Delivery = await self.store.read(lambda tx: tx.deliveries.of_exchange(exchange.id))
        return found


def conversations(rows: Sequence[Any]) -> list[str]:
    return [row.conversation_id for row in rows]


EMAIL = ChannelName.EMAIL
