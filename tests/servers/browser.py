"""Chromium for tests: Debian's own, driven by playwright; each test gets a browser of its own.

A browser belongs to the event loop that started it and every test has its own loop, so it is started per test
(0.6 s) and shared by none.
"""

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests.servers.process import need

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


def chromium_path() -> str | None:
    """Debian's Chromium, or the one named by FILROUGE_CHROMIUM."""
    return os.environ.get("FILROUGE_CHROMIUM") or shutil.which("chromium")


@pytest.fixture
async def chromium() -> AsyncIterator[Browser]:
    """A browser; `await chromium.new_context()` opens a separate visitor with their own cookies."""
    path = chromium_path()
    need("Chromium", path is not None)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()
