"""What an agent does with conversations through the API."""

import asyncio

import pytest

from core.words import ContactKind
from crm.conversations.model import DeliveryState
from crm.conversations.reply import end_attempt
from crm.parties.model import Address
from routing.model import Queue
from storage.engine.feed import last_seq
from tests.fixtures import add_queue
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message, offered


@pytest.fixture
async def held(front: Front, agent: Person, queue: Queue) -> dict:
    """A conversation in the agent's hands."""
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await a_message(front.store, queue, "Où est ma commande ?")
    await offered(front.store)
    offer = (await agent.get("/api/v1/console/snapshot"))["offers"][0]
    return (await agent.post(f"/api/v1/offers/{offer['item']['id']}/accept"))["conversation"]


def at(conversation: dict, what: str = "") -> str:
    return f"/api/v1/conversations/{conversation['id']}{what}"


async def test_opening_a_conversation_shows_its_timeline_item_and_place_in_the_feed(
    front: Front, agent: Person, held: dict
):
    page = await agent.get(at(held))

    assert page["conversation"] == held
    assert [e["text"] for e in page["exchanges"]] == ["Où est ma commande ?"]
    assert page["item"]["state"] == "accepted"
    assert page["has_more"] is False
    assert page["seq"] == await front.store.read(last_seq)


async def test_a_reply_is_recorded_with_its_delivery_on_its_way(agent: Person, held: dict):
    exchange = (await agent.post(at(held, "/replies"), epoch=held["epoch"], text="J'arrive", key="1"))[
        "exchange"
    ]

    assert exchange["delivery"]["state"] == "queued"
    assert exchange["delivery"]["recipient"] == "+33639980001"
    assert (await agent.get(at(held)))["exchanges"][-1] == exchange


async def test_the_same_reply_sent_twice_is_one(agent: Person, held: dict):
    body = {"epoch": held["epoch"], "text": "J'arrive", "key": "1"}
    first, second = [(await agent.post(at(held, "/replies"), **body))["exchange"] for _ in range(2)]

    assert first == second
    assert len((await agent.get(at(held)))["exchanges"]) == 2


async def test_a_reply_of_a_former_holder_is_refused_and_told_who_holds_it(
    front: Front, agent: Person, held: dict, queue: Queue
):
    colleague = await front.person("agent", name="Léo Petit", queues=[queue])
    await colleague.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await colleague.post(at(held, "/take"), epoch=held["epoch"])
    answer = await agent.call(
        "POST", at(held, "/replies"), json={"epoch": held["epoch"], "text": "x", "key": "1"}
    )

    assert (answer.status, answer.code) == (409, "stale_handler")
    assert answer.body["error"]["details"][0]["handler"] == f"agent:{colleague.id}"


async def test_of_two_who_take_it_at_once_one_gets_it(front: Front, agent: Person, queue: Queue):
    colleague = await front.person("agent", name="Léo Petit", queues=[queue])
    for person in (agent, colleague):
        await person.call("PUT", "/api/v1/presence", json={"presence": "busy"})
    accepted = await a_message(front.store, queue)
    path = f"/api/v1/conversations/{accepted.conversation_id}/take"
    answers = await asyncio.gather(*(p.call("POST", path, json={"epoch": 1}) for p in (agent, colleague)))

    assert sorted(answer.status for answer in answers) == [200, 409]


async def test_a_note_sent_twice_is_one_and_never_goes_out(agent: Person, held: dict):
    for _ in range(2):
        await agent.post(at(held, "/notes"), text="Client pressé", key="n1")
    notes = [e for e in (await agent.get(at(held)))["exchanges"] if e["kind"] == "note"]

    assert [(n["text"], n["direction"], n["delivery"]) for n in notes] == [
        ("Client pressé", "internal", None)
    ]


async def test_a_transfer_leaves_a_message_and_takes_the_conversation_from_sight(
    front: Front, agent: Person, held: dict
):
    other = await add_queue(front.store, "Comptabilité")
    body = {"epoch": held["epoch"], "queue_id": other.id, "message": "Facture"}
    moved = (await agent.post(at(held, "/transfer"), **body))["conversation"]

    assert (moved["queue_id"], moved["handler"]) == (other.id, {"kind": "queue", "ref": other.id})
    assert (await agent.call("GET", at(held))).status == 404


async def test_a_transfer_to_a_queue_that_is_not_there_is_refused(agent: Person, held: dict):
    answer = await agent.call(
        "POST", at(held, "/transfer"), json={"epoch": held["epoch"], "queue_id": "none"}
    )

    assert (answer.status, answer.code) == (404, "not_found")


