"""A whole front door on a real port, for the tests: the product's own parts on a given store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import aiohttp
import socketio
from aiohttp import web
from argon2 import PasswordHasher

from agent_console.server.sockets import ConsoleSockets
from channels.contract import Channel
from core.bus import Bus
from core.clock import SystemClock
from core.ids import new_id
from core.permissions import Permission
from core.settings import Settings
from core.signals import Signals
from core.staff import OwnRole
from core.store import Store
from core.words import ChannelName
from gateway.app import build_app, socket_server
from gateway.bot_shelf import BotShelf
from gateway.metrics import Metrics
from gateway.parts import Check, Parts, Replay
from gateway.sign_in import Brake, Passwords, SignIn
from routing.model import Queue
from storage.roles import ROLES
from storage.schema import users
from tests.fixtures import add_user

PASSWORD = "correct horse battery"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
OWN = {"X-Filrouge": "1"}
WEB = Path(__file__).parents[2] / "agent_console" / "web"


@dataclass
class Answer:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str:
        return str(self.body["error"]["code"])


@dataclass
class Person:
    """A caller with their own cookies: nobody, or a signed-in member of staff."""

    url: str
    id: str = ""
    login: str = ""
    http: aiohttp.ClientSession = field(
        default_factory=lambda: aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
    )
    token: str = ""

    async def call(self, method: str, path: str, json: Any = None, **more: Any) -> Answer:
        headers = {**OWN, **more.pop("headers", {})}
        async with self.http.request(method, self.url + path, json=json, headers=headers, **more) as response:
            kind = response.content_type
            body = await response.json() if kind == "application/json" else await response.read()
            return Answer(status=response.status, headers=response.headers, body=body)

    async def get(self, path: str, **query: Any) -> Any:
        answer = await self.call("GET", path, params=query)
        assert answer.status == 200, answer.body
        return answer.body

    async def post(self, path: str, **body: Any) -> Any:
        answer = await self.call("POST", path, json=body)
        assert answer.status < 300, answer.body
        return answer.body

    async def sign_in(self, password: str = PASSWORD) -> Answer:
        answer = await self.call("POST", "/api/v1/sign-in", json={"login": self.login, "password": password})
        for cookie in self.http.cookie_jar:
            self.token = cookie.value
        return answer


@dataclass
class Front:
    """The running front door. `await front.person("agent")` signs a new member of staff in."""

    store: Store
    bus: Bus
    parts: Parts
    runner: web.AppRunner
    url: str
    people: list[Person] = field(default_factory=list)

    async def person(
        self, *roles: str, name: str = "Camille Roux", queues: Sequence[Queue] = (), **more: Any
    ) -> Person:
        hashed = CHEAP.hash(PASSWORD)
        user_id = await add_user(self.store, name, roles=roles, queues=queues, password_hash=hashed, **more)
        login = await self.store.read(
            lambda tx: tx.conn.execute(users.select().where(users.c.id == user_id)).one().login
        )
        person = self.nobody()
        person.id, person.login = str(user_id), login
        assert (await person.sign_in()).status == 200
        return person

    async def role(self, name: str, *permissions: Permission) -> str:
        """A role of these permissions alone; its id."""
        role = OwnRole(
            id=new_id(), name=name, permissions=frozenset(permissions), created_at=datetime.now(UTC)
        )
        await self.store.write(ROLES.insert, role)
        return role.id

    async def socket(self, person: Person) -> socketio.AsyncClient:
        """The person's console, connected."""
        socket = socketio.AsyncClient()
        headers = {"Cookie": f"filrouge_session={person.token}"}
        await socket.connect(
            self.url, headers=headers, namespaces=["/console"], transports=["websocket"], wait_timeout=30
        )
        return socket

    def nobody(self) -> Person:
        person = Person(url=self.url)
        self.people.append(person)
        return person

    @classmethod
    async def open(
        cls,
        store: Store,
        bus: Bus,
        settings: Settings,
        *,
        channels: Sequence[Channel] = (),
        checks: Mapping[str, Check] | None = None,
        replays: Mapping[ChannelName, Replay] | None = None,
    ) -> Self:
        clock, signals, metrics = SystemClock(), Signals(), Metrics()
        bus.subscribe(metrics.hear)
        sign_in = SignIn(store, clock, Passwords(CHEAP), Brake())
        sockets: socketio.AsyncServer = socket_server(settings)
        parts = Parts(
            store=store,
            bus=bus,
            clock=clock,
            settings=settings,
            channels=channels,
            sockets=sockets,
            console=ConsoleSockets(
                store=store, bus=bus, signals=signals, clock=clock, identify=sign_in.identify
            ),
            signals=signals,
            metrics=metrics,
            sign_in=sign_in,
            web=WEB,
            bots=BotShelf(settings),
            checks=checks or {},
            replays=replays or {},
        )
        runner = web.AppRunner(build_app(parts), shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        return cls(store=store, bus=bus, parts=parts, runner=runner, url=f"http://127.0.0.1:{port}")

    async def close(self) -> None:
        for person in self.people:
            await person.http.close()
        await self.runner.cleanup()
