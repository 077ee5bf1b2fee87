"""A visitor talks: every message is in the history once, whatever the line does."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
import socketio

from core.ids import ConversationId, new_id
from core.words import AuthorKind, ContactKind, HandlerKind
from crm.conversations.handling import hand_to_queue, record_internal, resolve
from crm.conversations.model import ExchangeKind, Handler
from crm.conversations.reply import add_note
from crm.parties.model import Address
from tests.channels.webchat.conftest import Chat, eventually


async def test_a_message_is_acknowledged_after_it_is_in_the_history(chat: Chat) -> None:
    visitor = await chat.visitor(language="fr", page="https://boutique.example.com/panier")

    ack = await visitor.say("Bonjour, où est ma commande ?")

    assert ack["ok"]
    assert ack["position"] == 1
    assert ack["state"]["handler"]["kind"] == "queue"
    assert await chat.texts(ack["line"]["thread"]) == ["Bonjour, où est ma commande ?"]


async def test_the_same_client_id_is_one_message(chat: Chat) -> None:
    visitor = await chat.visitor()
    client_id = new_id()

    acks = await asyncio.gather(*(visitor.say("Bonjour", client_id) for _ in range(10)))

    assert {ack["position"] for ack in acks} == {1}
    assert await chat.texts(acks[0]["line"]["thread"]) == ["Bonjour"]


async def test_two_visitors_may_use_the_same_client_id(chat: Chat) -> None:
    one, other = await chat.visitor(), await chat.visitor()

    first, second = await one.say("un", "same-client-id"), await other.say("deux", "same-client-id")

    assert first["line"]["thread"] != second["line"]["thread"]
    assert await chat.texts(second["line"]["thread"]) == ["deux"]


async def test_a_line_killed_between_commit_and_acknowledgement_doubles_nothing(chat: Chat) -> None:
    visitor = await chat.visitor()
    client_id = new_id()
    await visitor.socket.emit("say", {"id": client_id, "text": "Bonjour"}, namespace="/chat")
    await visitor.close()

    again = await chat.visitor(session=visitor.session["token"])
    ack = await again.say("Bonjour", client_id)

    assert ack["ok"]
    assert await chat.texts(ack["line"]["thread"]) == ["Bonjour"]
    assert [line["client_id"] for line in again.session["history"]] in ([], [client_id])


async def test_what_the_store_cannot_take_is_to_be_sent_again(chat: Chat) -> None:
    visitor = await chat.visitor()
    client_id = new_id()
    chat.store.down = True

    refused = await visitor.say("Bonjour", client_id)
    chat.store.down = False
    taken = await visitor.say("Bonjour", client_id)

    assert refused["error"]["code"] == "try_later"
    assert await chat.texts(taken["line"]["thread"]) == ["Bonjour"]


async def test_a_store_that_is_away_refuses_the_connection(chat: Chat) -> None:
    chat.store.down = True
    socket = socketio.AsyncClient(reconnection=False)
    refusals: list[Any] = []
    socket.on("connect_error", refusals.append, namespace="/chat")

    with pytest.raises(socketio.exceptions.ConnectionError):
        await socket.connect(chat.url, namespaces=["/chat"], transports=["websocket"], wait_timeout=30)

    assert refusals[0]["data"] == {"code": "try_later"}


async def test_a_reconnect_storm_loses_and_doubles_nothing(chat: Chat) -> None:
    visitor = await chat.visitor()
    token = visitor.session["token"]
    wanted = [f"message {n}" for n in range(30)]
    ids = {text: new_id() for text in wanted}

    async def tab(texts: list[str]) -> None:
        for text in texts:
            mine = await chat.visitor(session=token)
            await mine.socket.emit("say", {"id": ids[text], "text": text}, namespace="/chat")
            await mine.close()
            back = await chat.visitor(session=token)
            assert (await back.say(text, ids[text]))["ok"]
            await back.close()

    await asyncio.gather(*(tab(wanted[n::3]) for n in range(3)))

    last = await chat.visitor(session=token)
    assert sorted(line["text"] for line in last.session["history"]) == sorted(wanted)
    assert [line["position"] for line in last.session["history"]] == list(range(1, 31))


async def test_two_tabs_of_one_session_show_the_same(chat: Chat) -> None:
    one = await chat.visitor()
    two = await chat.visitor(session=one.session["token"])

    ack = await one.say("Bonjour")
    await eventually(lambda: two.lines)

    assert two.heard["line"][0] == ack["line"]
    assert one.lines == []


async def test_an_answer_reaches_every_tab_and_is_delivered_then_read(chat: Chat) -> None:
    one = await chat.visitor()
    thread = (await one.say("Bonjour"))["line"]["thread"]
    two = await chat.visitor(session=one.session["token"])
    user_id = await chat.agent(thread)

    delivery = await chat.reply(thread, user_id, "Bonjour, je regarde.")
    await eventually(lambda: one.lines and two.lines)
    line = one.heard["line"][0]
    sent = await chat.state_of(delivery)
    await one.ask("got", {"thread": thread, "position": line["position"]})
    delivered = await chat.state_of(delivery)
    await one.ask("seen", {"thread": thread, "position": line["position"]})

    assert (line["author"], line["author_name"]) == ("agent", "Camille")
    assert (sent, delivered, await chat.state_of(delivery)) == ("sent", "delivered", "read")


async def test_an_answer_to_nobody_waits_in_the_history(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]
    await visitor.close()
    user_id = await chat.agent(thread)

    delivery = await chat.reply(thread, user_id, "Je vous réponds ici.")
    back = await chat.visitor(session=visitor.session["token"], after={"thread": thread, "position": 1})

    assert await chat.state_of(delivery) == "sent"
    assert [line["text"] for line in back.session["history"]] == ["Je vous réponds ici."]
    assert back.session["fresh"] is False


async def test_a_line_sent_again_after_a_crash_has_the_same_place(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]
    user_id = await chat.agent(thread)
    delivery = await chat.reply(thread, user_id, "Bonjour")
    exchange = await chat.store.read(lambda tx: tx.deliveries.get(delivery))

    await eventually(lambda: visitor.lines)
    caught = await visitor.ask("resume", {"after": 0, "thread": thread})

    assert [line["id"] for line in caught["lines"] if line["author"] == "agent"] == [exchange.exchange_id]
    assert visitor.heard["line"][0]["position"] == caught["lines"][-1]["position"]


async def test_notes_and_what_the_system_writes_are_never_shown(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]
    await chat.store.write(add_note, ConversationId(thread), "someone", "Client difficile")
    await chat.store.write(
        lambda tx: record_internal(
            tx, tx.conversations.get(thread), ExchangeKind.SYSTEM, "intern", (AuthorKind.SYSTEM, "")
        )
    )

    back = await chat.visitor(session=visitor.session["token"])

    assert [line["text"] for line in back.session["history"]] == ["Bonjour"]
    assert back.session["cursor"]["position"] == 3


async def test_the_visitor_hears_who_takes_over_and_that_it_is_over(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]

    user_id = await chat.agent(thread)
    epoch = (await chat.store.read(lambda tx: tx.conversations.get(thread))).epoch
    await chat.store.write(
        lambda tx: resolve(
            tx, thread, Handler(kind=HandlerKind.AGENT, ref=user_id), epoch, outcome="answered"
        )
    )
    await eventually(lambda: len(visitor.heard["state"]) >= 2)

    states = [(s["handler"]["kind"], s["handler"]["name"], s["status"]) for s in visitor.heard["state"]]
    assert states[0] == ("agent", "Camille", "open")
    assert states[-1] == ("nobody", "", "resolved")


async def test_a_new_message_reopens_what_was_resolved(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]
    user_id = await chat.agent(thread)
    epoch = (await chat.store.read(lambda tx: tx.conversations.get(thread))).epoch
    holder = Handler(kind=HandlerKind.AGENT, ref=user_id)
    await chat.store.write(lambda tx: resolve(tx, thread, holder, epoch, outcome="answered"))

    ack = await visitor.say("Encore une chose")

    assert ack["line"]["thread"] == thread
    assert ack["state"]["status"] == "open"


async def test_the_place_in_line_is_told_and_moves(chat: Chat) -> None:
    one, two = await chat.visitor(), await chat.visitor()
    first = (await one.say("moi d'abord"))["line"]["thread"]
    await two.say("puis moi")
    await eventually(lambda: two.heard["queue"] and two.heard["queue"][-1]["place"] == 2)

    await chat.agent(first)

    await eventually(lambda: two.heard["queue"][-1]["place"] == 1)
    back = await chat.visitor(session=two.session["token"])
    assert back.session["queue"] == {"place": 1, "estimate": None}


async def test_typing_goes_both_ways(chat: Chat) -> None:
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]

    await visitor.ask("typing")
    await chat.channel.agent_typing(thread)
    await eventually(lambda: visitor.heard["typing"])

    assert chat.typed == [thread]
    assert visitor.heard["typing"] == [{"thread": thread}]


async def test_an_introduction_is_a_claim_and_shows_nothing(chat: Chat) -> None:
    known = await chat.visitor(visitor={"name": "Jeanne Petit", "email": "jeanne@example.com"})
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]

    answer = await visitor.ask("introduce", {"name": "Jeanne Petit", "email": "Jeanne@example.com"})

    party = await chat.store.read(lambda tx: tx.parties.get(tx.conversations.get(thread).party_id))
    holder = await chat.store.read(
        lambda tx: tx.parties.find(Address(kind=ContactKind.EMAIL, value="jeanne@example.com"))
    )
    assert answer == {"ok": True, "verified": False}
    assert party.name == "Jeanne Petit"
    assert holder is None
    assert known.session["history"] == []


async def test_a_thread_grown_cold_is_followed_by_one_that_lasts(chat: Chat) -> None:
    visitor = await chat.visitor()
    first = (await visitor.say("avant"))["line"]["thread"]
    await cool(chat, first)

    second = await visitor.say("après")
    third = await visitor.say("et encore")
    back = await chat.visitor(session=visitor.session["token"])
    seen = await visitor.ask("resume", {"thread": first, "after": 1})

    assert second["line"]["thread"] != first
    assert third["line"]["thread"] == second["line"]["thread"]
    assert [line["text"] for line in back.session["history"]] == ["après", "et encore"]
    assert [line["text"] for line in seen["lines"]] == ["après", "et encore"]


async def cool(chat: Chat, thread: str) -> None:
    """Resolved four days ago."""

    def write(tx: Any) -> None:
        conversation = hand_to_queue(
            tx,
            ConversationId(thread),
            tx.conversations.get(thread).handler,
            tx.conversations.get(thread).epoch,
            reason="test",
        )
        done = resolve(
            tx, ConversationId(thread), conversation.handler, conversation.epoch, outcome="answered"
        )
        tx.conversations.save(replace(done, resolved_at=tx.now - timedelta(days=4)))

    await chat.store.write(write)
