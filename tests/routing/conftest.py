"""A floor for the routing tests: a store whose only reactions are routing's, and a clock the test turns."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.settings import Settings
from storage.engine.migrate import migrate
from storage.engine.opening import database_url
from tests.fixtures import postgres_settings, sqlite_settings
from tests.routing.floor import Floor, open_floor


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database of the present schema, to be copied: a migration a test would be most of its time."""
    folder = tmp_path_factory.mktemp("migrated")
    asyncio.run(migrate(database_url(sqlite_settings(folder))))
    return folder


@pytest.fixture
async def floor(migrated: Path, tmp_path: Path) -> AsyncIterator[Floor]:
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    floor = await open_floor(sqlite_settings(tmp_path))
    yield floor
    await floor.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def any_settings(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    if request.param == "sqlite":
        return sqlite_settings(tmp_path)
    return postgres_settings(request.getfixturevalue("postgres_url"), tmp_path)


@pytest.fixture
async def any_floor(any_settings: Settings) -> AsyncIterator[Floor]:
    """Races, and whatever leans on locks, are proved on both databases."""
    floor = await open_floor(any_settings)
    yield floor
    await floor.close()
