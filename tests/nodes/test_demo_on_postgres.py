"""The same product on PostgreSQL and Redis: the demo by two settings, and two nodes of which one dies."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import aiohttp
import pytest

from core.settings import load_settings
from core.words import Language, Role
from gateway.staffing import add_user
from tests.agent_console.consoles import Console
from tests.faults.provider import Provider
from tests.faults.service import THEIRS, post_message
from tests.faults.test_kill import TO_DO, settings
from tests.faults.test_store_away import rows
from tests.gateway.front import Person
from tests.running import Customer, RunningProduct, give_model, until
from tests.servers.postgres import PostgresServer

PASSWORD = "correct horse battery"
TAKE_OVER = 5.0  # seconds, as promised


@pytest.mark.timeout(180)
async def test_the_demo_runs_on_postgresql_and_redis_by_two_settings(
    tmp_path: Path, model_cache: Path, postgres_url: str, redis_url: str
) -> None:
    give_model(tmp_path, model_cache)
    demo = RunningProduct(tmp_path, "demo")
    demo.set({"FILROUGE_STORAGE__URL": postgres_url, "FILROUGE_STORAGE__REDIS_URL": redis_url})
    await demo.start()
    try:
        async with aiohttp.ClientSession() as http:
            customer = Customer(http, demo.url)
            await customer.post("/sms", **{"from": THEIRS, "text": "Quels sont vos horaires ?"})
            answers = await until(lambda: customer.texts(THEIRS))
            async with http.get(f"{demo.url}/readyz") as ready:
                checks = (await ready.json())["checks"]
            signed_in = await http.post(
                f"{demo.url}/api/v1/sign-in",
                json={"login": "camille", "password": "fil-rouge-2026"},
                headers={"X-Filrouge": "1"},
            )
    finally:
        demo.stop()
    assert len(answers) == 1
    assert checks == {"store": "ok", "redis": "ok"}
    assert signed_in.status == 200
    assert not list((tmp_path / "data").glob("*.db"))


@dataclass
class Nodes:
    """Two nodes of one service. The provider calls the first one's address."""

    a: RunningProduct
    b: RunningProduct
    provider: Provider
    postgres: PostgresServer
    database: str

    async def rows(self, query: str) -> list[tuple[object, ...]]:
        return await rows(self.postgres, self.database, query)

    async def nothing_to_do(self) -> bool:
        return not await self.rows(TO_DO)

    async def in_hand(self) -> set[tuple[object, ...]]:
        """Who holds the work that is to be done."""
        return set(await self.rows(TO_DO))

    async def nothing_of(self, owner: object) -> bool:
        return not await self.rows(f"SELECT id FROM outbox WHERE owner = '{owner}'")

    async def agent(self, url: str) -> Person:
        person = Person(url=url, login="anne")
        assert (await person.sign_in(PASSWORD)).status == 200
        return person


@pytest.fixture
async def nodes(
    tmp_path: Path, model_cache: Path, postgres_server: PostgresServer, redis_url: str
) -> AsyncIterator[Nodes]:
    database = postgres_server.fresh_database()
    folders = [tmp_path / name for name in ("a", "b")]
    for folder in folders:
        folder.mkdir()
        give_model(folder, model_cache)
    a, b = (RunningProduct(folder, "serve") for folder in folders)
    provider = Provider(a.url, random.Random(1))
    shared = {
        **settings(provider),
        "FILROUGE_STORAGE__URL": postgres_server.url(database),
        "FILROUGE_STORAGE__REDIS_URL": redis_url,
    }
    async with provider.running():
        for product in (a, b):
            product.set(shared)
            await product.start()
        await an_agent(shared, tmp_path)
        try:
            yield Nodes(a, b, provider, postgres_server, database)
        finally:
            a.stop()
            b.stop()
            postgres_server.drop_database(database)


async def an_agent(env: dict[str, str], folder: Path) -> None:
    how = load_settings(env={**env, "FILROUGE_SERVER__DATA_DIR": str(folder / "admin")})
    await add_user(how, "anne", "Anne", [Role.AGENT], Language.FR, PASSWORD, ["Accueil"])


@asynccontextmanager
async def console_of(person: Person) -> AsyncIterator[Console]:
    async with AsyncExitStack() as stack:
        console = await stack.enter_async_context(Console(person))
        snapshot = await person.get("/api/v1/console/snapshot")
        await console.resume(snapshot["seq"])
        yield console


def sid(number: int) -> str:
    return f"SM{number:032d}"


def offers(console: Console) -> list[Any]:
    return [event["data"]["item"]["id"] for event in console.events if event["name"] == "OfferMade"]


@pytest.mark.timeout(180)
async def test_a_message_to_one_node_pops_on_the_other_and_is_offered_once(nodes: Nodes) -> None:
    anne = await nodes.agent(nodes.b.url)
    await anne.call("PUT", "/api/v1/presence", json={"presence": "available"})
    async with console_of(anne) as console:
        wants_a_person = "Je veux parler à quelqu'un"
        answer = await post_message(nodes.a.url, sid(1), wants_a_person)
        assert answer.status == 200
        async with asyncio.timeout(20):
            while not offers(console):
                await asyncio.sleep(0.02)
        await asyncio.sleep(3.0)  # both routers have had their turns
    await anne.http.close()
    assert len(offers(console)) == 1
    items = await nodes.rows("SELECT state FROM work_items")
    made = await nodes.rows("SELECT seq FROM events WHERE name = 'OfferMade'")
    assert (items, len(made)) == ([("offered",)], 1)


@pytest.mark.timeout(180)
async def test_a_node_dies_with_work_in_hand_and_the_other_carries_on_and_sends_nothing_twice(
    nodes: Nodes,
) -> None:
    nodes.provider.slowest = 1.0
    question = "Quels sont vos horaires ?"
    asked = [post_message(nodes.a.url, sid(n), question, f"+336399800{n:02d}") for n in range(30)]
    assert {answer.status for answer in await asyncio.gather(*asked)} == {200}
    (owner,) = await until(nodes.in_hand)
    nodes.a.kill()
    nodes.provider.slowest = 0.02
    died = monotonic()
    taken = await post_message(nodes.b.url, sid(30), "Bonjour")
    await until(lambda: nodes.nothing_of(owner[0]))
    took = monotonic() - died
    await until(nodes.nothing_to_do, seconds=30)
    deliveries = await nodes.rows("SELECT id FROM deliveries")
    inbound = await nodes.rows("SELECT count(*) FROM exchanges WHERE direction = 'inbound'")
    assert (taken.status, inbound) == (200, [(31,)])
    assert set(nodes.provider.sent) == {delivery for (delivery,) in deliveries}
    assert set(nodes.provider.sent.values()) == {1}, "something was sent twice"
    assert took <= TAKE_OVER
