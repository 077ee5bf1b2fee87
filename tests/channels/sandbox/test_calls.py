"""A whole call, from the customer's dialling to the end, through the very webhooks and REST API of production."""

from pathlib import Path
from typing import Any

from core.ids import ConversationId, UserId
from core.words import HandlerKind
from crm.conversations.handling import assign, hand_to_queue, resolve
from crm.conversations.model import Handler
from crm.conversations.reply import Reply, send_reply
from routing.model import Presence
from storage.schema import calls, deliveries, exchanges
from tests.channels.telephone import CUSTOMER, Telephone, eventually, running_telephone
from tests.fixtures import add_user


async def dial(telephone: Telephone) -> str:
    answer = await telephone.api("POST", "/calls", {"from": CUSTOMER})
    sid = answer["call"]["sid"]
    await heard(telephone, sid, "Que puis-je faire pour vous ?")
    return str(sid)


async def look(telephone: Telephone, sid: str) -> dict[str, Any]:
    return dict((await telephone.api("GET", f"/calls/{sid}"))["call"])


async def heard(telephone: Telephone, sid: str, text: str) -> None:
    """Waits until the customer heard it."""

    async def on_the_line() -> bool:
        return any(text in line["text"] for line in (await look(telephone, sid))["lines"])

    await eventually(on_the_line)


async def say(telephone: Telephone, sid: str, text: str) -> None:
    await telephone.api("POST", f"/calls/{sid}/say", {"text": text})


async def the_call(telephone: Telephone) -> Any:
    return (await telephone.rows(calls))[0]


async def to_agent(telephone: Telephone, sid: str) -> str:
    """The caller asked for a person; an agent took them and answered their telephone."""
    await say(telephone, sid, "Un conseiller s'il vous plaît")
    await heard(telephone, sid, "Merci de patienter")
    user = await add_agent(telephone)
    row = await the_call(telephone)
    await telephone.store.write(assign, row["conversation_id"], user, "accepted")
    await eventually(lambda: ringing(telephone, user))
    await telephone.api("POST", f"/handset/{user}/answer", {})
    await eventually(lambda: in_state(telephone, "talking"))
    return str(user)


async def add_agent(telephone: Telephone) -> UserId:
    """On duty."""
    user = await add_user(telephone.store, queues=[telephone.queue])
    await telephone.store.write(lambda tx: tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now))
    return user


async def ringing(telephone: Telephone, user: str) -> bool:
    legs = (await telephone.api("GET", f"/handset/{user}"))["calls"]
    return bool(legs) and legs[0]["status"] == "ringing"


async def in_state(telephone: Telephone, state: str) -> bool:
    return bool((await the_call(telephone))["state"] == state)


async def history(telephone: Telephone) -> list[tuple[str, str, str]]:
    rows = sorted(await telephone.rows(exchanges), key=lambda row: row["position"])
    return [(row["author"], row["kind"], row["text"]) for row in rows]