async def test_resolving_ends_it_with_its_outcome(agent: Person, held: dict):
    done = (await agent.post(at(held, "/resolve"), epoch=held["epoch"], outcome="answered"))["conversation"]

    assert (done["status"], done["outcome"], done["handler"]["kind"]) == ("resolved", "answered", "nobody")
    assert (await agent.get("/api/v1/conversations", view="mine"))["items"] == []
    assert (await agent.get("/api/v1/conversations", view="resolved"))["items"] == [done]


async def test_why_tells_the_decisions(agent: Person, held: dict):
    decisions = (await agent.get(at(held, "/why")))["decisions"]

    assert [d["chosen"] for d in decisions] == [agent.id]


async def test_why_tells_what_keeps_a_waiting_conversation_waiting(front: Front, agent: Person, queue: Queue):
    await agent.call("PUT", "/api/v1/presence", json={"presence": "on_break", "reason": "lunch"})
    accepted = await a_message(front.store, queue)
    [decision] = (await agent.get(f"/api/v1/conversations/{accepted.conversation_id}/why"))["decisions"]

    assert decision["chosen"] is None
    assert [candidate["user_id"] for candidate in decision["candidates"]] == [agent.id]


async def test_a_failed_delivery_is_sent_again(front: Front, agent: Person, held: dict):
    reply = (await agent.post(at(held, "/replies"), epoch=held["epoch"], text="J'arrive", key="1"))[
        "exchange"
    ]
    delivery = reply["delivery"]["id"]
    await front.store.write(end_attempt, delivery, DeliveryState.FAILED, reason="unreachable")
    again = (await agent.post(f"/api/v1/deliveries/{delivery}/resend"))["delivery"]

    assert (again["state"], again["reason"]) == ("queued", None)


async def test_lists_go_on_where_the_page_before_ended(front: Front, agent: Person, queue: Queue):
    for number in range(5):
        await a_message(
            front.store, queue, sender=Address(kind=ContactKind.PHONE, value=f"+3363998000{number}")
        )
    seen: list[str] = []
    cursor: dict[str, str] = {}
    while True:
        page = await agent.get("/api/v1/conversations", view="unassigned", limit=2, **cursor)
        seen += [c["customer"]["value"][-1] for c in page["items"]]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert seen == ["4", "3", "2", "1", "0"]


async def test_a_made_up_cursor_is_refused(agent: Person):
    for cursor in ("x", "999999999999999999_a", "1_é", "-1_a"):
        answer = await agent.call("GET", "/api/v1/conversations", params={"cursor": cursor})
        assert (answer.status, answer.code) == (422, "invalid_input")


async def test_earlier_history_comes_page_by_page(front: Front, agent: Person, held: dict):
    for number in range(5):
        await agent.post(at(held, "/notes"), text=f"note {number}", key=str(number))
    last = await agent.get(at(held, "/exchanges"), limit=2)
    before = await agent.get(at(held, "/exchanges"), limit=10, before=last["exchanges"][0]["position"])

    assert [e["position"] for e in last["exchanges"]] == [5, 6]
    assert [e["position"] for e in before["exchanges"]] == [1, 2, 3, 4]
    assert (last["has_more"], before["has_more"]) == (True, False)


async def test_a_declined_offer_is_gone_for_who_declined_it(front: Front, agent: Person, queue: Queue):
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await a_message(front.store, queue)
    await offered(front.store)
    item = (await agent.get("/api/v1/console/snapshot"))["offers"][0]["item"]["id"]
    await agent.post(f"/api/v1/offers/{item}/decline")
    late = await agent.call("POST", f"/api/v1/offers/{item}/accept")

    assert (late.status, late.code) == (409, "offer_gone")


async def test_the_wall_counts_what_waits_and_who_is_there(front: Front, agent: Person, queue: Queue):
    supervisor = await front.person("supervisor", name="Nadia Leroy")
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    accepted = await a_message(front.store, queue)
    wall = await supervisor.get("/api/v1/wall")

    counts = wall["queues"][0]
    assert (counts["waiting"], counts["agents_available"], counts["in_progress"]) == (1, 1, 0)
    assert [(a["name"], a["presence"]) for a in wall["agents"]] == [("Camille Roux", "available")]
    assert wall["waiting"][0]["conversation"]["id"] == accepted.conversation_id


async def test_the_wall_measures_the_service_level_of_today(front: Front, agent: Person, held: dict):
    supervisor = await front.person("supervisor", name="Nadia Leroy")
    level = (await supervisor.get("/api/v1/wall"))["queues"][0]["service_level"]

    assert level == {"answered": 1, "within": 1, "target": 20}
