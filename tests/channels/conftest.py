"""The running telephone for the tests of SMS, voice and the sandbox."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.channels.telephone import Telephone, running_telephone


@pytest.fixture
async def telephone(tmp_path: Path) -> AsyncIterator[Telephone]:
    async with running_telephone(tmp_path) as telephone:
        yield telephone
