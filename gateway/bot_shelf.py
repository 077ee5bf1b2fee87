"""Where the bots stand ready: the published versions answer customers, drafts are tried by their designers."""

import asyncio
import gc
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

import aiohttp
import structlog

from bots.action_server import HttpActions
from bots.actions_port import Actions
from bots.demo_orders import DemoOrders
from bots.no_orders import NoActions, NoOrders
from bots.orders_http import HttpOrders
from bots.ports import Orders
from bots.project import Files
from core.errors import FilrougeError
from core.settings import Settings
from core.store import Store
from core.words import Language
from storage.bots import BOTS, bot_of, version_files

if TYPE_CHECKING:
    from bots.nlu.interpreter import Interpreter
    from bots.runtime import Bot

T = TypeVar("T")
MOST = 12  # trained bots held ready; the one asked for longest ago makes room
log = structlog.get_logger(__name__)


class BotShelf:
    """The bots, loaded (or trained, the first time) in the background while the front door already answers."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._cache = settings.server.data_dir / "models"
        self._store: Store | None = None
        self._orders: Orders = NoOrders()
        self._actions: Actions = NoActions()
        self._ears: OrderedDict[str, asyncio.Task[Interpreter]] = OrderedDict()
        self._bots: OrderedDict[str, asyncio.Task[Bot]] = OrderedDict()
        self._first: asyncio.Task[None] | None = None

    def start(self, store: Store, http: aiohttp.ClientSession) -> None:
        self._store = store
        self._orders = self._known_orders(http)
        if self._settings.bot.actions_url:
            self._actions = HttpActions(http, self._settings.bot.actions_url)
        self._first = asyncio.create_task(self._load_published(), name="bot-loading")

    def _known_orders(self, http: aiohttp.ClientSession) -> Orders:
        """Invented orders are told in the sandbox only."""
        if self._settings.bot.orders_url:
            return HttpOrders(http, self._settings.bot.orders_url)
        return DemoOrders() if self._settings.sandbox.enabled else NoOrders()

    async def _load_published(self) -> None:
        assert self._store is not None
        for bot in await self._store.read(BOTS.all):
            for version_id in bot.live:
                try:
                    await self.version(version_id, bot.language)
                except FilrougeError as problem:
                    log.warning("bot.unusable", bot=bot.key, version=version_id, problem=str(problem))
        settle_memory()

    async def stop(self) -> None:
        """Does not wait for a training that is under way: it leaves nothing half done behind."""
        tasks = [
            task for task in (self._first, *self._ears.values(), *self._bots.values()) if task is not None
        ]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def get(self, key: str, conversation_id: str) -> "Bot | None":
        """Who answers the conversation under this name; waits while it loads. None where nothing is published."""
        assert self._store is not None, "start() the shelf first"
        bot = await self._store.read(bot_of, key)
        version_id = bot.version_for(conversation_id) if bot is not None else None
        if bot is None or version_id is None:
            return None
        return await self.version(version_id, bot.language)

    async def version(self, version_id: str, language: Language) -> "Bot":
        """A trained version. Raises `BotFilesInvalid` where its files make no bot."""
        return await _kept(self._bots, version_id, lambda: self._of_version(version_id, language))

    async def _of_version(self, version_id: str, language: Language) -> "Bot":
        assert self._store is not None, "start() the shelf first"
        files = await self._store.read(version_files, version_id)
        return await self.made_of(files, files, language)

    async def made_of(self, files: Files, ears: Files, language: Language) -> "Bot":
        """A bot that hears as `ears` were trained and says what `files` say: a draft between two trainings."""
        heard = json.dumps([language.value, dict(sorted(ears.items()))])
        key = hashlib.sha256(heard.encode()).hexdigest()
        interpreter = await _kept(
            self._ears, key, lambda: beside(lambda: self._load_or_train(ears, language))
        )
        return await beside(lambda: self._bot(interpreter, files))

    def _load_or_train(self, files: Files, language: Language) -> "Interpreter":
        # Imported here, in a thread: the numerical libraries take seconds that the front door need not wait for.
        from bots.training import load_or_train

        return load_or_train(files, self._cache, default=language)

    async def grouped(
        self, utterances: Sequence[Mapping[str, Any]], known: Sequence[str]
    ) -> list[dict[str, Any]]:
        """Those that are like each other, as groups; `known` are examples of the bot. Embeddings are kept."""
        return await beside(lambda: self._grouped(utterances, known))

    def _grouped(self, utterances: Sequence[Mapping[str, Any]], known: Sequence[str]) -> list[dict[str, Any]]:
        from bots.nlu.clusters import clusters_of
        from bots.nlu.embedding import shared_embedder
        from bots.nlu.embedding_cache import CachedEmbedder

        embedder = CachedEmbedder(
            shared_embedder(), self._cache / "embeddings.sqlite3", lambda done, total: None
        )
        texts = [one["text"] for one in utterances]
        groups: list[dict[str, Any]] = []
        if not texts:
            return []
        for cluster in clusters_of(texts, embedder.embed(texts), embedder.embed(known) if known else None):
            members = [utterances[place] for place in cluster.places]
            groups.append(
                {
                    "name": cluster.name,
                    "language": members[0]["language"],
                    "texts": [one["text"] for one in members],
                    "exchange_ids": [one_id for one in members for one_id in one["exchange_ids"]],
                }
            )
        return groups

    def _bot(self, interpreter: "Interpreter", files: Files) -> "Bot":
        from bots.dialogue.script import script_of
        from bots.runtime import Bot

        return Bot(interpreter, script_of(files), self._orders, actions=self._actions)


async def _kept(shelf: "OrderedDict[str, asyncio.Task[T]]", key: str, make: Callable[[], Any]) -> T:
    """What is on the shelf under the key, made by whoever asks first; a failure is not kept, an end of the shelf is."""
    task = shelf.get(key)
    if task is None or (task.done() and not task.cancelled() and task.exception() is not None):
        task = shelf[key] = asyncio.create_task(make(), name="bot-loading")
    shelf.move_to_end(key)
    while len(shelf) > MOST:
        shelf.popitem(last=False)
    return await asyncio.shield(task)


async def beside(work: Callable[[], T]) -> T:
    """Runs it in a thread that the end of the process does not wait for, as it would for one of a pool."""
    done: Future[T] = Future()

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
