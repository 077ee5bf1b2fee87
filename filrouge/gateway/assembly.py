"""Builds the running product from its settings: the only module that names concrete classes."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import socketio
import structlog
from aiohttp import web

from filrouge import __version__
from filrouge.agent_console.server.sockets import ConsoleSockets
from filrouge.bots.runtime import FIRST_LINE, Bot
from filrouge.channels.contract import Channel, Ground
from filrouge.channels.email.adapter import EmailChannel
from filrouge.channels.sms.adapter import SmsChannel
from filrouge.channels.voice.adapter import VoiceChannel
from filrouge.channels.webchat.adapter import WebchatChannel
from filrouge.core.bus import Bus
from filrouge.core.clock import Clock, SystemClock
from filrouge.core.ids import UserId
from filrouge.core.settings import Settings, resolve_secret
from filrouge.core.signals import TYPING, Signals
from filrouge.core.words import ChannelName
from filrouge.crm.conversations.joining import Limits
from filrouge.crm.conversations.reply import DELIVER
from filrouge.bots.reactions import TURN
from filrouge.gateway.app import build_app
from filrouge.gateway.bot_turns import BotTurns
from filrouge.gateway.deliveries import Deliveries
from filrouge.gateway.metrics import Metrics
from filrouge.gateway.parts import Parts
from filrouge.gateway.reactions import production_reactions
from filrouge.gateway.redis_link import RedisLink
from filrouge.gateway.sign_in import Brake, Passwords, SignIn
from filrouge.routing.service import Router
from filrouge.storage import staff
from filrouge.storage.engine import Opened, open_store
from filrouge.storage.outbox import Handler

WEB = Path(__file__).parent.parent / "agent_console" / "web"
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Product:
    """Everything that runs in one process. `start` binds the port; `stop` ends in the reverse order."""

    settings: Settings
    clock: Clock = field(default_factory=SystemClock)
    bus: Bus = field(default_factory=Bus)
    signals: Signals = field(default_factory=Signals)
    metrics: Metrics = field(default_factory=Metrics)
    _ends: AsyncExitStack = field(default_factory=AsyncExitStack)
    opened: Opened | None = None
    app: web.Application | None = None
    port: int = 0

    async def start(self) -> None:
        """Raises the tree's errors when something configured cannot work."""
        try:
            await self._start()
        except BaseException:
            await self._ends.aclose()
            raise

    async def stop(self) -> None:
        await self._ends.aclose()

    async def _start(self) -> None:
        opened = await self._open_store()
        http = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30))
        self._ends.push_async_callback(http.close)
        channels = self._channels(opened)
        ground = self._ground(opened, http)
        for channel in channels.values():
            await channel.start(ground)
            self._ends.push_async_callback(channel.stop)
        self.bus.subscribe(self.metrics.hear)
        self.app = await self._front_door(opened, channels)
        await self._bind(self.app)
        await opened.start_outbox(self._tasks(opened, channels))
        router = Router(opened.store, self.bus, self.clock, self.settings.routing)
        await router.start()
        self._ends.push_async_callback(router.stop)

    async def _open_store(self) -> Opened:
        link: list[RedisLink] = []
        opened = await open_store(
            self.settings,
            clock=self.clock,
            bus=self.bus,
            reactions=production_reactions(self.settings.routing),
            observe=self.metrics.committed,
            ping=lambda: link[0].ping() if link else None,
        )
        self.opened = opened
        self._ends.push_async_callback(opened.close)
        if self.settings.storage.redis_url:
            link.append(RedisLink(self.settings.storage.redis_url, opened.node, self.signals))
            await link[0].start(getattr(opened.store, "wake", lambda: None))
            self._ends.push_async_callback(link[0].stop)
        return opened
