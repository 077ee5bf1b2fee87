"""A running web chat: the real store, the real namespace and webhooks, on a real port."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp import web

from channels.contract import Ground, Outbound, Webhook, WebReply, WebRequest
from channels.webchat.adapter import WebchatChannel
from channels.webchat.rates import Rates
from core.bus import Bus
from core.clock import SystemClock
from core.errors import BadSignature, FilrougeError, NotFound, StoreUnavailable, TooLarge
from core.ids import ConversationId, DeliveryId, new_id
from core.settings import Settings
from core.store import Store
from core.words import ChannelName, HandlerKind
from crm.conversations.handling import assign
from crm.conversations.joining import Limits
from crm.conversations.model import Handler
from crm.conversations.reply import Reply, begin_attempt, end_attempt, send_reply
from routing.model import Presence
from storage.engine.opening import Opened
from tests.fixtures import add_entry_point, add_queue, add_user

IDENTITY_KEY = "a-key-the-site-knows"
STATUSES = {BadSignature: 403, TooLarge: 413, StoreUnavailable: 503, NotFound: 404}
GENEROUS = dict.fromkeys(("say", "upload", "typing", "event", "connect", "newcomer"), "100000/second")


class FlakyStore:
    """The real store, which can be told to fail: before the commit, or to lose the answer after it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.down = False

    @property
    def trouble(self) -> str:
        return self._store.trouble

    async def write(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return await self._store.write(f, *args, **kwargs)

    async def read(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        self._check()
        return await self._store.read(f, *args, **kwargs)

    def _check(self) -> None:
        if self.down:
            raise StoreUnavailable(problem="told to fail")


@dataclass(slots=True, kw_only=True)
class Chat:
    """The running channel, and what a member of staff would do to it."""

    url: str
    channel: WebchatChannel
    store: FlakyStore
    server: socketio.AsyncServer
    counted: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    visitors: list[socketio.AsyncClient] = field(default_factory=list)
    http: aiohttp.ClientSession

    async def visitor(self, **auth: Any) -> "Visitor":
        visitor = Visitor(self.url)
        await visitor.connect(**auth)
        self.visitors.append(visitor.socket)
        return visitor

    async def agent(self, conversation_id: str, name: str = "Camille Roux") -> str:
        """An agent who takes the conversation."""
        user_id = await add_user(self.store, name)
        await self.store.write(lambda tx: tx.agents.set_presence(user_id, Presence.AVAILABLE, "", tx.now))
        await self.store.write(assign, ConversationId(conversation_id), user_id, "by hand")
        return user_id

    async def reply(self, conversation_id: str, user_id: str, text: str) -> str:
        """Answers as the agent and sends it as the outbox would; answers the delivery's id."""

        def write(tx: Any) -> DeliveryId:
            conversation = tx.conversations.get(ConversationId(conversation_id))
            exchange = send_reply(
                tx,
                Reply(
                    conversation_id=conversation.id,
                    holder=Handler(kind=HandlerKind.AGENT, ref=user_id),
                    epoch=conversation.epoch,
                    text=text,
                    key=new_id(),
                ),
            )
            delivery = tx.deliveries.of_exchange(exchange.id)
            assert delivery is not None
            return DeliveryId(delivery.id)

        delivery_id = await self.store.write(write)
        await self.deliver(delivery_id)
        return str(delivery_id)

    async def deliver(self, delivery_id: str) -> None:
        delivery = await self.store.write(begin_attempt, DeliveryId(delivery_id))
        assert delivery is not None
        exchange = await self.store.read(lambda tx: tx.exchanges.get(delivery.exchange_id))
        sent = await self.channel.send(
            Outbound(
                delivery_id=delivery.id,
                exchange_id=delivery.exchange_id,
                conversation_id=delivery.conversation_id,
                sender=delivery.sender,
                recipient=delivery.recipient,
                text=exchange.text,
                subject="",
                language="fr",
                author_name="",
            )
        )
        await self.store.write(end_attempt, delivery.id, sent.state, provider_id=sent.provider_id)

    async def state_of(self, delivery_id: str) -> str:
        delivery = await self.store.read(lambda tx: tx.deliveries.get(DeliveryId(delivery_id)))
        return str(delivery.state.value)

    async def texts(self, conversation_id: str) -> list[str]:
        """What the history holds, in order."""
        lines = await self.store.read(
            lambda tx: tx.exchanges.visible_lines(ConversationId(conversation_id), 0, 1000)
        )
        return [line.text for line in lines]


class Visitor:
    """One widget, as python-socketio plays it."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.socket = socketio.AsyncClient(reconnection=False)
        self.session: dict[str, Any] = {}
        self.heard: dict[str, list[Any]] = {name: [] for name in ("line", "state", "queue", "typing")}
        self._greeted = asyncio.Event()
        self.socket.on("session", self._greet, namespace="/chat")
        for name, events in self.heard.items():
            self.socket.on(name, events.append, namespace="/chat")

    async def _greet(self, session: dict[str, Any]) -> None:
        self.session = session
        self._greeted.set()

    async def connect(self, **auth: Any) -> None:
        self._greeted.clear()
        await self.socket.connect(
            self._url, namespaces=["/chat"], auth=auth or None, transports=["websocket"], wait_timeout=30
        )
        await asyncio.wait_for(self._greeted.wait(), 30)

    async def ask(self, event: str, data: Any = None) -> Any:
        return await self.socket.call(event, data, namespace="/chat", timeout=30)

    async def say(self, text: str, client_id: str = "") -> Any:
        return await self.ask("say", {"id": client_id or new_id(), "text": text})

    async def close(self) -> None:
        await self.socket.disconnect()

    @property
    def lines(self) -> list[str]:
        return [line["text"] for line in self.heard["line"]]


async def eventually(what: Any, within: float = 30.0) -> None:
    """Waits until `what()` is true; fails with what it was."""
    deadline = asyncio.get_running_loop().time() + within
    while not what():
        assert asyncio.get_running_loop().time() < deadline, "it never came true"
        await asyncio.sleep(0.01)


def settings_for(folder: Path, **sections: Any) -> Settings:
    return Settings.model_validate(
        {
            "server": {"data_dir": str(folder), "secret": "test-secret"},
            "webchat": {"identity_key": IDENTITY_KEY},
            "sandbox": {"enabled": True},
            **sections,
        }
    )


def served(hook: Webhook) -> Any:
    """The webhook behind aiohttp, as the front door does it."""

    async def handle(request: web.Request) -> web.Response:
        body = await request.read()
        headers: Mapping[str, str] = {name.lower(): value for name, value in request.headers.items()}
        asked = WebRequest(
            method=request.method,
            path=request.path,
            url=str(request.url),
            headers=headers,
            query=dict(request.query),
            body=body,
            remote=request.remote or "",
        )
        try:
            if len(body) > hook.max_body:
                raise TooLarge(what="body", limit=f"{hook.max_body} bytes")
            return response(await hook.handle(asked))
        except FilrougeError as error:
            problem = {"error": {"code": error.code, "message": str(error)}}
            return web.json_response(problem, status=STATUSES.get(type(error), 400))

    return handle


def response(reply: WebReply) -> web.Response:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    return web.Response(
        status=reply.status, body=body, headers={"Content-Type": reply.content_type, **reply.headers}
    )


@pytest.fixture
async def chat(opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Chat]:
    async with running(opened, bus, settings_for(tmp_path), Rates(GENEROUS)) as chat:
        yield chat


@pytest.fixture
async def strict_chat(opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Chat]:
    """With the product's own rates."""
    async with running(opened, bus, settings_for(tmp_path), Rates()) as chat:
        yield chat


class running:  # noqa: N801  reads as what it is where it is used
    """Starts the channel and its front door; `await`s everything down at the end."""

    def __init__(
        self,
        opened: Opened,
        bus: Bus,
        settings: Settings,
        rates: Rates,
        port: int = 0,
        manager: socketio.AsyncManager | None = None,
    ) -> None:
        self._opened, self._bus, self._settings, self._rates = opened, bus, settings, rates
        self._port, self._manager = port, manager

    async def __aenter__(self) -> Chat:
        store = FlakyStore(self._opened.store)
        if not await store.read(lambda tx: tx.queues.all()):
            await add_entry_point(store, await add_queue(store), ChannelName.WEBCHAT)
        counted: list[str] = []
        typed: list[str] = []

        async def name_of(user_id: str) -> str:
            return "Camille"

        async def on_typing(conversation_id: str) -> None:
            typed.append(conversation_id)

        self._http = aiohttp.ClientSession()
        channel = WebchatChannel(name_of=name_of, on_typing=on_typing, rates=self._rates)
        server = socketio.AsyncServer(
            async_mode="aiohttp",
            max_http_buffer_size=channel.manifest.max_inbound,
            client_manager=self._manager,
        )
        for namespace in channel.namespaces():
            server.register_namespace(namespace)
        app = web.Application(client_max_size=30_000_000)
        server.attach(app)
        for hook in channel.webhooks():
            app.router.add_route(hook.method, hook.path, served(hook))
        ground = Ground(
            store=store,
            bus=self._bus,
            clock=SystemClock(),
            settings=self._settings,
            secret="test-secret",
            http=self._http,
            limits=Limits(),
            count=lambda _, what: counted.append(what),
        )
        await channel.start(ground)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        port = self._runner.addresses[0][1]
        self._chat = Chat(
            url=f"http://127.0.0.1:{port}",
            channel=channel,
            store=store,
            server=server,
            counted=counted,
            typed=typed,
            http=self._http,
        )
        return self._chat

    async def __aexit__(self, *_: object) -> None:
        for visitor in self._chat.visitors:
            await visitor.disconnect()
        await self._chat.server.shutdown()
        await self._chat.channel.stop()
        await self._runner.cleanup()
        await self._http.close()
