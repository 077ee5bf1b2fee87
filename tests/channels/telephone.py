"""A small front door with SMS, voice and the sandbox on a real port, a real store, and a bot of two sentences."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web
from twilio.request_validator import RequestValidator

from channels.contract import Channel, Ground, Webhook, WebRequest
from channels.sandbox.sandbox import Sandbox
from channels.sms.adapter import SmsChannel
from channels.voice.adapter import VoiceChannel
from core.bus import Bus
from core.clock import SystemClock
from core.errors import FilrougeError
from core.ids import ConversationId, ExchangeId
from core.settings import Settings
from core.words import ChannelName, HandlerKind
from crm.conversations.handling import hand_to_queue
from crm.conversations.joining import Limits
from crm.conversations.model import Handler
from crm.conversations.reply import DELIVER, Reply, send_reply
from gateway.deliveries import Deliveries
from routing.model import Queue
from storage.engine.opening import Opened
from storage.engine.outbox import Outbox
from tests.fixtures import add_entry_point, add_queue, open_for_test
from tests.servers.process import free_port

ACCOUNT = "AC" + "0" * 32
SANDBOX_ACCOUNT = "ACsandbox" + "0" * 25
TOKEN = "12345"
NUMBER = "+33199000000"
CUSTOMER = "+33639980001"
STATUS = {"bad_signature": 403, "malformed": 400, "not_found": 404, "store_unavailable": 503}


def settings_for(
    folder: Path, port: int, *, account: str = SANDBOX_ACCOUNT, api_url: str = "", database: str = ""
) -> Settings:
    url = f"http://127.0.0.1:{port}"
    return Settings.model_validate(
        {
            "server": {"port": port, "data_dir": str(folder), "secret": "test-secret"},
            "provider": {
                "account_sid": account,
                "auth_token": TOKEN,
                "api_url": api_url or f"{url}/sandbox/provider",
            },
            "sms": {"enabled": True, "number": NUMBER},
            "voice": {"enabled": True, "number": NUMBER},
            "storage": {"url": database},
            "sandbox": {"enabled": True},
            "email": {"address": "bonjour@example.com"},
            "webchat": {"enabled": False},
        }
    )


def mount(app: web.Application, channel: Channel, settings: Settings) -> None:
    """The front door in small: the public URL in the request, the tree's errors as statuses."""

    def endpoint(webhook: Webhook) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def answer(request: web.Request) -> web.Response:
            seen = WebRequest(
                method=request.method,
                path=request.path,
                url=settings.server.url + request.raw_path,
                headers={name.lower(): value for name, value in request.headers.items()},
                query=dict(request.query),
                body=await request.read(),
            )
            try:
                reply = await webhook.handle(seen)
            except FilrougeError as error:
                return web.json_response({"error": error.code}, status=STATUS[error.code])
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            return web.Response(status=reply.status, body=body, content_type=reply.content_type)

        return answer

    for webhook in channel.webhooks():
        app.router.add_route(webhook.method, webhook.path, endpoint(webhook))


def ground_on(
    opened: Opened, bus: Bus, settings: Settings, http: aiohttp.ClientSession
) -> tuple[Ground, list[str]]:
    counted: list[str] = []
    ground = Ground(
        store=opened.store,
        bus=bus,
        clock=SystemClock(),
        settings=settings,
        secret="test-secret",
        http=http,
        limits=Limits(),
        count=lambda channel, what: counted.append(f"{channel.value}:{what}"),
    )
    return ground, counted


