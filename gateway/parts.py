"""What the front door is made of. The assembly builds it once and hands it to `build_app`; there are no globals."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import socketio

from agent_console.server.sockets import ConsoleSockets
from channels.contract import Channel
from core.bus import Bus
from core.clock import Clock
from core.settings import Settings
from core.signals import Signals
from core.store import Store
from core.words import ChannelName
from crm.conversations.model import SetAsideItem
from gateway.base_size import BaseSize
from gateway.bot_shelf import BotShelf
from gateway.metrics import Metrics
from gateway.reads import Reads
from gateway.sign_in import SignIn

Check = Callable[[], Awaitable[None]]
Replay = Callable[[SetAsideItem], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """`checks` by what they check: each raises when it is not well, and `/readyz` says so.

    `replays` by channel: takes a set-aside item again; a channel without one keeps its items for reading only.
    """

    store: Store
    bus: Bus
    clock: Clock
    settings: Settings
    channels: Sequence[Channel]
    sockets: socketio.AsyncServer
    console: ConsoleSockets
    signals: Signals
    metrics: Metrics
    sign_in: SignIn
    web: Path  # the console's folder of pages and modules
    bots: BotShelf
    checks: Mapping[str, Check] = field(default_factory=dict)
    replays: Mapping[ChannelName, Replay] = field(default_factory=dict)
    reads: Reads = field(default_factory=Reads)
    base: BaseSize = field(default_factory=BaseSize)
    version: str = "0"
