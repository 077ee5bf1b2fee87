"""One process with 1,000 idle web chats and 200 consoles: how fast all consoles hear, and what an idle chat weighs.

The floor is a bare Socket.IO server that sends each message to as many sockets, beside as many idle ones. The
listeners speak Socket.IO's protocol over plain web sockets and read no more than they must.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks.intake import add_agent, environment, flood, free_port, prepared, running, signed_in
from benchmarks.table import Row

CHATS, CONSOLES, MESSAGES, WARM = 1_000, 200, 600, 50
PATIENCE = 120.0  # seconds until all have heard


@dataclass(frozen=True, slots=True)
class Target:
    """A running server. `marks` a message in what consoles hear."""

    url: str
    pid: int
    post: str
    console: str  # namespace
    chat: str
    mark: str
    headers: dict[str, str]
    resume: str = ""


Starting = AbstractAsyncContextManager[Target]


async def measure(rounds: int) -> list[Row]:
    rates: dict[str, list[float]] = {"floor": [], "ours": []}
    weights: dict[str, list[float]] = {"floor": [], "ours": []}
    starts: dict[str, Callable[[], Starting]] = {"floor": floor, "ours": product}
    for number in range(rounds):
        for name, start in starts.items():
            async with start() as target:
                weight, rate = await _run(target, f"r{number}")
                weights[name].append(weight)
                rates[name].append(rate)
    return [
        Row("Fan-out to 200 consoles, deliveries/s", rates["ours"], rates["floor"], "≥ 1/2"),
        Row("Memory of an idle web chat, KiB", weights["ours"], weights["floor"], "≤ 2"),
    ]


async def _run(target: Target, batch: str) -> tuple[float, float]:
    """(KiB an idle chat, deliveries a second)."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http, AsyncExitStack() as stack:
        before = _resident(target.pid)
        for number in range(CHATS):
            forwarded = f"10.1.{number // 250}.{number % 250 + 1}"
            await stack.enter_async_context(
                _listening(http, target, target.chat, {"X-Forwarded-For": forwarded})
            )
        weight = (_resident(target.pid) - before) / CHATS
        heard = [0]
        for _ in range(CONSOLES):
            listening = _listening(http, target, target.console, target.headers, heard)
            await stack.enter_async_context(listening)
        await flood(http, target.post, prepared(target.post, WARM, f"w{batch}"))
        await _all(heard, WARM * CONSOLES)
        messages = prepared(target.post, MESSAGES, batch)
        began = time.perf_counter()
        await flood(http, target.post, messages)
        await _all(heard, (WARM + MESSAGES) * CONSOLES)
        return weight, MESSAGES * CONSOLES / (time.perf_counter() - began)


async def _all(heard: list[int], wanted: int) -> None:
    until = time.perf_counter() + PATIENCE
    while heard[0] < wanted:
        assert time.perf_counter() < until, f"{wanted - heard[0]} of {wanted} were never heard"
        await asyncio.sleep(0.005)


@asynccontextmanager
async def _listening(
    http: aiohttp.ClientSession,
    target: Target,
    namespace: str,
    headers: dict[str, str],
    heard: list[int] | None = None,
) -> AsyncIterator[None]:
    """A socket that is connected to the namespace, and counts the messages it hears."""
    address = f"{target.url}/socket.io/?EIO=4&transport=websocket"
    async with http.ws_connect(address, headers=headers, autoping=False, max_msg_size=0) as socket:
        await socket.receive_str()
        await socket.send_str(f"40{namespace},{{}}")
        answer = await socket.receive_str()
        assert answer.startswith(f"40{namespace}"), answer
        if heard is not None and target.resume:
            await socket.send_str(f"42{namespace},1{target.resume}")

        async def listen() -> None:
            async for frame in socket:
                text = str(frame.data)
                if text == "2":
                    await socket.send_str("3")
                elif heard is not None:
                    heard[0] += text.count(target.mark)

        task = asyncio.create_task(listen())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _resident(pid: int) -> float:
    """KiB of memory the process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024


@asynccontextmanager
async def floor() -> AsyncIterator[Target]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        command = [
            sys.executable,
            "-m",
            "benchmarks.floor",
            f"--port={port}",
            f"--folder={folder}",
            "--group=64",
        ]
        url = f"http://127.0.0.1:{port}"
        async with running(command, url, dict(os.environ)) as pid:
            yield Target(url, pid, f"{url}/sms", "/console", "/chat", '"message"', {})


@asynccontextmanager
async def product() -> AsyncIterator[Target]:
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        env = environment(Path(folder), port) | {
            "FILROUGE_WEBCHAT__ENABLED": "true",
            "FILROUGE_SERVER__TRUSTED_PROXIES": "1",
        }
        add_agent(env)
        async with running([sys.executable, "-m", "gateway.cli", "serve"], url, env) as pid:
            cookie, seq = await signed_in(url)
            headers = {"Cookie": f"filrouge_session={cookie}", "Origin": url}
            resume = f'["resume",{{"since":{seq}}}]'
            post = f"{url}/webhooks/sms/incoming"
            yield Target(url, pid, post, "/console", "/chat", '"ExchangeRecorded"', headers, resume)
