"""The read views and the staff's tables mean the same on SQLite and on PostgreSQL."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.bus import Bus
from core.store import Store
from core.words import ContactKind
from crm.parties.model import Address
from tests.agent_console.consoles import Console
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import PASSWORD, Front
from tests.gateway.scenes import a_message, offered


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


async def test_a_conversation_is_offered_answered_listed_and_resolved(front: Front):
    queue = await add_queue(front.store)
    agent = await front.person("agent", queues=[queue])
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await a_message(front.store, queue)
    await offered(front.store)
    offer = (await agent.get("/api/v1/console/snapshot"))["offers"][0]
    held = (await agent.post(f"/api/v1/offers/{offer['item']['id']}/accept"))["conversation"]
    at = f"/api/v1/conversations/{held['id']}"
    await agent.post(f"{at}/replies", epoch=held["epoch"], text="Bonjour", key="1")
    await agent.post(f"{at}/notes", text="noté", key="1")
    await agent.post(f"{at}/resolve", epoch=held["epoch"], outcome="resolved")
    page = await agent.get(at)

    assert [e["kind"] for e in page["exchanges"]] == ["message", "message", "note", "system"]
    assert page["exchanges"][1]["delivery"]["state"] == "queued"
    assert len((await agent.get(f"{at}/why"))["decisions"]) == 1
    assert (await agent.get("/api/v1/console/snapshot"))["conversations"] == []


async def test_lists_page_by_moment_and_id(front: Front):
    queue = await add_queue(front.store)
    agent = await front.person("agent", queues=[queue])
    for number in range(3):
        await a_message(
            front.store, queue, sender=Address(kind=ContactKind.PHONE, value=f"+3363998000{number}")
        )
    first = await agent.get("/api/v1/conversations", view="team", limit=2)
    second = await agent.get("/api/v1/conversations", view="team", limit=2, cursor=first["next"])

    assert [len(first["items"]), len(second["items"]), second["next"]] == [2, 1, None]


async def test_the_customer_file_and_the_search_for_it(front: Front):
    queue = await add_queue(front.store)
    agent = await front.person("agent", queues=[queue])
    customer = await a_message(front.store, queue, sender_name="Zoé Œillet")
    file = await agent.get(f"/api/v1/parties/{customer.party_id}")
    found = (await agent.get("/api/v1/parties", q="zoe"))["items"]

    assert file["relational"]["channels"] == {"sms": 1}
    assert file["families"]["identity"][0]["value"] == "Zoé Œillet"
    assert [party["id"] for party in found] == [customer.party_id]


async def test_the_wall_the_audit_log_and_the_metrics(front: Front):
    queue = await add_queue(front.store)
    leader = await front.person("supervisor", "admin")
    await a_message(front.store, queue)
    await leader.post("/api/v1/users", login="lea", name="Léa", password=PASSWORD, roles=["agent"])

    assert (await leader.get("/api/v1/wall"))["queues"][0]["waiting"] == 1
    assert (await leader.get("/api/v1/audit"))["items"][0]["action"] == "user_added"
    assert b'filrouge_waiting{queue="Accueil"} 1.0' in await leader.get("/metrics")
    assert len((await leader.get("/api/v1/users"))["items"]) == 2


async def test_a_console_catches_up_and_listens(front: Front):
    queue = await add_queue(front.store)
    agent = await front.person("agent", queues=[queue])
    await a_message(front.store, queue)
    async with Console(agent) as console:
        await console.resume(0)
        await a_message(front.store, queue, "Encore moi")
        await console.until(lambda: console.names().count("ExchangeRecorded") == 2)

    seqs = [event["seq"] for event in console.events]
    assert seqs == sorted(set(seqs))
