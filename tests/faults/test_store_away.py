"""The store is away, locked or full: sources are told to try again, and everything goes on by itself afterwards."""

import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import aiohttp
import asyncpg
import pytest

from storage.engine import sqlite
from tests.faults.provider import Provider
from tests.faults.service import Service, post_message, running
from tests.faults.test_kill import GAPS, SMS_KEYS, TO_DO, WITHOUT_WORK, Load, settings
from tests.running import RunningProduct, give_model, until
from tests.servers.postgres import PostgresServer

HOLD = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


# PostgreSQL


async def rows(postgres: PostgresServer, database: str, query: str) -> list[tuple[object, ...]]:
    connection = await asyncpg.connect(postgres.url(database).replace("+asyncpg", ""))
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def readiness(product: RunningProduct) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.get(f"{product.url}/readyz") as answer:
        return answer.status, (await answer.json())["checks"]["store"]


async def live_through_an_outage(
    folder: Path, cache: Path, postgres: PostgresServer, seconds: float
) -> tuple[Load, Provider, str]:
    """Customers write before, during and after; the product runs on through all of it."""
    dice = random.Random(1)
    database = postgres.fresh_database()
    give_model(folder, cache)
    product = RunningProduct(folder, "serve")
    provider = Provider(product.url, dice)
    product.set({**settings(provider), "FILROUGE_STORAGE__URL": postgres.url(database)})
    async with provider.running():
        load = Load(provider, dice)
        await product.start()
        try:
            async with load.running():
                await asyncio.sleep(2.0)
                await asyncio.to_thread(postgres.stop)
                while_away = set(load.accepted)
                await asyncio.sleep(seconds)
                refused = await post_message(product.url, f"SM{'9' * 32}", "Bonjour")
                state, said = await readiness(product)
                assert (refused.status, refused.headers.get("Retry-After")) == (503, "5")
                assert (state, said != "ok") == (503, True)
                assert load.accepted == while_away, "something was accepted while the database was away"
                await asyncio.to_thread(postgres.start)
                await until(lambda: accepted_more(load, while_away), seconds=20)
            await until(lambda: nothing_to_do(postgres, database), seconds=60)
            assert await readiness(product) == (200, "ok")
        finally:
            product.stop()
    return load, provider, database


async def accepted_more(load: Load, before: set[str]) -> bool:
    return len(load.accepted) > len(before) + 5


async def nothing_to_do(postgres: PostgresServer, database: str) -> bool:
    return not await rows(postgres, database, TO_DO)


async def prove_outage(folder: Path, cache: Path, postgres: PostgresServer, seconds: float) -> None:
    load, provider, database = await live_through_an_outage(folder, cache, postgres, seconds)
    recorded = Counter(key for (key,) in await rows(postgres, database, SMS_KEYS))
    deliveries = await rows(postgres, database, "SELECT id, state FROM deliveries")
    assert load.accepted <= set(recorded) <= load.given
    assert max(recorded.values()) == 1
    assert {state for _, state in deliveries} <= {"sent", "delivered"}
    assert sum(provider.sent.values()) == len(deliveries), "a reply was lost or sent twice"
    for what_is_wrong in (GAPS, WITHOUT_WORK, "SELECT id FROM outbox WHERE dead"):
        assert await rows(postgres, database, what_is_wrong) == []


@pytest.mark.timeout(180)
async def test_the_database_is_away_for_a_while_and_nothing_is_lost_or_doubled(
    tmp_path: Path, model_cache: Path, own_postgres: PostgresServer
) -> None:
    await prove_outage(tmp_path, model_cache, own_postgres, 3.0)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_the_database_is_away_for_half_a_minute_and_nothing_is_lost_or_doubled(
    tmp_path: Path, model_cache: Path, own_postgres: PostgresServer
) -> None:
    await prove_outage(tmp_path, model_cache, own_postgres, 30.0)


# SQLite


@pytest.fixture
async def service(
    tmp_path: Path, model_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Service]:
    monkeypatch.setattr(sqlite, "BUSY", 300)
    async with running(tmp_path, model_cache) as service:
        yield service


@contextmanager
def held_by_another_process(database: Path) -> Iterator[None]:
    """As a backup or an administrator's shell may hold the write lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    holder.stdout.readline()
    try:
        yield
    finally:
        holder.communicate()


async def test_a_locked_database_means_try_again_and_then_works(service: Service, tmp_path: Path) -> None:
    sid = f"SM{'1' * 32}"
    with held_by_another_process(tmp_path / "data" / "filrouge.db"):
        refused = await service.customer_writes(sid=sid)
        state, checks = await service.ready()
    taken = await service.customer_writes(sid=sid)
    assert (refused.status, refused.headers.get("Retry-After"), taken.status) == (503, "5", 200)
    assert (state, checks["store"] != "ok") == (503, True)
    assert await service.recorded() == [sid]
    assert (await service.ready())[0] == 200


async def fill_up(service: Service, text: str) -> tuple[list[str], str]:
    """Messages until one is refused: (those taken, the refused one)."""
    taken: list[str] = []
    for number in range(400):
        sid = f"SM{number:032d}"
        answer = await service.customer_writes(text, sid=sid)
        if answer.status != 200:
            assert (answer.status, answer.headers.get("Retry-After")) == (503, "5")
            return taken, sid
        taken.append(sid)
    raise AssertionError("the disk was never full")


@contextmanager
def small_disk(place: Path) -> Iterator[bool]:
    """A file system of its own of a few megabytes; False where this machine lets nobody mount one."""
    mount = ["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield False
        return
    try:
        yield True
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def may_mount() -> bool:
    with TemporaryDirectory() as place, small_disk(Path(place)) as mounted:
        return mounted


@dataclass
class Full:
    """A service whose store has next to no room left, until `make_room`."""

    service: Service
    make_room: Callable[[], Awaitable[None]]


@pytest.fixture(params=["pages", "disk"] if may_mount() else ["pages"])
async def full(request: pytest.FixtureRequest, tmp_path: Path, model_cache: Path) -> AsyncIterator[Full]:
    """A full disk, or, which needs no rights, SQLite's own limit of pages."""
    place = tmp_path / "disk"
    place.mkdir()
    if request.param == "pages":
        async with running(tmp_path, model_cache) as service:
            await limit_pages(service, 40)
            yield Full(service, lambda: limit_pages(service, 4000))
        return
    with small_disk(place):
        url = f"sqlite:///{place}/filrouge.db"
        async with running(tmp_path, model_cache, FILROUGE_STORAGE__URL=url) as service:
            ballast = place / "ballast"
            ballast.write_bytes(b"x" * (shutil.disk_usage(place).free - 100_000))
            yield Full(service, lambda: asyncio.to_thread(ballast.unlink))
        with sqlite3.connect(place / "filrouge.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_a_full_store_takes_nothing_more_until_there_is_room_again(full: Full) -> None:
    taken, refused = await fill_up(full.service, "x" * 1500)
    state, checks = await full.service.ready()
    kept = await full.service.recorded()
    await full.make_room()
    again = await full.service.customer_writes(sid=refused)
    assert (state, "full" in checks["store"]) == (503, True)
    assert kept == sorted(taken)
    assert (again.status, await full.service.recorded()) == (200, sorted([*taken, refused]))
    assert (await full.service.ready())[0] == 200


async def limit_pages(service: Service, more: int) -> None:
    def limit(tx: Any) -> None:
        pages = tx.conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        tx.conn.exec_driver_sql(f"PRAGMA max_page_count = {pages + more}")

    await service.store.write(limit)
