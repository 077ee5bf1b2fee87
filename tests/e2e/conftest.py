"""The demo in a process of its own, Chromium in front of it, and the customers' side by the sandbox."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gateway.sample import PASSWORD
from tests.e2e.desk import Desk
from tests.running import Customer, RunningProduct, give_model

expect.set_options(timeout=20_000)  # milliseconds: a machine that is busy with other things is slow


@pytest.fixture
async def demo(tmp_path: Path, model_cache: Path) -> AsyncIterator[RunningProduct]:
    give_model(tmp_path, model_cache)
    product = RunningProduct(tmp_path)
    await product.start()
    yield product
    product.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared_demo(
    tmp_path_factory: pytest.TempPathFactory, model_cache: Path
) -> AsyncIterator[RunningProduct]:
    """One demo for all tests of a module, which leave nothing waiting behind them."""
    folder = tmp_path_factory.mktemp("demo")
    give_model(folder, model_cache)
    product = RunningProduct(folder)
    await product.start()
    yield product
    product.stop()


@pytest.fixture
async def customer(demo: RunningProduct) -> AsyncIterator[Customer]:
    async with aiohttp.ClientSession() as http:
        yield Customer(http, demo.url)


@pytest.fixture
async def page(chromium: Browser) -> AsyncIterator[Page]:
    context = await chromium.new_context(viewport={"width": 1440, "height": 900}, locale="fr-FR")
    yield await context.new_page()
    await context.close()


@pytest.fixture
async def desk(page: Page, demo: RunningProduct) -> Desk:
    """Camille, signed in and available."""
    desk = Desk(page)
    await desk.sign_in(demo.url, "camille", PASSWORD)
    await desk.become("Disponible")
    return desk


@pytest.fixture(autouse=True)
def _log_on_failure(request: pytest.FixtureRequest) -> Iterator[None]:
    """The product's last words stand beside a failure."""
    yield
    product = request.node.funcargs.get("demo")
    if product is not None:
        print(product.log())
