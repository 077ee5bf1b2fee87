"""The store and its seeds, for every room's tests.

`store` is SQLite; `any_store` runs the test on SQLite and on PostgreSQL. Both have the product's own reactions.
"""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.clock import SystemClock
from core.ids import QueueId, UserId, new_id
from core.settings import Settings
from core.store import Store
from core.words import ChannelName, ContactKind
from crm.conversations.inbound import Inbound
from crm.conversations.model import EntryPoint
from crm.parties.model import Address
from gateway.assembly.reactions import production_reactions
from routing.model import Queue
from storage.engine.opening import Opened, open_store
from storage.schema import users


def sqlite_settings(folder: Path) -> Settings:
    return Settings.model_validate({"server": {"data_dir": str(folder), "secret": "test-secret"}})


def postgres_settings(url: str, folder: Path) -> Settings:
    return Settings.model_validate(
        {"server": {"data_dir": str(folder), "secret": "test-secret"}, "storage": {"url": url}}
    )


async def open_for_test(settings: Settings, bus: Bus | None = None, clock: Any = None) -> Opened:
    """The store as the product opens it; `await opened.close()` at the end."""
    return await open_store(
        settings,
        clock=clock or SystemClock(),
        bus=bus or Bus(),
        reactions=production_reactions(settings.routing),
    )


@pytest.fixture(scope="session")
def model_cache(pytestconfig: pytest.Config) -> Path:
    """Where the first-line bot's model is kept, under the hash of its data: trained once for all tests."""
    assert pytestconfig.cache is not None
    return pytestconfig.cache.mkdir("filrouge-bots")


@pytest.fixture
def bus() -> Bus:
    return Bus()


@pytest.fixture
async def opened(tmp_path: Path, bus: Bus) -> AsyncIterator[Opened]:
    opened = await open_for_test(sqlite_settings(tmp_path), bus)
    yield opened
    await opened.close()


@pytest.fixture
def store(opened: Opened) -> Store:
    return opened.store


@pytest.fixture(params=["sqlite", "postgresql"])
async def any_opened(request: pytest.FixtureRequest, tmp_path: Path, bus: Bus) -> AsyncIterator[Opened]:
    if request.param == "sqlite":
        settings = sqlite_settings(tmp_path)
    else:
        settings = postgres_settings(request.getfixturevalue("postgres_url"), tmp_path)
    opened = await open_for_test(settings, bus)
    yield opened
    await opened.close()


@pytest.fixture
def any_store(any_opened: Opened) -> Store:
    return any_opened.store


# Seeds: each takes the store and answers what it made.


async def add_queue(store: Store, name: str = "Accueil", **fields: Any) -> Queue:
    queue = Queue(id=QueueId(new_id()), name=name, **fields)
    await store.write(lambda tx: tx.queues.insert(queue))
    return queue


async def add_user(
    store: Store,
    name: str = "Camille Roux",
    *,
    roles: Sequence[str] = ("agent",),
    queues: Sequence[Queue] = (),
    skills: dict[str, int] | None = None,
    password_hash: str = "!",
    capacity: int = 100,
) -> UserId:
    """A member of staff; an agent (offline) when the roles say so."""
    user_id = UserId(new_id())

    def insert(tx: Any) -> None:
        tx.conn.execute(
            users.insert(),
            {
                "id": user_id,
                "login": f"{name.split()[0].lower()}-{user_id[-6:]}",
                "name": name,
                "password_hash": password_hash,
                "roles": list(roles),
                "language": "fr",
                "theme": "auto",
                "active": True,
                "created_at": tx.now,
            },
        )
        if "agent" in roles:
            tx.agents.add(user_id, tx.now, capacity)
        for queue in queues:
            tx.queues.add_member(queue.id, user_id)
        tx.agents.set_skills(user_id, {"fr": 3, "en": 3} if skills is None else skills)

    await store.write(insert)
    return user_id


async def add_entry_point(
    store: Store, queue: Queue, channel: ChannelName, address: str = "", bot: str = ""
) -> EntryPoint:
    entry = EntryPoint(channel=channel, address=address, queue_id=queue.id, bot=bot)
    await store.write(lambda tx: tx.queues.put_entry_point(entry))
    return entry


def an_inbound(text: str = "Bonjour", **fields: Any) -> Inbound:
    """An SMS from a number reserved for fiction, unless `fields` say otherwise."""
    values: dict[str, Any] = {
        "channel": ChannelName.SMS,
        "account": "main",
        "provider_id": new_id(),
        "sender": Address(kind=ContactKind.PHONE, value="+33639980001"),
        "business_address": "+33199000000",
        "text": text,
        "occurred_at": datetime.now(UTC),
    }
    return Inbound(**(values | fields))
