"""Two nodes on one PostgreSQL: a console on either misses nothing, and sees who looks on from the other."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.bus import Bus
from core.ids import UserId
from gateway.redis_link import RedisLink
from storage.engine.postgres import PostgresStore
from tests.agent_console.consoles import Console
from tests.fixtures import add_queue, open_for_test, postgres_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


@pytest.fixture
async def nodes(postgres_url: str, redis_url: str, tmp_path: Path) -> AsyncIterator[tuple[Front, Front]]:
    opened, fronts, links = [], [], []
    for _ in range(2):
        bus = Bus()
        store = await open_for_test(postgres_settings(postgres_url, tmp_path), bus)
        front = await Front.open(store.store, bus, postgres_settings(postgres_url, tmp_path))
        link = RedisLink(redis_url, store.node, front.parts.signals)
        assert isinstance(store.store, PostgresStore)
        await link.start(store.store.wake)
        opened.append(store)
        fronts.append(front)
        links.append(link)
    yield fronts[0], fronts[1]
    for front in fronts:
        await front.close()
    for link in links:
        await link.stop()
    for store in opened:
        await store.close()


def at(front: Front, person: Person) -> Person:
    """The same signed-in person, talking to the other node."""
    elsewhere = front.nobody()
    elsewhere.id, elsewhere.token = UserId(person.id), person.token
    elsewhere.http.cookie_jar.update_cookies({"filrouge_session": person.token})
    return elsewhere


async def test_a_session_opened_on_one_node_serves_on_the_other(nodes: tuple[Front, Front]):
    one, other = nodes
    agent = await one.person("agent")

    assert (await at(other, agent).get("/api/v1/me"))["user"]["id"] == agent.id


async def test_what_is_committed_on_one_node_is_heard_on_the_other(nodes: tuple[Front, Front]):
    one, other = nodes
    queue = await add_queue(one.store)
    agent = await one.person("agent", queues=[queue])
    async with Console(at(other, agent)) as console:
        await console.resume((await agent.get("/api/v1/console/snapshot"))["seq"])
        await a_message(one.store, queue)
        await a_message(other.store, queue, "Encore moi")
        await console.until(lambda: console.names().count("ExchangeRecorded") == 2)

    seqs = [event["seq"] for event in console.events]
    assert seqs == sorted(set(seqs))


async def test_watchers_of_both_nodes_see_each_other(nodes: tuple[Front, Front]):
    one, other = nodes
    queue = await add_queue(one.store)
    agent, colleague = [
        await one.person("agent", name=name, queues=[queue]) for name in ("Ana Roy", "Léo Petit")
    ]
    conversation = (await a_message(one.store, queue)).conversation_id
    ids = sorted([agent.id, colleague.id])
    everyone = {"conversation_id": conversation, "users": [{"id": i, "typing": False} for i in ids]}
    async with Console(agent) as here, Console(at(other, colleague)) as there:
        await here.ask("watch", {"conversation_id": conversation})
        await there.ask("watch", {"conversation_id": conversation})
        await here.until(lambda: ("watchers", everyone) in here.said)


async def test_signing_out_on_one_node_ends_it_on_the_other_at_once(nodes: tuple[Front, Front]):
    one, other = nodes
    agent = await one.person("agent")
    async with Console(at(other, agent)) as console:
        await at(other, agent).get("/api/v1/me")
        await agent.post("/api/v1/sign-out")
        await console.until(console.gone.is_set)

    assert (await at(other, agent).call("GET", "/api/v1/me")).status == 401
