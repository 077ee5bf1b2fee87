"""Entry points: which address leads where."""

from routing.model import Queue
from tests.gateway.front import Person


async def test_an_address_is_forgotten_and_its_channel_stays(admin: Person, queue: Queue):
    general = {"channel": "sms", "address": "", "queue_id": queue.id, "bot": ""}
    await admin.call("PUT", "/api/v1/entry-points", json=general)
    await admin.call("PUT", "/api/v1/entry-points", json={**general, "address": "+33199000000"})
    at = "/api/v1/entry-points"
    refused = await admin.call("DELETE", at, params={"channel": "sms", "address": ""})
    answer = await admin.call("DELETE", at, params={"channel": "sms", "address": "+33199000000"})

    assert refused.status == 422
    assert answer.body["items"] == [general]


async def test_an_entry_point_leads_to_a_queue_that_is_there(admin: Person, queue: Queue):
    body = {"channel": "sms", "address": "+33199000000", "queue_id": queue.id, "bot": "firstline"}
    entry = (await admin.call("PUT", "/api/v1/entry-points", json=body)).body["items"]
    wrong = await admin.call("PUT", "/api/v1/entry-points", json={**body, "queue_id": "none"})

    assert entry == [body]
    assert wrong.status == 404
