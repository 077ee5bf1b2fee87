"""The voice webhooks over real HTTP on a real store, called as the provider does when answers get lost."""

import asyncio
import xml.etree.ElementTree as ET
from functools import partial
from typing import Any

import pytest

from channels.voice import waiting, webhooks
from crm.conversations.model import CallState
from crm.conversations.reply import Reply, send_reply
from storage.schema import calls, deliveries, exchanges
from tests.channels.telephone import ACCOUNT, CUSTOMER, NUMBER, Telephone

CALL = {
    "CallSid": "CA1",
    "AccountSid": ACCOUNT,
    "From": CUSTOMER,
    "To": NUMBER,
    "CallStatus": "in-progress",
    "Direction": "inbound",
}
PATHS = [
    "incoming", "gather", "more", "hold", "wait", "agent", "status", "conference", "transcription", "say/01a2",
]  # fmt: skip


async def call_in(telephone: Telephone) -> ET.Element:
    status, body = await telephone.post("/webhooks/voice/incoming", CALL)
    assert status == 200
    return ET.fromstring(body)


async def speak(telephone: Telephone, text: str, turn: int = 0) -> ET.Element:
    form = {**CALL, "SpeechResult": text, "Confidence": "0.9"}
    status, body = await telephone.post(f"/webhooks/voice/gather?turn={turn}&silent=0&lang=fr", form)
    assert status == 200
    return ET.fromstring(body)


def words(document: ET.Element) -> list[str]:
    return [say.text or "" for say in document.iter("Say")]


async def test_a_call_is_greeted_in_two_languages_and_listened_to(telephone: Telephone) -> None:
    document = await call_in(telephone)
    assert words(document) == [
        "Bonjour et bienvenue chez Filrouge.",
        "For English, press 9.",
        "Que puis-je faire pour vous ?",
    ]
    gather = document.find("Gather")
    assert gather is not None
    assert (gather.get("input"), gather.get("language")) == ("speech dtmf", "fr-FR")


async def test_a_call_told_twice_is_one_call(telephone: Telephone) -> None:
    await asyncio.gather(*(call_in(telephone) for _ in range(5)))
    assert len(await telephone.rows(calls)) == 1
    assert len(await telephone.rows(exchanges)) == 1


async def test_a_turn_told_twice_is_answered_the_same(telephone: Telephone) -> None:
    await call_in(telephone)
    first, again = await speak(telephone, "Bonjour"), await speak(telephone, "Bonjour")
    assert words(first) == words(again) == ["Vous dites : Bonjour"]
    assert [row["text"] for row in await telephone.rows(exchanges)] == ["", "Bonjour", "Vous dites : Bonjour"]


async def test_each_turn_says_only_what_is_new(telephone: Telephone) -> None:
    await call_in(telephone)
    await speak(telephone, "Bonjour")
    assert words(await speak(telephone, "Merci", turn=1)) == ["Vous dites : Merci"]


async def test_a_slow_bot_is_waited_for_and_then_a_human_asked(
    telephone: Telephone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "wait_for_turn", partial(waiting.wait_for_turn, patience=0.05))
    await telephone.stop_bot()
    await call_in(telephone)
    document = await speak(telephone, "Bonjour")
    for _ in range(webhooks.MOST_ROUNDS):
        assert words(document) == ["Un instant, je cherche."]
        path = (document.findtext("Redirect") or "").removeprefix(telephone.url)
        document = ET.fromstring((await telephone.post(path, CALL))[1])
    assert document.find("Dial/Conference") is not None
    assert (await telephone.rows(calls))[0]["state"] == CallState.HOLDING


async def test_a_turn_of_a_call_nobody_knows_is_refused(telephone: Telephone) -> None:
    form = {**CALL, "SpeechResult": "Bonjour"}
    assert (await telephone.post("/webhooks/voice/gather?turn=0", form))[0] == 404


@pytest.mark.parametrize("path", PATHS)
async def test_every_address_refuses_what_is_not_signed(telephone: Telephone, path: str) -> None:
    assert (await telephone.post(f"/webhooks/voice/{path}", CALL, token="another secret"))[0] == 403
    assert await telephone.rows(exchanges) == []


@pytest.mark.parametrize("path", ["incoming", "gather?turn=x", "agent", "conference", "transcription"])
async def test_signed_nonsense_is_a_bad_request(telephone: Telephone, path: str) -> None:
    assert (await telephone.post(f"/webhooks/voice/{path}", {"CallSid": "??", "CallStatus": "x"}))[0] == 400


async def test_kinds_nobody_knows_are_acknowledged_and_counted(telephone: Telephone) -> None:
    event = {"StatusCallbackEvent": "participant-dances", "ConferenceSid": "CF1", "CallSid": "CA1"}
    assert (await telephone.post("/webhooks/voice/conference?call=CA1", event))[0] == 204
    heard = {"TranscriptionEvent": "transcription-sung", "CallSid": "CA1"}
    assert (await telephone.post("/webhooks/voice/transcription?call=CA1", heard))[0] == 204
    assert (await telephone.post("/webhooks/voice/status", {**CALL, "CallStatus": "floating"}))[0] == 204
    assert telephone.counted == ["voice:unknown_event", "voice:unknown_event", "voice:unknown_status"]


async def test_the_end_of_a_call_told_twice_is_one_line_of_the_history(telephone: Telephone) -> None:
    await call_in(telephone)
    over = {**CALL, "CallStatus": "completed", "CallDuration": "42"}
    for _ in range(2):
        assert (await telephone.post("/webhooks/voice/status", over))[0] == 204
    ended = [row["meta"] for row in await telephone.rows(exchanges) if row["kind"] == "system"]
    assert [(meta["event"], meta["duration"]) for meta in ended] == [("call_ended", 42)]


async def test_a_reply_written_after_the_call_fails_and_says_why(telephone: Telephone) -> None:
    await telephone.stop_bot()
    await call_in(telephone)
    await telephone.post("/webhooks/voice/status", {**CALL, "CallStatus": "completed"})
    conversation_id = (await telephone.rows(calls))[0]["conversation_id"]
    await telephone.store.write(_reply, conversation_id)
    await telephone.outbox.idle()
    row = (await telephone.rows(deliveries))[0]
    assert (row["state"], row["reason"]) == ("failed", "The telephone refused it: the call is over")


def _reply(tx: Any, conversation_id: Any) -> None:
    conversation = tx.conversations.get(conversation_id)
    reply = Reply(
        conversation_id=conversation.id,
        holder=conversation.handler,
        epoch=conversation.epoch,
        text="Allô ?",
        key="k",
    )
    send_reply(tx, reply)
