"""Where the published bots stand ready, whoever knows the orders beside them."""

import asyncio
import gc
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING

import aiohttp

from bots.demo_orders import DemoOrders
from bots.no_orders import NoOrders
from bots.orders_http import HttpOrders
from bots.ports import Orders
from core.settings import Settings

if TYPE_CHECKING:
    from bots.runtime import Bot


class BotShelf:
    """The bots, loaded (or trained, the first time) in the background while the front door already answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = settings.server.data_dir / "models"
        self._loading: asyncio.Task[Bot] | None = None

    def start(self, http: aiohttp.ClientSession) -> None:
        self._loading = asyncio.create_task(self._load(self._orders(http)), name="bot-loading")

    def _orders(self, http: aiohttp.ClientSession) -> Orders:
        """Invented orders are told in the sandbox only."""
        if self._settings.bot.orders_url:
            return HttpOrders(http, self._settings.bot.orders_url)
        return DemoOrders() if self._settings.sandbox.enabled else NoOrders()

    async def _load(self, orders: Orders) -> "Bot":
        bot = await beside(lambda: self._load_or_train(orders))
        settle_memory()
        return bot

    def _load_or_train(self, orders: Orders) -> "Bot":
        # Imported here, in a thread: the numerical libraries take seconds that the front door need not wait for.
        from bots.runtime import FIRST_LINE, Bot

        folder = Path(self._settings.bot.folder) if self._settings.bot.folder else FIRST_LINE
        return Bot.load_or_train(folder, self._cache, orders)

    async def stop(self) -> None:
        """Does not wait for a training that is under way: it leaves nothing half done behind."""
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.gather(self._loading, return_exceptions=True)

    async def get(self, name: str) -> "Bot":
        """The bot that answers under this name; waits while it loads."""
        assert self._loading is not None, "start() the shelf first"
        return await asyncio.shield(self._loading)


async def beside(work: Callable[[], "Bot"]) -> "Bot":
    """Runs it in a thread that the end of the process does not wait for, as it would for one of a pool."""
    done: Future[Bot] = Future()

    def run() -> None:
        done.set_running_or_notify_cancel()
        try:
            done.set_result(work())
        except BaseException as error:
            done.set_exception(error)

    threading.Thread(target=run, name="bot-loading", daemon=True).start()
    return await asyncio.wrap_future(done)


def settle_memory() -> None:
    """What is loaded now stays to the end: the collector need not walk it again, which takes a tenth of a second."""
    gc.collect()
    gc.freeze()
