"""The floor program: the least anyone could do with the same libraries and the same durability.

A bare aiohttp handler, one INSERT into SQLite (WAL, synchronous=FULL) committed before the answer, one Socket.IO
emit. `--group` lets INSERTs that wait share a commit, as the product's store does: the harder floor.
"""

import argparse
import asyncio
import email
import email.policy
import queue
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import socketio
import uvloop
from aiohttp import web

SYNCHRONOUS = "FULL"
POOL = 16  # connections


class Inserter:
    """One thread, one connection. `group`: how many INSERTs may share a commit."""

    def __init__(self, path: Path, group: int) -> None:
        self._jobs: queue.SimpleQueue[tuple[tuple[Any, ...], asyncio.Future[None]]] = queue.SimpleQueue()
        self._group = group
        self._path = path
        self._loop = asyncio.get_running_loop()
        threading.Thread(target=self._run, daemon=True).start()

    async def insert(self, *row: Any) -> None:
        done: asyncio.Future[None] = self._loop.create_future()
        self._jobs.put((row, done))
        await done

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {SYNCHRONOUS}")
        connection.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, sender TEXT, body TEXT)")
        while True:
            batch = [self._jobs.get()]
            while len(batch) < self._group and not self._jobs.empty():
                batch.append(self._jobs.get())
            connection.execute("BEGIN IMMEDIATE")
            for row, _ in batch:
                connection.execute("INSERT INTO messages VALUES (?, ?, ?)", row)
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_settle, [done for _, done in batch])


class PgInserter:
    """A pool as large as the product's; each INSERT commits by itself, and the server shares the commits."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    @classmethod
    async def open(cls, url: str) -> "PgInserter":
        pool = await asyncpg.create_pool(url, min_size=POOL, max_size=POOL)
        await pool.execute("CREATE TABLE messages (id TEXT PRIMARY KEY, sender TEXT, body TEXT)")
        return cls(pool)

    async def insert(self, *row: Any) -> None:
        await self._pool.execute("INSERT INTO messages VALUES ($1, $2, $3)", *row)


def _settle(done: list[asyncio.Future[None]]) -> None:
    for future in done:
        future.set_result(None)


async def serve(port: int, folder: Path, group: int, postgres: str) -> None:
    """POST /sms takes the provider's form; whoever is on /console hears of it."""
    inserter = await PgInserter.open(postgres) if postgres else Inserter(folder / "floor.db", group)
    sockets = socketio.AsyncServer(async_mode="aiohttp")

    async def take(request: web.Request) -> web.Response:
        form = await request.post()
        await inserter.insert(str(form["MessageSid"]), str(form["From"]), str(form["Body"]))
        await sockets.emit("message", {"body": form["Body"]}, namespace="/console")
        return web.Response(text="<Response/>", content_type="application/xml")

    async def take_mail(request: web.Request) -> web.Response:
        message = email.message_from_bytes(await request.read(), policy=email.policy.default)
        body = message.get_body(("plain", "html"))
        text = body.get_content() if body is not None else ""
        await inserter.insert(str(message["Message-ID"]), str(message["From"]), text)
        return web.Response(status=204)

    for namespace in ("/console", "/chat"):
        sockets.on("connect", lambda *_: None, namespace=namespace)
    app = web.Application()
    app.router.add_post("/sms", take)
    app.router.add_post("/mail", take_mail)
    sockets.attach(app)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.Event().wait()


async def mail_floor(
    folder: Path, messages: list[bytes], group: int, at_once: int, took: Callable[[], None]
) -> None:
    """`email` parse and one durable INSERT, without any network: `at_once` messages under way."""
    inserter = Inserter(folder / "mail.db", group)
    waiting = iter(messages)

    async def worker() -> None:
        for raw in waiting:
            message = email.message_from_bytes(raw, policy=email.policy.default)
            body = message.get_body(("plain", "html"))
            text = body.get_content() if body is not None else ""
            await inserter.insert(str(message["Message-ID"]), str(message["From"]), text)
            took()

    await asyncio.gather(*(worker() for _ in range(at_once)))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--group", type=int, default=1)
    parser.add_argument("--postgres", default="", help="the URL of an empty database, instead of SQLite")
    given = parser.parse_args()
    uvloop.run(serve(given.port, given.folder, given.group, given.postgres))
