"""Queues: what supervisors change, and what that changes."""

from routing.model import Queue
from tests.gateway.front import Front, Person


async def test_a_queue_is_added_changed_and_staffed(front: Front, admin: Person, agent: Person):
    queue = (await admin.post("/api/v1/queues", name="Ventes", target_seconds=30))["queue"]
    at = f"/api/v1/queues/{queue['id']}"
    await admin.call("PATCH", at, json={"language": "en", "offer_seconds": {"voice": 15}})
    staffed = (await admin.call("PUT", f"{at}/members/{agent.id}", json={"rank": 2})).body["queue"]
    empty = (await admin.call("PUT", f"{at}/members/{agent.id}", json={"rank": 0})).body["queue"]

    assert (staffed["name"], staffed["language"], staffed["offer_seconds"]) == ("Ventes", "en", {"voice": 15})
    assert staffed["members"] == [{"user_id": agent.id, "rank": 2}]
    assert empty["members"] == []


async def test_two_queues_do_not_share_a_name(admin: Person, queue: Queue):
    answer = await admin.call("POST", "/api/v1/queues", json={"name": queue.name})

    assert (answer.status, answer.code) == (422, "name_taken")


async def test_only_agents_join_queues(front: Front, admin: Person, queue: Queue):
    answer = await admin.call("PUT", f"/api/v1/queues/{queue.id}/members/{admin.id}", json={"rank": 1})

    assert (answer.status, answer.code) == (422, "not_an_agent")


async def test_a_change_of_one_deadline_leaves_the_others(admin: Person, queue: Queue):
    at = f"/api/v1/queues/{queue.id}"
    await admin.call("PATCH", at, json={"offer_seconds": {"voice": 15, "sms": 90}})
    answer = await admin.call("PATCH", at, json={"offer_seconds": {"email": 600, "sms": None}})

    assert answer.body["queue"]["offer_seconds"] == {"voice": 15, "email": 600}
