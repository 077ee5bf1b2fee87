"""Bad input, fast senders and forged tokens get a clear answer, and disturb nobody."""

import asyncio
from typing import Any

import aiohttp
import pytest

from channels.webchat.session import sign_identity
from tests.channels.webchat.conftest import IDENTITY_KEY, Chat

WRONG: list[tuple[str, Any, str]] = [
    ("say", None, "malformed"),
    ("say", [], "malformed"),
    ("say", {"id": "short", "text": "x"}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": "  \n "}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": "\u0000\u0007"}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": 7}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": {"deep": {"er": []}}}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": "x", "handler": "agent"}, "malformed"),
    ("say", {"id": "a-good-client-id", "text": "x" * 4001}, "too_large"),
    ("resume", {"after": -1}, "malformed"),
    ("resume", {"after": 2**40}, "malformed"),
    ("resume", {"after": True}, "malformed"),
    ("seen", {"position": "1; DROP TABLE"}, "malformed"),
    ("introduce", {"email": "x" * 255}, "too_large"),
    ("typing", {"who": "me"}, "malformed"),
    ("connected", {}, "malformed"),
    ("trigger_event", {}, "malformed"),
    ("__class__", {}, "malformed"),
]


@pytest.mark.parametrize(("event", "data", "code"), WRONG)
async def test_a_bad_payload_is_refused_with_its_reason(chat: Chat, event: str, data: Any, code: str) -> None:
    visitor = await chat.visitor()

    answer = await visitor.ask(event, data)

    assert answer["error"]["code"] == code
    assert (await visitor.say("je suis toujours là"))["ok"]


@pytest.mark.parametrize("payload", ["x" * 70_000, "[" * 30_000])
async def test_a_payload_beyond_all_bounds_costs_only_its_own_line(chat: Chat, payload: str) -> None:
    other = await chat.visitor()

    async with chat.http.ws_connect(
        f"{chat.url}/socket.io/?EIO=4&transport=websocket".replace("http", "ws", 1)
    ) as raw:
        await raw.receive()
        await raw.send_str("40/chat,{}")
        await raw.send_str(f'42/chat,0["say",{payload}')
        await closed(raw)

    assert (await other.say("je suis toujours là"))["ok"]


async def closed(raw: aiohttp.ClientWebSocketResponse) -> None:
    """The server hung up, or just said nothing to it."""
    try:
        async with asyncio.timeout(1.5):
            async for _ in raw:
                pass
    except TimeoutError:
        return


@pytest.mark.parametrize("token", ["nonsense", "", "eyJzIjoieCJ9.x.y", "a" * 1000])
async def test_a_bad_token_opens_a_new_session(chat: Chat, token: str) -> None:
    victim = await chat.visitor()
    await victim.say("secret")

    visitor = await chat.visitor(session=token)

    assert visitor.session["session_id"] != victim.session["session_id"]
    assert visitor.session["history"] == []


async def test_a_token_of_another_use_is_no_session(chat: Chat) -> None:
    victim = await chat.visitor()
    await victim.say("secret")

    visitor = await chat.visitor(session=victim.session["upload"])

    assert visitor.session["renewed"] == "token"
    assert visitor.session["history"] == []


async def test_a_fast_sender_is_slowed_down_and_told_for_how_long(strict_chat: Chat) -> None:
    visitor, patient = await strict_chat.visitor(), await strict_chat.visitor()

    answers = [await visitor.say(f"{n}") for n in range(25)]

    refused = [answer["error"] for answer in answers if "error" in answer]
    assert [r["code"] for r in refused] == ["too_many_requests"] * 5
    assert all(1 <= r["after"] <= 10 for r in refused)
    assert (await patient.say("Bonjour"))["ok"]
    assert "say_too_many_requests" in strict_chat.counted


async def test_another_sessions_thread_is_neither_read_nor_marked(chat: Chat) -> None:
    victim = await chat.visitor()
    thread = (await victim.say("secret"))["line"]["thread"]
    delivery = await chat.reply(thread, await chat.agent(thread), "confidentiel")
    thief = await chat.visitor()

    caught = await thief.ask("resume", {"thread": thread, "after": 0})
    await thief.ask("seen", {"thread": thread, "position": 2})

    assert caught["lines"] == []
    assert await chat.state_of(delivery) == "sent"


def identity(**fields: Any) -> dict[str, Any]:
    facts = {"email": "jeanne@example.com", "name": "Jeanne Petit", "expires": 2**33, **fields}
    return {"signature": sign_identity(IDENTITY_KEY, facts), **facts}


async def test_a_signed_identity_is_a_verified_customer(chat: Chat) -> None:
    visitor = await chat.visitor(identity=identity())

    thread = (await visitor.say("Bonjour"))["line"]["thread"]

    conversation = await chat.store.read(lambda tx: tx.conversations.get(thread))
    point = (await chat.store.read(lambda tx: tx.parties.contact_points(conversation.party_id)))[0]
    assert visitor.session["verified"] is True
    assert (point.kind, point.value, point.assurance) == ("email", "jeanne@example.com", "verified")
    assert conversation.reply_to == visitor.session["session_id"]


@pytest.mark.parametrize(
    "forged",
    [
        {**identity(), "email": "patronne@example.com"},
        {**identity(), "name": "Quelqu'une d'autre"},
        {**identity(), "expires": 2**34},
        {**identity(), "signature": "0" * 64},
        identity(expires=1),
        {**identity(), "email": "", "phone": "+33639980001"},
    ],
)
async def test_a_forged_or_stale_identity_verifies_nobody(chat: Chat, forged: dict[str, Any]) -> None:
    visitor = await chat.visitor(identity=forged)

    assert visitor.session["verified"] is False
    assert visitor.session["identity"] == "refused"
    assert chat.counted == ["identity_refused"]


async def test_a_verified_session_is_not_shown_to_who_comes_after(chat: Chat) -> None:
    customer = await chat.visitor(identity=identity())
    await customer.say("mon dossier médical")
    token = customer.session["token"]

    nobody = await chat.visitor(session=token)
    other = await chat.visitor(session=token, identity=identity(email="autre@example.com"))
    again = await chat.visitor(session=token, identity=identity())

    assert [nobody.session["renewed"], other.session["renewed"], again.session["renewed"]] == [
        "identity",
        "identity",
        "",
    ]
    assert nobody.session["history"] == other.session["history"] == []
    assert [line["text"] for line in again.session["history"]] == ["mon dossier médical"]


async def test_an_expired_identity_still_continues_its_own_session(chat: Chat) -> None:
    customer = await chat.visitor(identity=identity())
    await customer.say("Bonjour")

    later = await chat.visitor(session=customer.session["token"], identity=identity(expires=1))

    assert later.session["verified"] is True
    assert [line["text"] for line in later.session["history"]] == ["Bonjour"]


async def test_a_verified_customer_on_two_devices_has_one_conversation(chat: Chat) -> None:
    phone, laptop = await chat.visitor(identity=identity()), await chat.visitor(identity=identity())
    first = await phone.say("depuis le téléphone")

    second = await laptop.say("depuis l'ordinateur")
    delivery = await chat.reply(
        second["line"]["thread"], await chat.agent(second["line"]["thread"]), "aux deux"
    )
    await asyncio.sleep(0.1)

    assert first["line"]["thread"] == second["line"]["thread"]
    assert phone.lines[-1] == laptop.lines[-1] == "aux deux"
    assert await chat.state_of(delivery) == "sent"
