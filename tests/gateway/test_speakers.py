"""One address, several people: a family's telephone is no duplicate, and staff says who is speaking."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.ids import ConversationId
from core.store import Store
from core.words import ChannelName, ContactKind
from crm.parties.model import Address
from routing.model import Queue
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message

HOME = Address(kind=ContactKind.PHONE, value="+33639980042")


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def queue(any_store: Store) -> Queue:
    return await add_queue(any_store, "Accueil")


@pytest.fixture
async def crm(front: Front) -> Person:
    return await front.person("crm", name="Inès Garnier")


async def writes(front: Front, queue: Queue, text: str) -> tuple[str, str]:
    """A text message from home; the conversation it joined, and whose that is."""
    accepted = await a_message(front.store, queue, text, sender=HOME, channel=ChannelName.SMS)
    return accepted.conversation_id, accepted.party_id


async def test_who_is_speaking_is_said_and_remembered(front: Front, crm: Person, queue: Queue):
    conversation, holder = await writes(front, queue, "Bonjour, c'est Léa")
    path = f"/api/v1/conversations/{conversation}"
    assert (await crm.get(f"{path}/speakers")) == {"items": [], "speaking": holder}
    answer = await crm.call("PUT", f"{path}/speaker", json={"name": "Tom Martin"})
    assert answer.body["conversation"]["party_name"] == "Tom Martin"
    tom = answer.body["conversation"]["party_id"]
    told = await crm.get(f"{path}/speakers")
    assert [one["id"] for one in told["items"]] == [holder, tom]
    assert told["speaking"] == tom
    pairs = await crm.get("/api/v1/duplicates", state="not_same")
    assert {pairs["items"][0]["one"]["id"], pairs["items"][0]["other"]["id"]} == {holder, tom}

    joined, whose = await writes(front, queue, "Et aussi…")
    assert (joined, whose) == (conversation, tom)  # no second conversation beside his
    back = await crm.call("PUT", f"{path}/speaker", json={"party": holder})
    assert back.body["conversation"]["party_id"] == holder


async def test_a_merge_of_two_who_share_an_address_comes_apart_again(front: Front, crm: Person, queue: Queue):
    conversation, holder = await writes(front, queue, "Bonjour")
    path = f"/api/v1/conversations/{conversation}"
    tom = (await crm.call("PUT", f"{path}/speaker", json={"name": "Tom Martin"})).body["conversation"][
        "party_id"
    ]
    other = (await crm.post("/api/v1/parties", name="Thomas Martin", anyway=True))["party"]["id"]
    merge = (await crm.post("/api/v1/merges", winner=other, loser=tom))["merge"]
    assert {one["id"] for one in (await crm.get(f"{path}/speakers"))["items"]} == {holder, other}
    await crm.post(f"/api/v1/merges/{merge['id']}/undo")
    assert {one["id"] for one in (await crm.get(f"{path}/speakers"))["items"]} == {holder, tom}


async def test_saying_it_wrong_is_refused(front: Front, crm: Person, queue: Queue):
    conversation, holder = await writes(front, queue, "Bonjour")
    path = f"/api/v1/conversations/{conversation}/speaker"
    bodies: list[dict[str, Any]] = [{}, {"party": holder, "name": "Tom"}, {"party": "nobody"}, {"name": " "}]
    for body in bodies:
        assert (await crm.call("PUT", path, json=body)).status in (404, 422)
    agent = await front.person("agent")
    assert (await agent.call("PUT", path, json={"name": "Tom"})).status == 404
    held = await front.store.read(lambda tx: tx.conversations.get(ConversationId(conversation)))
    assert held.party_id == holder
