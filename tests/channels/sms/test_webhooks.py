"""The SMS webhooks over real HTTP on a real store: signatures, accepting once, statuses."""

import asyncio

import pytest

from storage.schema import deliveries, exchanges
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER, Telephone, eventually

INCOMING = "/webhooks/sms/incoming"


def message(sid: str = "SM1", text: str = "Bonjour") -> dict[str, str]:
    return {
        "MessageSid": sid,
        "AccountSid": ACCOUNT,
        "From": CUSTOMER,
        "To": NUMBER,
        "Body": text,
        "NumMedia": "0",
    }


async def test_a_signed_message_is_in_the_history_and_answered_with_empty_twiml(telephone: Telephone) -> None:
    status, body = await telephone.post(INCOMING, message())
    assert (status, body) == (200, '<?xml version="1.0" encoding="UTF-8"?><Response/>')
    assert [row["text"] for row in await telephone.rows(exchanges)][:1] == ["Bonjour"]


async def test_the_same_message_many_times_at_once_is_one_exchange(telephone: Telephone) -> None:
    answers = await asyncio.gather(*(telephone.post(INCOMING, message()) for _ in range(8)))
    assert {status for status, _ in answers} == {200}
    inbound = [row for row in await telephone.rows(exchanges) if row["direction"] == "inbound"]
    assert len(inbound) == 1
    assert telephone.counted.count("sms:duplicate") == 7


async def test_a_wrong_signature_is_refused_and_leaves_no_trace(telephone: Telephone) -> None:
    status, _ = await telephone.post(INCOMING, message(), token="another secret")
    assert status == 403
    assert await telephone.rows(exchanges) == []


async def test_no_signature_is_refused(telephone: Telephone) -> None:
    async with telephone.http.post(telephone.url + INCOMING, data=message()) as answer:
        assert answer.status == 403


async def test_the_signature_covers_the_query(telephone: Telephone) -> None:
    status, _ = await telephone.post(INCOMING + "?a=1", message())
    assert status == 200
    headers = {"X-Twilio-Signature": "0/KCTR6DLpKmkAf8muzZqo1nDgQ="}
    async with telephone.http.post(
        telephone.url + INCOMING + "?a=2", data=message(), headers=headers
    ) as answer:
        assert answer.status == 403


@pytest.mark.parametrize("field", ["MessageSid", "From", "To"])
async def test_a_signed_message_without_its_facts_is_a_bad_request(telephone: Telephone, field: str) -> None:
    form = message()
    del form[field]
    assert (await telephone.post(INCOMING, form))[0] == 400


async def test_a_late_status_never_takes_a_delivery_back(telephone: Telephone) -> None:
    await telephone.post(INCOMING, message())

    async def delivered() -> bool:
        return [row["state"] for row in await telephone.rows(deliveries)] == ["delivered"]

    await eventually(delivered)
    sid = (await telephone.rows(deliveries))[0]["provider_id"]
    status, _ = await telephone.post("/webhooks/sms/status", {"MessageSid": sid, "MessageStatus": "sent"})
    assert status == 204
    assert await delivered()


async def test_a_status_nobody_knows_is_acknowledged_and_counted(telephone: Telephone) -> None:
    path = "/webhooks/sms/status?delivery=nothing"
    assert (await telephone.post(path, {"MessageSid": "SM9", "MessageStatus": "teleported"}))[0] == 204
    assert (await telephone.post(path, {"MessageSid": "SM9", "MessageStatus": "delivered"}))[0] == 204
    assert telephone.counted == ["sms:unknown_status", "sms:status_of_unknown_delivery"]
