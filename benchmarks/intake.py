"""Intake: a signed SMS webhook until the agent's socket, ours beside the floor, in the same minute.

The load comes from this process, the server runs in its own. Throughput is measured with `AT_ONCE` requests under
way; the delay from POST to the agent's socket is measured at half of the throughput found, for each of the two.
"""

import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import aiohttp
import socketio
from twilio.request_validator import RequestValidator

from benchmarks.servers import durable_postgres
from benchmarks.table import Row

AT_ONCE = 50
MESSAGES = 4000
CUSTOMERS = 500
PACED_SECONDS = 8.0
TOKEN, ACCOUNT, PASSWORD = "token-of-the-benchmark", "ACsandbox" + "0" * 25, "password-of-the-benchmark"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class Target:
    """A running server: where to post, what to listen to, and how to find a message in what is heard."""

    name: str
    url: str
    socket: socketio.AsyncClient
    heard: dict[str, float]


Starting = AbstractAsyncContextManager[Target]


async def measure(rounds: int) -> list[Row]:
    """On SQLite. Each round: the floor, ours, and a floor that shares commits as ours does."""
    return await _compared(rounds, "SQLite", lambda: floor(1), product, lambda: floor(64))


async def measure_postgres(rounds: int) -> list[Row]:
    """On PostgreSQL with fsync; its floor shares commits by itself, as the server has them."""
    with durable_postgres() as server:

        def bare() -> Starting:
            return floor(1, server.url(server.fresh_database()).replace("+asyncpg", ""))

        def ours() -> Starting:
            return product(server.url(server.fresh_database()))

        return await _compared(rounds, "PostgreSQL", bare, ours)


async def _compared(rounds: int, where: str, *starts: Callable[[], Starting]) -> list[Row]:
    figures: list[list[tuple[float, float]]] = [[] for _ in starts]
    for _ in range(rounds):
        for mine, start in zip(figures, starts, strict=True):
            async with start() as target:
                mine.append(await run(target))
    (bare, ours, *shared) = figures
    rows = [*_rows(where, ours, bare, "≥ 1/2" if where == "SQLite" else "≥ 1/3", "≤ 4")]
    for floors in shared:
        rows += _rows("  … a floor that shares commits", ours, floors, "", "")
    return rows


def _rows(
    where: str, ours: list[tuple[float, float]], floors: list[tuple[float, float]], *promises: str
) -> list[Row]:
    names = (f"SMS intake, messages/s: {where}", f"POST to the socket, p99 at half load, ms: {where}")
    scales = (1.0, 1e3)
    return [
        Row(name, [one[k] * scale for one in ours], [one[k] * scale for one in floors], promise)
        for k, (name, scale, promise) in enumerate(zip(names, scales, promises, strict=True))
    ]


async def run(target: Target) -> tuple[float, float]:
    """(messages/s at full load, p99 in seconds from POST to the agent's socket at half of it)."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=AT_ONCE)) as http:
        await _flood(http, target, prepared(target.url, 500, "warm"))
        rate = await _flood(http, target, prepared(target.url, MESSAGES, "full"))
        paced = prepared(target.url, int(rate / 2 * PACED_SECONDS), "half")
        return rate, await _pace(http, target, paced, rate / 2)


def prepared(url: str, count: int, batch: str) -> list[tuple[str, bytes, dict[str, str]]]:
    """(text, form, headers) of signed webhooks, made before the clock runs."""
    validator, dice = RequestValidator(TOKEN), random.Random(batch)
    made = []
    for number in range(count):
        text = f"{batch}-{number:06d} Bonjour, où en est ma commande ?"
        form = {
            "AccountSid": ACCOUNT,
            "ApiVersion": "2010-04-01",
            "MessageSid": f"SM{batch:>8}{number:024d}".replace(" ", "0"),
            "SmsStatus": "received",
            "From": f"+336399{8000 + dice.randrange(CUSTOMERS):05d}"[:12],
            "To": "+33199000000",
            "Body": text,
            "NumMedia": "0",
            "NumSegments": "1",
        }
        headers = {"X-Twilio-Signature": validator.compute_signature(url, form), "Content-Type": FORM}
        made.append((text, urlencode(form).encode(), headers))
    return made


async def _flood(http: aiohttp.ClientSession, target: Target, messages: list[Any]) -> float:
    began = time.perf_counter()
    await flood(http, target.url, messages)
    rate = len(messages) / (time.perf_counter() - began)
    await _all_heard(target, messages)
    return rate


async def flood(http: aiohttp.ClientSession, url: str, messages: list[Any]) -> None:
    """Posts them all, `AT_ONCE` under way."""
    waiting = iter(messages)

    async def worker() -> None:
        for _, form, headers in waiting:
            async with http.post(url, data=form, headers=headers) as answer:
                assert answer.status == 200, await answer.text()

    await asyncio.gather(*(worker() for _ in range(AT_ONCE)))


async def _pace(http: aiohttp.ClientSession, target: Target, messages: list[Any], rate: float) -> float:
    """Arrivals at random moments (exponential gaps), as customers come."""
    dice, sent, tasks = random.Random(7), {}, set()

    async def post(text: str, form: bytes, headers: dict[str, str]) -> None:
        async with http.post(target.url, data=form, headers=headers) as answer:
            assert answer.status == 200, await answer.text()

    due = time.perf_counter()
    for text, form, headers in messages:
        due += dice.expovariate(rate)
        if (wait := due - time.perf_counter()) > 0:
            await asyncio.sleep(wait)
        sent[text] = time.perf_counter()
        task = asyncio.create_task(post(text, form, headers))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    await _all_heard(target, messages)
    delays = sorted(target.heard[text] - at for text, at in sent.items())
    return statistics.quantiles(delays, n=100)[98]


async def _all_heard(target: Target, messages: list[Any]) -> None:
    for _ in range(600):
        if all(text in target.heard for text, _, _ in messages):
            return
        await asyncio.sleep(0.05)
    missing = sum(text not in target.heard for text, _, _ in messages)
    raise AssertionError(f"{target.name}: {missing} of {len(messages)} never reached the agent's socket")


@asynccontextmanager
async def floor(group: int, postgres: str = "") -> AsyncIterator[Target]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "benchmarks.floor",
            f"--port={port}",
            f"--folder={folder}",
            f"--group={group}",
            f"--postgres={postgres}",
        ]
        async with running(command, f"http://127.0.0.1:{port}", dict(os.environ)):
            heard: dict[str, float] = {}
            socket = socketio.AsyncClient()
            socket.on(
                "message", lambda d: heard.setdefault(d["body"], time.perf_counter()), namespace="/console"
            )
            await socket.connect(f"http://127.0.0.1:{port}", namespaces=["/console"])
            yield Target("floor", f"http://127.0.0.1:{port}/sms", socket, heard)
            await socket.disconnect()


@asynccontextmanager
async def product(postgres: str = "") -> AsyncIterator[Target]:
    """`filrouge serve`, one agent at the console who is available, no bot: the way from webhook to human."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = environment(Path(folder), port)
        if postgres:
            env["FILROUGE_STORAGE__URL"] = postgres
        add_agent(env)
        async with running([sys.executable, "-m", "gateway.cli", "serve"], url, env):
            heard: dict[str, float] = {}
            async with _console(url, heard) as socket:
                yield Target("ours", f"{url}/webhooks/sms/incoming", socket, heard)


def environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **{k: v for k, v in os.environ.items() if not k.startswith("FILROUGE_")},
        "FILROUGE_SERVER__DATA_DIR": str(folder / "data"),
        "FILROUGE_PORT": str(port),
        "FILROUGE_PROVIDER__ACCOUNT_SID": ACCOUNT,
        "FILROUGE_PROVIDER__AUTH_TOKEN": TOKEN,
        "FILROUGE_PROVIDER__API_URL": "http://127.0.0.1:9",
        "FILROUGE_SMS__ENABLED": "true",
        "FILROUGE_SMS__NUMBER": "+33199000000",
        "FILROUGE_BOT__ENABLED": "false",
        "FILROUGE_NEW_PASSWORD": PASSWORD,
    }


def add_agent(env: dict[str, str]) -> None:
    arguments = ["user", "add", "bench", "--name", "Agent", "--role", "agent", "--queue", "Accueil"]
    subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], env=env, check=True, capture_output=True
    )


async def signed_in(url: str) -> tuple[str, int]:
    """The session's cookie of the agent, who is on duty, and how far the events are."""
    async with aiohttp.ClientSession(
        headers={"X-Filrouge": "1"}, cookie_jar=aiohttp.CookieJar(unsafe=True)
    ) as http:
        async with http.post(
            f"{url}/api/v1/sign-in", json={"login": "bench", "password": PASSWORD}
        ) as answer:
            assert answer.status == 200, await answer.text()
            cookie = answer.cookies["filrouge_session"].value
        async with http.put(f"{url}/api/v1/presence", json={"presence": "available"}) as answer:
            assert answer.status == 200, await answer.text()
        async with http.get(f"{url}/api/v1/console/snapshot") as answer:
            return cookie, (await answer.json())["seq"]


@asynccontextmanager
async def _console(url: str, heard: dict[str, float]) -> AsyncIterator[socketio.AsyncClient]:
    """The agent's socket: signed in, on duty, caught up."""
    cookie, seq = await signed_in(url)
    socket = socketio.AsyncClient()

    def hear(events: list[dict[str, Any]]) -> None:
        now = time.perf_counter()
        for event in events:
            if event["name"] == "ExchangeRecorded":
                heard.setdefault(event["data"]["exchange"]["text"], now)

    socket.on("events", hear, namespace="/console")
    await socket.connect(
        url,
        namespaces=["/console"],
        headers={"Cookie": f"filrouge_session={cookie}"},
        transports=["websocket"],
    )
    await socket.call("resume", {"since": seq}, namespace="/console")
    yield socket
    await socket.disconnect()


@asynccontextmanager
async def running(command: list[str], url: str, env: dict[str, str]) -> AsyncIterator[int]:
    """The process's id, once it answers."""
    process = subprocess.Popen(  # noqa: ASYNC220  # starting takes milliseconds, and nothing else runs yet
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        await _answers(url, process.poll)
        yield process.pid
    finally:
        process.terminate()
        await asyncio.to_thread(process.wait)


async def _answers(url: str, ended: Callable[[], int | None]) -> None:
    async with aiohttp.ClientSession() as http:
        for _ in range(1200):
            assert ended() is None, "the server did not start"
            try:
                async with http.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
    raise AssertionError("the server did not answer within a minute")


def free_port() -> int:
    import socket as sockets

    with sockets.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
