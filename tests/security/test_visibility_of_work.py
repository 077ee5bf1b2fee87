"""An agent sees what their queues give them; everything else does not exist for them."""

from routing.model import Queue
from tests.fixtures import add_queue
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


async def test_a_conversation_of_another_queue_does_not_exist_for_an_agent(front: Front, agent: Person):
    accepted = await a_message(front.store, await add_queue(front.store, "Comptabilité"))
    for path in ("", "/exchanges", "/why"):
        answer = await agent.call("GET", f"/api/v1/conversations/{accepted.conversation_id}{path}")
        assert (answer.status, answer.code) == (404, "not_found")


async def test_no_command_reaches_a_conversation_of_another_queue(front: Front, agent: Person, queue: Queue):
    accepted = await a_message(front.store, await add_queue(front.store, "Comptabilité"))
    at = f"/api/v1/conversations/{accepted.conversation_id}"
    commands = {
        "replies": {"epoch": 1, "text": "x", "key": "k"},
        "notes": {"text": "x", "key": "k"},
        "transfer": {"epoch": 1, "queue_id": queue.id},
        "resolve": {"epoch": 1, "outcome": "resolved"},
        "take": {"epoch": 1},
        "read": {"position": 1},
    }
    for name, body in commands.items():
        answer = await agent.call("POST", f"{at}/{name}", json=body)
        assert (answer.status, answer.code) == (404, "not_found"), name
    assert (await agent.call("POST", f"{at}/typing")).status == 404


async def test_lists_hold_the_agents_own_queues_only(front: Front, agent: Person, queue: Queue):
    mine = await a_message(front.store, queue)
    other = Queue(id=(await add_queue(front.store, "Comptabilité")).id, name="Comptabilité")
    await a_message(front.store, other, sender=_other_number(), business_address="+33199000099")
    listed = await agent.get("/api/v1/conversations", view="all")

    assert [c["id"] for c in listed["items"]] == [mine.conversation_id]


async def test_a_customer_known_to_other_queues_only_does_not_exist_for_an_agent(front: Front, agent: Person):
    accepted = await a_message(front.store, await add_queue(front.store, "Comptabilité"))
    answer = await agent.call("GET", f"/api/v1/parties/{accepted.party_id}")
    found = await agent.get("/api/v1/parties", q="+3363998")

    assert (answer.status, answer.code) == (404, "not_found")
    assert found["items"] == []


async def test_who_looks_after_the_customer_base_sees_every_file(front: Front):
    accepted = await a_message(front.store, await add_queue(front.store, "Comptabilité"))
    person = await front.person("crm")

    assert (await person.get(f"/api/v1/parties/{accepted.party_id}"))["party"]["id"] == accepted.party_id


def _other_number():
    from core.words import ContactKind
    from crm.parties.model import Address

    return Address(kind=ContactKind.PHONE, value="+33639980002")
