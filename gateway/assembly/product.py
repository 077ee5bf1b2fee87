"""Builds the running product from its settings: the only module that names concrete classes."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import aiohttp
import structlog
from aiohttp import web

from agent_console.server.sockets import ConsoleSockets
from bots.model import TRAIN
from bots.reactions import TURN
from channels.contract import Channel, Ground
from channels.email.adapter import EmailChannel
from channels.sms.adapter import SmsChannel
from channels.voice.adapter import VoiceChannel
from channels.webchat.adapter import WebchatChannel
from channels.webchat.namespace import OnTyping
from channels.webchat.talk import NameOf
from core.bus import Bus
from core.clock import Clock, SystemClock
from core.events import TaskHandler
from core.ids import UserId
from core.jobs import RUN_JOB
from core.settings import Settings, resolve_secret
from core.signals import TYPING, Signals
from core.words import ChannelName
from crm.conversations.joining import limits_of
from crm.conversations.reply import DELIVER
from crm.duplicates.model import LOOK
from gateway.app import build_app, socket_server
from gateway.assembly.playground import Playground
from gateway.assembly.reactions import production_reactions
from gateway.base_size import BaseSize
from gateway.bot_shelf import BotShelf, settle_memory
from gateway.bot_training import BotTraining
from gateway.bot_turns import BotTurns
from gateway.deliveries import Deliveries
from gateway.duplicate_jobs import DUPLICATE_JOBS
from gateway.duplicates import Lookout
from gateway.field_jobs import FIELD_JOBS
from gateway.first_start import ensure_a_bot, ensure_a_queue, first_files
from gateway.housekeeping import Housekeeping
from gateway.jobs import Jobs
from gateway.metrics import Metrics
from gateway.parts import Check, Parts, Replay
from gateway.party_jobs import PARTY_JOBS
from gateway.redis_link import RedisLink
from gateway.sign_in import Brake, Passwords, SignIn
from routing.service import Router
from storage import users
from storage.engine.opening import Opened, open_store

WEB = Path(__file__).parents[2] / "agent_console" / "web"
log = structlog.get_logger(__name__)


class Product:
    """Everything that runs in one process. `start` binds the port; `stop` ends all in the reverse order."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or SystemClock()
        self.bus = Bus()
        self.signals = Signals()
        self.metrics = Metrics()
        self.base = BaseSize()
        self.opened: Opened | None = None
        self.bots = BotShelf(settings)
        self._link: RedisLink | None = None
        self._playground: Playground | None = None
        self._ends = AsyncExitStack()

    async def start(self) -> None:
        """Raises the tree's errors when something configured cannot work; then nothing is left running."""
        try:
            await self._start()
        except BaseException:
            await self._ends.aclose()
            raise

    async def stop(self) -> None:
        await self._ends.aclose()

    async def _start(self) -> None:
        opened = await self.open()
        http = self._http()
        channels = self._channels(opened)
        app = self._front_door(opened, channels, http)
        await self._start_channels(channels, opened, http)
        await self._bind(app)
        if self._playground is not None:
            await self._playground.start()
            self._ends.push_async_callback(self._playground.stop)
        if self.settings.bot.enabled:
            self.bots.start(opened.store, http)
            self._ends.push_async_callback(self.bots.stop)
        await opened.start_outbox(self._tasks(opened, channels))
        router = Router(opened.store, self.bus, self.clock, self.settings.routing)
        await router.start()
        self._ends.push_async_callback(router.stop)
        housekeeping = Housekeeping(opened.store, self.clock)
        housekeeping.start()
        self._ends.push_async_callback(housekeeping.stop)
        settle_memory()

    async def open(self) -> Opened:
        """Opens the store alone."""
        opened = await open_store(
            self.settings,
            clock=self.clock,
            bus=self.bus,
            reactions=production_reactions(self.settings.routing),
            observe=self.metrics.committed,
            ping=self._ping,
        )
        self.opened = opened
        self._ends.push_async_callback(opened.close)
        await opened.store.write(ensure_a_queue, self.settings)
        if self.settings.bot.enabled:
            await opened.store.write(ensure_a_bot, self.settings, first_files(self.settings))
        if self.settings.storage.redis_url:
            self._link = RedisLink(self.settings.storage.redis_url, opened.node, self.signals)
            await self._link.start(getattr(opened.store, "wake", lambda: None))
            self._ends.push_async_callback(self._link.stop)
        self.bus.subscribe(self.metrics.hear)
        return opened

    def _ping(self) -> None:
        if self._link is not None:
            self._link.ping()

    def _ground(self, opened: Opened, http: aiohttp.ClientSession) -> Ground:
        return Ground(
            store=opened.store,
            bus=self.bus,
            clock=self.clock,
            settings=self.settings,
            secret=resolve_secret(self.settings),
            http=http,
            limits=limits_of(self.settings.history),
            count=self.metrics.count,
        )

    def _channels(self, opened: Opened) -> dict[ChannelName, Channel]:
        """Those that are switched on."""

        async def name_of(user_id: str) -> str:
            return (await opened.store.read(users.get_user, UserId(user_id))).name

        async def visitor_types(conversation_id: str) -> None:
            await self.signals.publish(TYPING, {"conversation_id": conversation_id, "who": "customer"})

        channels: dict[ChannelName, Channel] = {}
        if self.settings.sms.enabled:
            channels[ChannelName.SMS] = SmsChannel()
        if self.settings.voice.enabled:
            channels[ChannelName.VOICE] = VoiceChannel()
        if self.settings.email.enabled:
            channels[ChannelName.EMAIL] = EmailChannel()
        if self.settings.webchat.enabled:
            channels[ChannelName.WEBCHAT] = self._webchat(name_of, visitor_types)
        return channels

    async def start_channels(self) -> Mapping[ChannelName, Channel]:
        """The channels alone, on an opened store, for `filrouge check`: nothing is fetched or listened for."""
        assert self.opened is not None, "open() comes first"
        channels = self._channels(self.opened)
        await self._start_channels(channels, self.opened, self._http(), receiving=False)
        return channels

    async def _start_channels(
        self,
        channels: Mapping[ChannelName, Channel],
        opened: Opened,
        http: aiohttp.ClientSession,
        *,
        receiving: bool = True,
    ) -> None:
        ground = replace(self._ground(opened, http), receiving=receiving)
        for channel in channels.values():
            await channel.start(ground)
            self._ends.push_async_callback(channel.stop)

    def _http(self) -> aiohttp.ClientSession:
        http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        self._ends.push_async_callback(http.close)
        return http

    def _webchat(self, name_of: NameOf, visitor_types: OnTyping) -> WebchatChannel:
        webchat = WebchatChannel(name_of=name_of, on_typing=visitor_types)

        async def agent_types(name: str, data: Mapping[str, Any]) -> None:
            if name == TYPING and data.get("who") == "agent":
                await webchat.agent_typing(data["conversation_id"])

        self._ends.callback(self.signals.subscribe(agent_types))
        return webchat

    def _front_door(
        self,
        opened: Opened,
        channels: Mapping[ChannelName, Channel],
        http: aiohttp.ClientSession,
    ) -> web.Application:
        sign_in = SignIn(opened.store, self.clock, Passwords(), Brake(self.settings.storage.redis_url))
        console = ConsoleSockets(
            store=opened.store,
            bus=self.bus,
            signals=self.signals,
            clock=self.clock,
            identify=sign_in.identify,
            public_url=self.settings.server.url,
            count=self.metrics.consoles.set,
        )
        app = build_app(
            Parts(
                store=opened.store,
                bus=self.bus,
                clock=self.clock,
                settings=self.settings,
                channels=tuple(channels.values()),
                sockets=socket_server(self.settings),
                console=console,
                signals=self.signals,
                metrics=self.metrics,
                sign_in=sign_in,
                web=WEB,
                checks=self._checks(),
                replays=_replays(channels),
                base=self.base,
                bots=self.bots,
                version=version("filrouge"),
            )
        )
        if self.settings.sandbox.enabled:
            self._playground = Playground(self.settings, opened.store, http)
            self._playground.mount(app)
        return app

    def _checks(self) -> dict[str, Check]:
        """What `/readyz` looks at besides the store. A vendor that is away makes no node unready."""
        return {"redis": self._link.check} if self._link is not None else {}

    async def _bind(self, app: web.Application) -> None:
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=5.0)
        await runner.setup()
        self._ends.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, self.settings.server.host, self.settings.server.port)
        await site.start()

    def _tasks(self, opened: Opened, channels: Mapping[ChannelName, Channel]) -> dict[str, TaskHandler]:
        deliveries = Deliveries(opened.store, self.clock, channels, self.settings.business.language)
        turns = BotTurns(opened.store, self.settings, self.bots.get, count=self.metrics.count)
        tasks: dict[str, TaskHandler] = {
            DELIVER: deliveries.deliver,
            TURN: turns.take,
            TRAIN: BotTraining(opened.store, self.settings.server.data_dir / "models").train,
            RUN_JOB: Jobs(opened.store, {**PARTY_JOBS, **DUPLICATE_JOBS, **FIELD_JOBS}).run,
            LOOK: Lookout(opened.store, self.base, join_certain=self.settings.identity.join_certain).look,
        }
        for channel in channels.values():
            tasks |= getattr(channel, "tasks", dict)()
        return tasks


def _replays(channels: Mapping[ChannelName, Channel]) -> dict[ChannelName, Replay]:
    replays: dict[ChannelName, Any] = {
        name: channel.replay for name, channel in channels.items() if hasattr(channel, "replay")
    }
    return replays