@dataclass(slots=True, kw_only=True)
class Telephone:
    """What a test holds of the running whole."""

    opened: Opened
    settings: Settings
    http: aiohttp.ClientSession
    sandbox: Sandbox
    voice: VoiceChannel
    counted: list[str]
    queue: Queue
    url: str

    @property
    def store(self) -> Any:
        return self.opened.store

    @property
    def outbox(self) -> Outbox:
        assert self.opened.outbox is not None
        return self.opened.outbox

    async def post(self, path: str, form: Mapping[str, str], *, token: str = TOKEN) -> tuple[int, str]:
        """A webhook as the provider would call it, signed with `token`."""
        url = self.url + path
        signature = RequestValidator(token).compute_signature(url, dict(form))
        async with self.http.post(url, data=form, headers={"X-Twilio-Signature": signature}) as answer:
            return answer.status, await answer.text()

    async def api(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> dict[str, Any]:
        async with self.http.request(method, f"{self.url}/sandbox/api{path}", json=body) as answer:
            return await answer.json()

    async def rows(self, table: Any) -> list[Any]:
        return await self.store.read(lambda tx: tx.conn.execute(table.select()).mappings().all())

    async def stop_bot(self) -> None:
        """From now on nobody answers for the bot."""
        self.outbox._handlers = {**self.outbox._handlers, "bot.turn": _silent}


async def eventually(look: Callable[[], Awaitable[Any]], seconds: float = 8.0) -> Any:
    """What `look` answers once it is true."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (found := await look()):
        assert asyncio.get_running_loop().time() < deadline, "it never came"
        await asyncio.sleep(0.02)
    return found


async def _silent(payload: Mapping[str, Any], attempts: int) -> None:
    return None


def _bot_turn(opened: Opened) -> Callable[[Mapping[str, Any], int], Awaitable[Any]]:
    """Echoes; asked for a person, it says so and hands over. Two sentences, in two transactions."""

    async def turn(payload: Mapping[str, Any], attempts: int) -> Any:
        conversation_id, epoch = ConversationId(payload["conversation_id"]), payload["epoch"]
        holder = Handler(kind=HandlerKind.BOT, ref=payload["bot"])
        text = await opened.store.read(lambda tx: tx.exchanges.get(ExchangeId(payload["exchange_id"])).text)

        def write(tx: Any) -> None:
            said = Reply(
                conversation_id=conversation_id,
                holder=holder,
                epoch=epoch,
                text="Je vous passe quelqu'un." if "conseiller" in text else f"Vous dites : {text}",
                key=payload["exchange_id"],
            )
            send_reply(tx, said)
            if "conseiller" in text:
                hand_to_queue(
                    tx, conversation_id, holder, epoch, reason="asked_for_person", summary="Veut un humain"
                )

        await opened.store.write(write)

    return turn


@asynccontextmanager
async def running_telephone(
    folder: Path, *, bot: str = "accueil", patience: float = 30.0, database: str = "", **parts: Any
) -> AsyncIterator[Telephone]:
    port = free_port()
    settings = settings_for(folder, port, database=database)
    bus = Bus()
    opened = await open_for_test(settings, bus)
    queue = await add_queue(opened.store)
    for name in (ChannelName.SMS, ChannelName.VOICE):
        await add_entry_point(opened.store, queue, name, bot=bot)
    async with aiohttp.ClientSession() as http:
        ground, counted = ground_on(opened, bus, settings, http)
        sms, voice = SmsChannel(), VoiceChannel()
        sandbox = Sandbox(settings, http, patience=patience, **parts)
        app = web.Application()
        for channel in (sms, voice):
            await channel.start(ground)
            mount(app, channel, settings)
        sandbox.mount(app)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        channels: dict[ChannelName, Channel] = {ChannelName.SMS: sms, ChannelName.VOICE: voice}
        deliveries = Deliveries(opened.store, SystemClock(), channels, settings.business.language)
        handlers: dict[str, Any] = {
            DELIVER: deliveries.deliver,
            "bot.turn": _bot_turn(opened),
            **voice.tasks(),
        }
        await opened.start_outbox(handlers)
        try:
            yield Telephone(
                opened=opened,
                settings=settings,
                http=http,
                sandbox=sandbox,
                voice=voice,
                counted=counted,
                queue=queue,
                url=settings.server.url,
            )
        finally:
            await sandbox.stop()
            await runner.cleanup()
            await opened.close()
