"""Opens the store that the settings name, migrated to the present schema."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from core.bus import Bus
from core.clock import Clock
from core.errors import SettingsError
from core.events import TaskHandler
from core.ids import new_id
from core.settings import Settings
from storage.engine.hearing import Hearing, Observer
from storage.engine.migrate import migrate
from storage.engine.outbox import Outbox
from storage.engine.postgres import PostgresStore
from storage.engine.sqlite import SqliteStore
from storage.engine.transaction import Reactions


@dataclass(slots=True, kw_only=True)
class Opened:
    """A running store with its outbox; `handlers` may be filled until `start_outbox`."""

    store: SqliteStore | PostgresStore
    hearing: Hearing
    node: str
    clock: Clock
    outbox: Outbox | None = None

    async def start_outbox(self, handlers: Mapping[str, TaskHandler]) -> Outbox:
        """Begins to run tasks, those of an earlier run first."""
        self.outbox = Outbox(
            self.store, self.clock, self.node, handlers, alone=isinstance(self.store, SqliteStore)
        )
        self.hearing.on_tasks = self.outbox.add
        await self.outbox.start()
        return self.outbox

    async def close(self) -> None:
        if self.outbox is not None:
            await self.outbox.stop()
        await self.store.stop()
        await self.hearing.stop()


def database_url(settings: Settings) -> str:
    """The configured URL, or a SQLite file in the data folder. Raises `SettingsError`."""
    url = settings.storage.url or f"sqlite:///{settings.server.data_dir / 'filrouge.db'}"
    if make_url(url).get_backend_name() not in ("sqlite", "postgresql"):
        raise SettingsError(where="storage.url", problem="use sqlite:///path or postgresql://user@host/name")
    return url


async def open_store(
    settings: Settings,
    *,
    clock: Clock,
    bus: Bus,
    reactions: Reactions,
    observe: Observer | None = None,
    ping: Callable[[], None] = lambda: None,
) -> Opened:
    """Migrates, opens and starts; `close()` the answer at the end."""
    url = database_url(settings)
    await migrate(url)
    hearing = Hearing(bus, observe)
    node = new_id()
    parts: dict[str, Any] = {"clock": clock, "node": node, "reactions": reactions, "hearing": hearing}
    store: SqliteStore | PostgresStore
    if make_url(url).get_backend_name() == "sqlite":
        store = SqliteStore(
            Path(make_url(url).database or ""),
            readers=settings.storage.readers,
            group_commit=settings.storage.group_commit,
            synchronous=settings.storage.synchronous,
            **parts,
        )
    else:
        store = PostgresStore(url, ping=ping, **parts)
    hearing.start()
    await store.start()
    return Opened(store=store, hearing=hearing, node=node, clock=clock)
