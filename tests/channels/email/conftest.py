"""The e-mail channel running on a real store, and what tests ask of it."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from core.bus import Bus
from storage.engine.opening import Opened
from tests.channels.email.post import Office
from tests.fixtures import add_queue


@pytest.fixture
async def office(opened: Opened, bus: Bus, tmp_path: Path) -> AsyncIterator[Office]:
    """A store with one queue; channels are started in it by `office.open(…)`."""
    async with aiohttp.ClientSession() as http:
        queue = await add_queue(opened.store)
        office = Office(opened.store, bus, http, queue)
        yield office
        await office.close()
