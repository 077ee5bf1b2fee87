"""Text messages both ways through the sandbox: signed webhooks in, the REST API out, status callbacks back."""

from typing import Any

from storage.schema import deliveries, exchanges
from tests.channels.telephone import CUSTOMER, Telephone, eventually


async def text(telephone: Telephone, words: str, sender: str = CUSTOMER) -> dict[str, Any]:
    return dict(await telephone.api("POST", "/sms", {"from": sender, "text": words}))


async def on_the_phone(telephone: Telephone, number: str = CUSTOMER) -> list[tuple[bool, str, str]]:
    answer = await telephone.api("GET", f"/sms?number={number.replace('+', '%2B')}")
    return [(m["mine"], m["text"], m["status"]) for m in answer["messages"]]


async def test_a_text_is_answered_and_its_delivery_is_known(telephone: Telephone) -> None:
    await text(telephone, "Bonjour")

    async def delivered() -> bool:
        return [row["state"] for row in await telephone.rows(deliveries)] == ["delivered"]

    await eventually(delivered)
    assert await on_the_phone(telephone) == [
        (True, "Bonjour", "received"),
        (False, "Vous dites : Bonjour", "delivered"),
    ]


async def test_a_number_that_cannot_be_reached_shows_as_failed_with_the_vendors_code(
    telephone: Telephone,
) -> None:
    await text(telephone, "Bonjour", "+33639980404")

    async def failed() -> bool:
        return [(row["state"], row["reason"]) for row in await telephone.rows(deliveries)] == [
            ("failed", "undelivered (30003)")
        ]

    await eventually(failed)


async def test_a_text_and_a_call_of_one_number_are_one_customer(telephone: Telephone) -> None:
    await text(telephone, "Bonjour")
    await telephone.api("POST", "/calls", {"from": CUSTOMER})

    async def both() -> bool:
        return {row["channel"] for row in await telephone.rows(exchanges)} == {"sms", "voice"}

    await eventually(both)
    assert len({row["conversation_id"] for row in await telephone.rows(exchanges)}) == 1


async def test_what_is_no_number_is_refused_with_the_reason(telephone: Telephone) -> None:
    answer = await text(telephone, "Bonjour", "pas un numéro")
    assert answer["error"]["code"] == "invalid_input"


async def test_another_sites_form_is_not_taken(telephone: Telephone) -> None:
    form = {"from": CUSTOMER, "text": "Bonjour"}
    async with telephone.http.post(f"{telephone.url}/sandbox/api/sms", data=form) as answer:
        assert answer.status == 422
    assert await on_the_phone(telephone) == []
