"""Tags: managed by some, put on customers and conversations by others, and things are found by them."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.store import Store
from core.words import ContactKind
from crm.conversations.model import Conversation
from crm.parties.model import Address
from routing.model import Queue
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


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


async def a_conversation(front: Front, queue: Queue) -> Conversation:
    accepted = await a_message(front.store, queue)
    return await front.store.read(lambda tx: tx.conversations.get(accepted.conversation_id))


async def a_tag(crm: Person, name: str = "Fidèle", colour: str = "green") -> dict[str, object]:
    return (await crm.post("/api/v1/tags", name=name, colour=colour))["tag"]


def tagged(*ids: object) -> str:
    return json.dumps({"field": "tags", "op": "any_of", "value": list(ids)})


async def test_a_tag_is_made_changed_listed_and_removed(crm: Person):
    tag = await a_tag(crm)
    at = f"/api/v1/tags/{tag['id']}"
    changed = await crm.call("PATCH", at, json={"colour": "blue"}, headers={"If-Match": '"1"'})
    late = await crm.call("PATCH", at, json={"colour": "red"}, headers={"If-Match": '"1"'})
    again = await crm.call("GET", at)
    removed = await crm.call("DELETE", at, headers={"If-Match": '"2"'})

    assert (changed.headers["ETag"], changed.body["tag"]["colour"]) == ('"2"', "blue")
    assert (late.status, late.code) == (412, "changed_meanwhile")
    assert again.body["tag"] == changed.body["tag"] == {**tag, "colour": "blue", "version": 2}
    assert removed.status == 204
    assert (await crm.get("/api/v1/tags"))["items"] == []


async def test_no_two_tags_have_one_name_whatever_its_case_and_accents(crm: Person):
    await a_tag(crm, "Fidèle")
    answers = await asyncio.gather(
        *(
            crm.call("POST", "/api/v1/tags", json={"name": name})
            for name in ("FIDELE", " fidèle ", "Élite", "elite")
        )
    )

    assert sorted(answer.status for answer in answers) == [201, 422, 422, 422]
    assert {answer.code for answer in answers if answer.status == 422} == {"name_taken"}


@pytest.mark.parametrize(
    "body", [{}, {"name": ""}, {"name": "x" * 61}, {"name": "a", "colour": "mauve"}, {"name": "a", "id": "b"}]
)
async def test_a_wrong_tag_is_refused_with_the_field(crm: Person, body: dict[str, str]):
    answer = await crm.call("POST", "/api/v1/tags", json=body)

    assert (answer.status, answer.code) == (422, "invalid_input")
    assert answer.body["error"]["details"]


async def test_an_if_match_that_is_none_is_told(crm: Person):
    tag = await a_tag(crm)
    answer = await crm.call("PATCH", f"/api/v1/tags/{tag['id']}", json={}, headers={"If-Match": "yes"})

    assert (answer.status, answer.code) == (400, "malformed")


async def test_a_conversation_is_tagged_and_found_by_it(front: Front, crm: Person, queue: Queue):
    agent = await front.person("agent", queues=[queue])
    tag, other = await a_tag(crm), await a_tag(crm, "Litige", "red")
    await a_message(front.store, queue)
    listed = (await agent.get("/api/v1/conversations", view="team"))["items"][0]
    at = f"/api/v1/conversations/{listed['id']}"
    await agent.post(f"{at}/tags", add=[tag["id"], other["id"]])
    after = await agent.post(f"{at}/tags", remove=[other["id"]])
    found = await agent.get("/api/v1/conversations", view="all", filter=tagged(tag["id"]))
    gone = await agent.get("/api/v1/conversations", view="all", filter=tagged(other["id"]))

    assert listed["tags"] == []
    assert after["conversation"]["tags"] == [tag["id"]]
    assert [c["tags"] for c in found["items"]] == [[tag["id"]]]
    assert gone["items"] == []


async def test_a_customer_is_tagged_and_found_by_it(front: Front, crm: Person, queue: Queue):
    tag = await a_tag(crm)
    conversation = await a_conversation(front, queue)
    another = Address(kind=ContactKind.PHONE, value="+33639980002")
    await a_message(front.store, queue, sender=another)
    at = f"/api/v1/parties/{conversation.party_id}"
    answer = await crm.post(f"{at}/tags", add=[tag["id"]])
    found = await crm.get("/api/v1/parties", filter=tagged(tag["id"]), counted="true")
    file = await crm.get(at)
    uses = (await crm.get("/api/v1/tags"))["items"][0]

    assert answer == {"tags": [tag["id"]]}
    assert [(p["id"], p["tags"]) for p in found["items"]] == [(conversation.party_id, [tag["id"]])]
    assert found["total"] == 1
    assert file["tags"] == [tag["id"]]
    assert (uses["parties"], uses["conversations"]) == (1, 0)


async def test_two_people_who_tag_at_once_keep_both_tags(front: Front, crm: Person, queue: Queue):
    tags = [await a_tag(crm, f"T{number}") for number in range(6)]
    conversation = await a_conversation(front, queue)
    for thing in (f"conversations/{conversation.id}", f"parties/{conversation.party_id}"):
        await asyncio.gather(*(crm.post(f"/api/v1/{thing}/tags", add=[tag["id"]]) for tag in tags))
    listed = (await crm.get("/api/v1/conversations", view="all"))["items"][0]
    file = await crm.get(f"/api/v1/parties/{conversation.party_id}")

    assert listed["tags"] == file["tags"] == sorted(str(tag["id"]) for tag in tags)


async def test_a_removed_tag_is_off_everything(front: Front, crm: Person, queue: Queue):
    tag, kept = await a_tag(crm), await a_tag(crm, "Litige")
    conversation = await a_conversation(front, queue)
    for thing in (f"conversations/{conversation.id}", f"parties/{conversation.party_id}"):
        await crm.post(f"/api/v1/{thing}/tags", add=[tag["id"], kept["id"]])
    await crm.call("DELETE", f"/api/v1/tags/{tag['id']}")
    listed = (await crm.get("/api/v1/conversations", view="all"))["items"][0]
    file = await crm.get(f"/api/v1/parties/{conversation.party_id}")

    assert listed["tags"] == file["tags"] == [kept["id"]]


async def test_a_tag_that_is_not_there_or_one_too_many_is_refused(front: Front, crm: Person, queue: Queue):
    tags = [str((await a_tag(crm, f"T{number}"))["id"]) for number in range(21)]
    conversation = await a_conversation(front, queue)
    at = f"/api/v1/conversations/{conversation.id}/tags"
    missing = await crm.call("POST", at, json={"add": ["none"]})
    await crm.post(at, add=tags[:20])
    full = await crm.call("POST", at, json={"add": tags[20:]})

    assert (missing.status, missing.code) == (404, "not_found")
    assert (full.status, full.code) == (422, "invalid_input")


async def test_an_agent_tags_what_concerns_them_and_manages_no_tags(front: Front, crm: Person, queue: Queue):
    stranger = await front.person("agent", name="Léo Petit", queues=[await add_queue(front.store, "Ventes")])
    tag = await a_tag(crm)
    conversation = await a_conversation(front, queue)
    for thing in (f"conversations/{conversation.id}", f"parties/{conversation.party_id}"):
        answer = await stranger.call("POST", f"/api/v1/{thing}/tags", json={"add": [tag["id"]]})
        assert answer.status == 404
    refused = await stranger.call("POST", "/api/v1/tags", json={"name": "Mienne"})

    assert (refused.status, refused.code) == (403, "forbidden")
    assert "tags.manage" in refused.body["error"]["message"]


async def test_a_tagging_reaches_the_consoles_that_may_hear_it(front: Front, crm: Person, queue: Queue):
    agent = await front.person("agent", queues=[queue])
    heard: list[dict[str, Any]] = []
    socket = await front.socket(agent)
    socket.on("events", handler=heard.extend, namespace="/console")
    await socket.call(
        "resume", {"since": (await agent.get("/api/v1/console/snapshot"))["seq"]}, namespace="/console"
    )
    conversation = await a_conversation(front, queue)
    tag = await a_tag(crm)
    await crm.post(f"/api/v1/conversations/{conversation.id}/tags", add=[tag["id"]])
    await crm.post(f"/api/v1/parties/{conversation.party_id}/tags", add=[tag["id"]])
    async with asyncio.timeout(30):
        while "PartyTagged" not in [event["name"] for event in heard]:
            await asyncio.sleep(0.01)
    await socket.disconnect()
    by_name = {event["name"]: event["data"] for event in heard}

    assert by_name["EntityChanged"]["kind"] == "tag"
    assert by_name["ConversationTagged"]["conversation"]["tags"] == [tag["id"]]
    assert by_name["PartyTagged"] == {"party_id": conversation.party_id, "tags": [tag["id"]]}
