"""The console's line: who may open it, what it hears, and that nothing is missed."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from agent_console.server import sockets
from core.errors import StoreUnavailable
from core.signals import TYPING
from crm.conversations.events import PartyChanged
from routing.model import Queue
from storage import sessions
from storage.engine.feed import forget_before, last_seq
from storage.schema import agents
from tests.agent_console.consoles import Console
from tests.fixtures import add_queue
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


async def test_who_is_not_signed_in_is_refused_and_told_so(front: Front):
    async with Console(front.nobody()) as console:
        assert console.refused == {"message": "Sign in first.", "data": {"code": "not_signed_in"}}


async def test_a_page_of_a_neighbouring_site_cannot_open_the_line_with_our_cookie(
    front: Front, agent: Person
):
    async with Console(agent, Origin="https://neighbour.example.com") as console:
        assert console.refused["data"]["code"] == "cross_site"


async def test_a_console_hears_of_its_queues_as_it_happens(front: Front, agent: Person, queue: Queue):
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        await a_message(front.store, queue)
        await console.until(lambda: len(console.events) == 3)

    assert console.names() == ["ConversationOpened", "WorkItemQueued", "ExchangeRecorded"]
    assert [e["seq"] for e in console.events] == sorted(e["seq"] for e in console.events)


async def test_every_console_hears_that_the_team_changed(
    front: Front, agent: Person, admin: Person, queue: Queue
):
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        await admin.call("PATCH", f"/api/v1/queues/{queue.id}", json={"name": "Ventes"})
        await console.until(lambda: console.said == [("staff", {})])


async def test_a_console_hears_nothing_of_other_queues(front: Front, agent: Person, queue: Queue):
    other = await add_queue(front.store, "Comptabilité")
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        await a_message(front.store, other)
        await a_message(front.store, queue, sender=number("+33639980002"))
        await console.until(lambda: "ExchangeRecorded" in console.names())

    assert {e["data"]["conversation"]["queue_id"] for e in console.events if "conversation" in e["data"]} == {
        queue.id
    }


async def test_a_console_that_was_away_gets_what_it_missed(front: Front, agent: Person, queue: Queue):
    since = await front.store.read(last_seq)
    await a_message(front.store, queue)
    async with Console(agent) as console:
        answer = await console.resume(since)

    assert console.names() == ["ConversationOpened", "WorkItemQueued", "ExchangeRecorded"]
    assert answer["seq"] == await front.store.read(last_seq)


async def test_one_that_was_away_too_long_reads_a_new_snapshot(
    front: Front, agent: Person, queue: Queue, monkeypatch
):
    monkeypatch.setattr(sockets, "MOST_MISSED", 3)
    await a_message(front.store, queue)
    async with Console(agent) as console:
        assert (await console.resume(0))["reset"] is True
        assert (await console.resume(10_000))["reset"] is True


async def test_nothing_falls_between_catching_up_and_listening(front: Front, agent: Person, queue: Queue):
    since = await front.store.read(last_seq)
    numbers = [f"+3363998{n:04d}" for n in range(40)]
    writing = [asyncio.create_task(a_message(front.store, queue, sender=number(n))) for n in numbers]
    async with Console(agent) as console:
        await asyncio.sleep(0.02)
        await console.resume(since)
        await asyncio.gather(*writing)
        await console.until(lambda: console.names().count("ExchangeRecorded") == 40)

    seqs = [event["seq"] for event in console.events]
    assert seqs == sorted(set(seqs))


async def test_a_signed_out_console_is_cut_off(front: Front, agent: Person):
    async with Console(agent) as console:
        await agent.post("/api/v1/sign-out")
        await asyncio.wait_for(console.gone.wait(), 30)


async def test_a_new_membership_is_heard_at_once(front: Front, agent: Person, admin: Person):
    other = await add_queue(front.store, "Comptabilité")
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        await admin.call("PUT", f"/api/v1/queues/{other.id}/members/{agent.id}", json={"rank": 1})
        await a_message(front.store, other)
        await console.until(lambda: "ExchangeRecorded" in console.names())


async def test_a_line_that_is_open_for_hours_is_no_slow_request(front: Front, agent: Person):
    async with Console(agent) as console:
        pass
    counted = 'filrouge_requests_total{method="GET",route="/socket.io/"'
    await console.until(lambda: counted in front.parts.metrics.render().decode())

    timed = 'filrouge_request_seconds_count{method="GET",route="/socket.io/"}'
    assert timed not in front.parts.metrics.render().decode()


async def test_a_sign_of_life_is_noted(front: Front, agent: Person):
    async with Console(agent) as console:
        answer = await console.ask("ping", {})
    seen = await front.store.read(lambda tx: tx.conn.execute(agents.select()).one().last_seen)

    assert seen is not None
    assert "now" in answer


async def test_a_renamed_customer_is_news_for_those_who_know_him_only(
    front: Front, queue: Queue, agent: Person
):
    stranger = await front.person("agent", queues=[await add_queue(front.store, "Comptabilité")])
    accepted = await a_message(front.store, queue)
    async with Console(agent) as knows, Console(stranger) as does_not:
        for console in (knows, does_not):
            await console.resume(await front.store.read(last_seq))
        await front.store.write(
            lambda tx: tx.emit(PartyChanged(party_id=accepted.party_id, name="Léa Martin"))
        )
        await knows.until(lambda: knows.names() == ["PartyChanged"])
        since = await front.store.read(last_seq) - 1
        again = await does_not.resume(since)

    assert does_not.events == again["events"] == []


async def test_when_it_cannot_be_known_whom_it_concerns_consoles_are_sent_to_catch_up(
    front: Front, agent: Person, queue: Queue, monkeypatch
):
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        monkeypatch.setattr(front.parts.console, "_store", Broken())
        await front.store.write(lambda tx: tx.emit(PartyChanged(party_id="p", name="x")))
        await asyncio.wait_for(console.gone.wait(), 30)


async def test_who_else_looks_on_and_types_is_shown(front: Front, agent: Person, queue: Queue):
    colleague = await front.person("agent", name="Léo Petit", queues=[queue])
    accepted = await a_message(front.store, queue)
    async with Console(agent) as mine, Console(colleague) as his:
        await mine.ask("watch", {"conversation_id": accepted.conversation_id})
        await his.ask("watch", {"conversation_id": accepted.conversation_id})
        await colleague.call("POST", f"/api/v1/conversations/{accepted.conversation_id}/typing")
        both = {agent.id: False, colleague.id: True}
        users = [{"id": user, "typing": both[user]} for user in sorted(both)]
        last = {"conversation_id": accepted.conversation_id, "users": users}
        await mine.until(lambda: ("watchers", last) in mine.said)


async def test_a_customer_who_types_shows_where_he_is_looked_at(front: Front, agent: Person, queue: Queue):
    accepted = await a_message(front.store, queue)
    said = {"conversation_id": accepted.conversation_id, "who": "customer"}
    async with Console(agent) as console:
        await console.ask("watch", {"conversation_id": accepted.conversation_id})
        await front.parts.signals.publish(TYPING, said)
        await console.until(lambda: ("typing", said) in console.said)


async def test_one_may_watch_only_what_one_may_see(front: Front, agent: Person):
    accepted = await a_message(front.store, await add_queue(front.store, "Comptabilité"))
    async with Console(agent) as console:
        answer = await console.ask("watch", {"conversation_id": accepted.conversation_id})

    assert answer["error"]["code"] == "not_found"


async def test_nonsense_from_a_client_is_answered_not_crashed_on(agent: Person, front: Front):
    nonsense: tuple[Any, ...] = (
        None,
        [],
        "x",
        {"since": -1, "conversation_id": 3},
        {"since": True, "conversation_id": "x" * 99},
    )
    async with Console(agent) as console:
        for data in nonsense:
            assert (await console.ask("resume", data))["error"]["code"] == "invalid_input"
        for name, data in (("watch", nonsense[3]), ("watch", nonsense[4]), ("connect_me", {})):
            assert (await console.ask(name, data))["error"]["code"] == "invalid_input"


async def test_a_console_that_does_not_keep_up_is_cut_off_to_come_back(
    front: Front, agent: Person, queue: Queue, monkeypatch
):
    async with Console(agent) as console:
        await console.resume(await front.store.read(last_seq))
        monkeypatch.setattr(front.parts.console, "_backlog", lambda sid: sockets.MOST_QUEUED + 1)
        await a_message(front.store, queue)
        await asyncio.wait_for(console.gone.wait(), 30)
    monkeypatch.undo()
    async with Console(agent) as again:
        await again.resume(0)

    assert console.events == []
    assert "ExchangeRecorded" in again.names()


async def test_events_that_are_no_longer_kept_ask_for_a_new_snapshot(
    front: Front, agent: Person, queue: Queue
):
    await a_message(front.store, queue)
    await front.store.write(forget_before, datetime.now(UTC) + timedelta(seconds=1), 1000)
    await a_message(front.store, queue, "Encore moi")
    async with Console(agent) as console:
        assert (await console.resume(1))["reset"] is True


class Broken:
    async def read(self, f, *args, **kwargs):
        if f is sessions.live_sessions:
            return {}
        raise StoreUnavailable(problem="away")


def number(value: str):
    from core.words import ContactKind
    from crm.parties.model import Address

    return Address(kind=ContactKind.PHONE, value=value)