async def test_the_bot_answers_what_the_caller_says(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await say(telephone, sid, "Bonjour")
    await heard(telephone, sid, "Vous dites : Bonjour")
    assert await history(telephone) == [
        ("customer", "call", ""),
        ("customer", "message", "Bonjour"),
        ("bot", "message", "Vous dites : Bonjour"),
    ]


async def test_what_the_bot_said_is_said_once_and_counts_as_delivered(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await say(telephone, sid, "Bonjour")
    await heard(telephone, sid, "Vous dites : Bonjour")
    await telephone.outbox.idle()
    said = [line["text"] for line in (await look(telephone, sid))["lines"]]
    assert said.count("Vous dites : Bonjour") == 1
    assert [row["state"] for row in await telephone.rows(deliveries)] == ["delivered"]


async def test_keys_are_heard_as_words(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await telephone.api("POST", f"/calls/{sid}/key", {"digits": "100234"})
    await heard(telephone, sid, "Vous dites : 100234")


async def test_nine_changes_the_language_before_anything_is_said(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await telephone.api("POST", f"/calls/{sid}/key", {"digits": "9"})
    await heard(telephone, sid, "What can I do for you?")
    await say(telephone, sid, "Hello")
    await eventually(lambda: telephone.rows(deliveries))
    row = await telephone.store.read(lambda tx: tx.conversations.get(ConversationId(_conversation(tx))))
    assert row.language == "en"


def _conversation(tx: Any) -> str:
    return str(tx.conn.execute(calls.select()).mappings().one()["conversation_id"])


async def test_an_agent_is_rung_joined_and_what_both_say_is_in_the_history(telephone: Telephone) -> None:
    sid = await dial(telephone)
    user = await to_agent(telephone, sid)
    await telephone.api("POST", f"/handset/{user}/say", {"text": "Bonjour, Camille à l'appareil"})
    await heard(telephone, sid, "Camille à l'appareil")
    await say(telephone, sid, "Mon colis est abîmé")

    async def both() -> bool:
        lines = await history(telephone)
        return {
            ("agent", "message", "Bonjour, Camille à l'appareil"),
            ("customer", "message", "Mon colis est abîmé"),
        } <= set(lines)

    await eventually(both)


async def test_a_written_reply_is_spoken_to_the_caller(telephone: Telephone) -> None:
    sid = await dial(telephone)
    user = await to_agent(telephone, sid)
    row = await the_call(telephone)
    holder = Handler(kind=HandlerKind.AGENT, ref=user)
    conversation = await telephone.store.read(lambda tx: tx.conversations.get(row["conversation_id"]))
    reply = Reply(
        conversation_id=conversation.id, holder=holder, epoch=conversation.epoch, text="Je regarde.", key="k1"
    )
    exchange = await telephone.store.write(send_reply, reply)
    await heard(telephone, sid, "Je regarde.")
    delivery = await telephone.store.read(lambda tx: tx.deliveries.of_exchange(exchange.id))
    assert delivery.state == "delivered"


async def test_hanging_up_ends_the_call_with_its_duration(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await to_agent(telephone, sid)
    await telephone.api("POST", f"/calls/{sid}/hangup", {})
    await eventually(lambda: in_state(telephone, "ended"))
    ended = [row for row in await telephone.rows(exchanges) if row["meta"].get("event") == "call_ended"]
    assert len(ended) == 1
    assert "abandoned" not in ended[0]["meta"]
    assert ended[0]["meta"]["duration"] >= 0


async def test_the_agents_leg_ends_with_the_customers(telephone: Telephone) -> None:
    sid = await dial(telephone)
    user = await to_agent(telephone, sid)
    await telephone.api("POST", f"/calls/{sid}/hangup", {})

    async def over() -> bool:
        return bool((await telephone.api("GET", f"/handset/{user}"))["calls"][0]["status"] == "completed")

    await eventually(over)


async def test_a_caller_who_gives_up_waiting_is_noted_as_lost(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await say(telephone, sid, "Un conseiller")
    await heard(telephone, sid, "Merci de patienter")
    await telephone.api("POST", f"/calls/{sid}/hangup", {})
    await eventually(lambda: in_state(telephone, "ended"))
    ended = [row for row in await telephone.rows(exchanges) if row["meta"].get("event") == "call_ended"]
    assert ended[0]["meta"]["abandoned"] is True


async def test_an_agent_who_does_not_answer_gives_the_caller_back_to_the_queue(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await say(telephone, sid, "Un conseiller")
    await heard(telephone, sid, "Merci de patienter")
    user = await add_agent(telephone)
    conversation_id = (await the_call(telephone))["conversation_id"]
    await telephone.store.write(assign, conversation_id, user, "accepted")
    await eventually(lambda: ringing(telephone, user))
    await telephone.api("POST", f"/handset/{user}/hangup", {})

    async def back() -> bool:
        conversation = await telephone.store.read(lambda tx: tx.conversations.get(conversation_id))
        return bool(conversation.handler.kind is HandlerKind.QUEUE)

    await eventually(back)
    assert (await look(telephone, sid))["status"] == "in-progress"


async def test_a_transfer_puts_the_caller_on_hold_and_frees_the_agent(telephone: Telephone) -> None:
    sid = await dial(telephone)
    user = await to_agent(telephone, sid)
    conversation_id = (await the_call(telephone))["conversation_id"]
    conversation = await telephone.store.read(lambda tx: tx.conversations.get(conversation_id))
    await telephone.store.write(
        hand_to_queue, conversation_id, conversation.handler, conversation.epoch, reason="transfer"
    )

    async def on_hold() -> bool:
        leg = (await telephone.api("GET", f"/handset/{user}"))["calls"][0]
        seen = await look(telephone, sid)
        return leg["status"] == "completed" and seen["in_room"] and not seen["talking"]

    await eventually(on_hold)
    assert await in_state(telephone, "holding")


async def test_resolving_during_a_call_ends_it(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await to_agent(telephone, sid)
    conversation_id = (await the_call(telephone))["conversation_id"]
    conversation = await telephone.store.read(lambda tx: tx.conversations.get(conversation_id))
    await telephone.store.write(
        resolve, conversation_id, conversation.handler, conversation.epoch, outcome="answered"
    )
    await eventually(lambda: in_state(telephone, "ended"))
    assert (await look(telephone, sid))["status"] == "completed"


async def test_silence_twice_hands_the_caller_to_the_queue(tmp_path: Path) -> None:
    async with running_telephone(tmp_path, patience=0.2) as telephone:
        answer = await telephone.api("POST", "/calls", {"from": CUSTOMER})
        sid = answer["call"]["sid"]
        await heard(telephone, sid, "Je ne vous ai pas entendu")
        await heard(telephone, sid, "Un instant, je vous mets en relation")
        assert await in_state(telephone, "holding")


async def test_a_hidden_caller_is_taken_as_a_stranger(telephone: Telephone) -> None:
    await telephone.api("POST", "/calls", {"from": "anonymous"})
    await eventually(lambda: telephone.rows(calls))
    row = await the_call(telephone)
    party = await telephone.store.read(
        lambda tx: tx.parties.get(tx.conversations.get(row["conversation_id"]).party_id)
    )
    assert party.name == "Numéro masqué"


async def test_nobody_is_rung_for_a_caller_whose_hanging_up_was_not_heard(telephone: Telephone) -> None:
    sid = await dial(telephone)
    await say(telephone, sid, "Un conseiller")
    await heard(telephone, sid, "Merci de patienter")
    telephone.sandbox.board.legs[sid].status = "completed"
    user = await add_agent(telephone)
    await telephone.store.write(assign, (await the_call(telephone))["conversation_id"], user, "accepted")
    await eventually(lambda: in_state(telephone, "ended"))
    assert (await telephone.api("GET", f"/handset/{user}"))["calls"] == []


async def test_a_whole_call_works_on_postgresql_too(tmp_path: Path, postgres_url: str) -> None:
    async with running_telephone(tmp_path, database=postgres_url) as telephone:
        sid = await dial(telephone)
        await say(telephone, sid, "Bonjour")
        await heard(telephone, sid, "Vous dites : Bonjour")
        user = await to_agent(telephone, sid)
        await telephone.api("POST", f"/handset/{user}/say", {"text": "Bonjour, Camille à l'appareil"})
        await heard(telephone, sid, "Camille à l'appareil")
        await telephone.api("POST", f"/calls/{sid}/hangup", {})
        await eventually(lambda: in_state(telephone, "ended"))
