"""The front door of every test here, on SQLite."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.bus import Bus
from core.store import Store
from routing.model import Queue
from storage.engine.migrate import migrate
from storage.engine.opening import Opened, database_url
from tests.fixtures import add_queue, open_for_test, sqlite_settings
from tests.gateway.front import Front, Person


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, to be copied: a migration a test would be most of its time."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(migrate(database_url(sqlite_settings(folder))))
    return folder


@pytest.fixture
async def opened(template: Path, tmp_path: Path, bus: Bus) -> AsyncIterator[Opened]:
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    opened = await open_for_test(sqlite_settings(tmp_path), bus)
    yield opened
    await opened.close()


@pytest.fixture
async def front(store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def queue(store: Store) -> Queue:
    return await add_queue(store, "Accueil")


@pytest.fixture
async def agent(front: Front, queue: Queue) -> Person:
    return await front.person("agent", queues=[queue])


@pytest.fixture
async def admin(front: Front) -> Person:
    return await front.person("admin", name="Nadia Leroy")
