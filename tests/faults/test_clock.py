"""The machine's clock is put forward or back by an hour: no timer stands still, nobody is taken for dead."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core.errors import TryLater
from core.events import Task
from core.settings import RoutingSettings
from core.words import ChannelName
from routing.model import WorkState
from routing.service import Router
from storage.engine.outbox import Neighbours
from tests.fixtures import open_for_test, postgres_settings, sqlite_settings
from tests.routing.floor import open_floor

HOUR = timedelta(hours=1)
JUMPS = pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["forward", "back"])


class WallClock:
    """Goes on as time does, from wherever somebody put it."""

    def __init__(self) -> None:
        self._put_by = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(UTC) + self._put_by

    def jump(self, by: timedelta) -> None:
        self._put_by += by


def within(deadline: datetime | None, now: datetime, time: timedelta) -> bool:
    """None: it is over, and the call is in its place again."""
    return deadline is None or now < deadline <= now + time


def enqueue(tx: Any, task: Task) -> None:
    tx.enqueue(task)


async def until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.02)


@JUMPS
async def test_a_postponed_task_is_tried_again_in_time(tmp_path: Path, jump: timedelta) -> None:
    clock, tries = WallClock(), []

    async def handler(payload: Any, attempts: int) -> None:
        tries.append(attempts)
        if attempts == 0:
            raise TryLater(service="vendor", problem="busy", after=0.5)

    opened = await open_for_test(sqlite_settings(tmp_path), clock=clock)
    await opened.start_outbox({"try": handler})
    await opened.store.write(enqueue, Task(kind="try"))
    await until(lambda: tries == [0])
    clock.jump(jump)
    await until(lambda: tries == [0, 1], 3)
    await opened.close()


@JUMPS
async def test_a_task_behind_another_does_not_wait_for_an_hour(tmp_path: Path, jump: timedelta) -> None:
    clock, ran, go = WallClock(), [], asyncio.Event()

    async def handler(payload: Any, attempts: int) -> None:
        ran.append(payload["n"])
        await go.wait()

    opened = await open_for_test(sqlite_settings(tmp_path), clock=clock)
    await opened.start_outbox({"try": handler})
    for n in (1, 2):
        await opened.store.write(enqueue, Task(kind="try", payload={"n": n}, lane="one"))
    await until(lambda: ran == [1])
    clock.jump(jump)
    go.set()
    await until(lambda: ran == [1, 2], 3)
    await opened.close()


@JUMPS
async def test_an_offer_is_not_open_for_longer_than_its_time(tmp_path: Path, jump: timedelta) -> None:
    clock = WallClock()
    floor = await open_floor(sqlite_settings(tmp_path), clock)
    await floor.agent("Anne")
    call = await floor.customer_writes(ChannelName.VOICE)
    router = Router(floor.store, floor.bus, clock, RoutingSettings())
    await router.start()
    async with asyncio.timeout(10):
        while (await floor.item(call)).state is not WorkState.OFFERED:
            await asyncio.sleep(0.02)
        clock.jump(jump)
        while not within((await floor.item(call)).offer_deadline, clock.now(), timedelta(seconds=20)):
            await asyncio.sleep(0.05)
    await router.stop()
    await floor.close()


async def test_nodes_whose_clocks_differ_do_not_take_each_others_tasks(
    postgres_url: str, tmp_path: Path
) -> None:
    early, late, ran = WallClock(), WallClock(), []
    late.jump(HOUR)
    nodes = []
    for name, clock in (("early", early), ("late", late)):

        async def handler(payload: Any, attempts: int, name: str = name) -> None:
            ran.append((name, payload["of"]))
            await asyncio.sleep(1.5)  # long enough for the other's next look

        opened = await open_for_test(postgres_settings(postgres_url, tmp_path), clock=clock)
        await opened.start_outbox({"slow": handler})
        nodes.append((name, opened))
    for name, opened in nodes:
        await opened.store.write(enqueue, Task(kind="slow", payload={"of": name}))
    await until(lambda: len(ran) == 2)
    await asyncio.sleep(2.0)
    for _, opened in nodes:
        await opened.close()
    assert sorted(ran) == [("early", "early"), ("late", "late")]


def test_a_node_is_dead_when_its_sign_stands_still_not_when_its_clock_is_odd() -> None:
    neighbours, now = Neighbours(), datetime(2026, 3, 2, tzinfo=UTC)
    beats = [now - HOUR, now + HOUR, now, now - 2 * HOUR, now]
    looks = [neighbours.look({"odd": sign, "dead": now - HOUR}) for sign in beats]
    assert looks == [set(), set(), set(), {"dead"}, {"dead"}]
