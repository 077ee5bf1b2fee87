"""Tasks with a delay: they hold nobody up, and run when their time has come, after a restart too."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from core.events import Task
from storage.engine.opening import Opened
from tests.fixtures import open_for_test, sqlite_settings


def later(tx: Any, seconds: float) -> None:
    tx.enqueue(Task(kind="later", delay=seconds))


async def test_a_task_for_later_is_no_work_under_way_until_its_time(any_opened: Opened) -> None:
    ran = asyncio.Event()

    async def handler(payload: Mapping[str, Any], attempts: int) -> None:
        ran.set()

    outbox = await any_opened.start_outbox({"later": handler})
    await any_opened.store.write(later, 8)
    async with asyncio.timeout(7):
        await outbox.idle()
    assert not ran.is_set()
    async with asyncio.timeout(30):
        await ran.wait()


async def test_a_task_whose_time_came_while_nobody_ran_runs_at_the_next_start(tmp_path: Path) -> None:
    ran = asyncio.Event()

    async def handler(payload: Mapping[str, Any], attempts: int) -> None:
        ran.set()

    before = await open_for_test(sqlite_settings(tmp_path))
    await before.start_outbox({"later": handler})
    await before.store.write(later, 1)
    await before.close()
    await asyncio.sleep(1)
    assert not ran.is_set()
    after = await open_for_test(sqlite_settings(tmp_path))
    await after.start_outbox({"later": handler})
    async with asyncio.timeout(30):
        await ran.wait()
    await after.close()
