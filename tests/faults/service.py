"""The product in the test's own process, beside a telephone provider whose mood the test sets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from core.ids import DeliveryId, UserId, new_id
from core.settings import load_settings
from core.words import HandlerKind
from crm.conversations.handling import assign
from crm.conversations.model import Delivery, Handler
from crm.conversations.reply import Reply, send_reply
from gateway.assembly.product import Product
from routing.model import Presence
from storage.schema import conversations, exchange_keys
from tests.faults.provider import ACCOUNT, TOKEN, Provider, signed
from tests.fixtures import add_user
from tests.running import give_model
from tests.servers.process import free_port

OURS = "+33199000000"
THEIRS = "+33639980001"
AWAY = {"failing": (500, 20500, "Internal Server Error"), "busy": (429, 20429, "Too Many Requests")}


def _refusal(status: int, code: int, message: str) -> web.Response:
    headers = {"Retry-After": "2"} if status == 429 else None
    return web.json_response({"code": code, "message": message}, status=status, headers=headers)


class MoodyProvider(Provider):
    """Takes messages as the sandbox does, unless its mood says otherwise; `tries` are the moments of each try.

    `questions` counts how often it was asked about one call or message; failing or busy, it does not say either.
    """

    mood: str = "well"
    questions: int = 0
    tries: list[float]

    @web.middleware
    async def _slowly(self, request: web.Request, handler: Any) -> web.StreamResponse:
        sends = request.method == "POST" and request.path.endswith("/Messages.json")
        asks = request.method == "GET" and ("/Calls/" in request.path or "/Messages/" in request.path)
        if sends:
            self.tries.append(asyncio.get_running_loop().time())
        elif asks:
            self.questions += 1
        else:
            return await handler(request)
        if self.mood in AWAY:
            return _refusal(*AWAY[self.mood])
        if asks:
            return await handler(request)
        if self.mood == "refusing":
            return _refusal(400, 21610, "Attempt to send to unsubscribed")
        form = await request.post()
        answer = await handler(request)
        if answer.status == 201:
            self.sent[str(form["StatusCallback"]).rpartition("=")[2]] += 1
        if self.mood == "hanging up":
            assert request.transport is not None
            request.transport.abort()
        if self.mood == "silent":
            while request.transport is not None and not request.transport.is_closing():
                await asyncio.sleep(0.05)
        return answer


class Service:
    """One product; restart it by `stop` and `start`."""

    def __init__(self, folder: Path, **more: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.provider = MoodyProvider(self.url, None)  # type: ignore[arg-type]  # its dice are not thrown
        self.provider.tries = []
        self.env = {
            "FILROUGE_PORT": str(self.port),
            "FILROUGE_SERVER__DATA_DIR": str(folder / "data"),
            "FILROUGE_SERVER__SECRET": "secret-of-the-test",
            "FILROUGE_PROVIDER__ACCOUNT_SID": ACCOUNT,
            "FILROUGE_PROVIDER__AUTH_TOKEN": TOKEN,
            "FILROUGE_PROVIDER__API_URL": self.provider.url,
            "FILROUGE_SMS__ENABLED": "true",
            "FILROUGE_SMS__NUMBER": OURS,
            "FILROUGE_BOT__ENABLED": "false",
            **more,
        }
        self.product: Product | None = None

    async def start(self) -> None:
        self.product = Product(load_settings(env=self.env))
        await self.product.start()

    async def stop(self) -> None:
        if self.product is not None:
            await self.product.stop()
            self.product = None

    @property
    def store(self) -> Any:
        assert self.product is not None
        assert self.product.opened is not None
        return self.product.opened.store

    async def customer_writes(
        self, text: str = "Bonjour", sid: str | None = None, sender: str = THEIRS
    ) -> web.Response | Any:
        """One try of the provider to hand a message over; the answer's status and headers."""
        return await post_message(self.url, sid or f"SM{new_id().replace('-', '')}", text, sender)

    async def ready(self) -> tuple[int, dict[str, str]]:
        async with aiohttp.ClientSession() as http, http.get(f"{self.url}/readyz") as answer:
            return answer.status, (await answer.json())["checks"]

    async def agent_replies(self, text: str = "Oui") -> DeliveryId:
        """Takes the only conversation and answers; the delivery's id."""
        user = await add_user(self.store)
        return DeliveryId(await self.store.write(_reply, user, text))

    async def delivery(self, delivery_id: DeliveryId) -> Delivery:
        found: Delivery = await self.store.read(lambda tx: tx.deliveries.get(delivery_id))
        return found

    async def until(self, delivery_id: DeliveryId, *states: str, seconds: float = 15.0) -> Delivery:
        async with asyncio.timeout(seconds):
            while (found := await self.delivery(delivery_id)).state.value not in states:
                await asyncio.sleep(0.05)
        return found

    async def recorded(self) -> list[str]:
        """The provider's ids of the messages in the history."""
        query = exchange_keys.select().where(exchange_keys.c.scope.like("sms:%"))
        found = await self.store.read(lambda tx: [row.key for row in tx.conn.execute(query)])
        return sorted(found)


def _reply(tx: Any, user: UserId, text: str) -> str:
    tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now)
    (row,) = tx.conn.execute(conversations.select()).all()
    held = assign(tx, row.id, user, "test")
    holder = Handler(kind=HandlerKind.AGENT, ref=user)
    exchange = send_reply(
        tx, Reply(conversation_id=held.id, holder=holder, epoch=held.epoch, text=text, key=new_id())
    )
    return str(tx.deliveries.of_exchange(exchange.id).id)


async def post_message(url: str, sid: str, text: str, sender: str = THEIRS) -> aiohttp.ClientResponse:
    """A signed webhook, once, whatever comes of it."""
    address = f"{url}/webhooks/sms/incoming"
    form = {"AccountSid": ACCOUNT, "MessageSid": sid, "From": sender, "To": OURS, "Body": text}
    async with (
        aiohttp.ClientSession() as http,
        http.post(address, data=form, headers=signed(address, form)) as answer,
    ):
        await answer.read()
        return answer


@asynccontextmanager
async def running(folder: Path, cache: Path, **more: str) -> AsyncIterator[Service]:
    give_model(folder, cache)
    service = Service(folder, **more)
    async with service.provider.running():
        await service.start()
        try:
            yield service
        finally:
            await service.stop()
