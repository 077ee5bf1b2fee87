"""Old snapshot + events = new snapshot, for every command, with the reducer that runs in the browser."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from core.words import ChannelName, ContactKind
from crm.conversations.events import CallChanged
from crm.conversations.model import Call, CallState
from crm.conversations.views import call_view
from crm.parties.model import Address
from routing.model import Queue
from routing.offers import expire_offers
from routing.rules import Rules
from storage.schema import work_items
from tests.agent_console.consoles import Console
from tests.fixtures import add_queue
from tests.gateway.front import WEB, Front, Person
from tests.gateway.scenes import a_message, offered

REPLAY = WEB / "desk" / "models" / "replay.mjs"


@dataclass
class Desk:
    """One agent at work, and what they do."""

    front: Front
    agent: Person
    queue: Queue

    async def available(self) -> None:
        await self.agent.call("PUT", "/api/v1/presence", json={"presence": "available"})

    async def message(self, text: str = "Bonjour", number: str = "+33639980001", **fields: Any) -> None:
        sender = Address(kind=ContactKind.PHONE, value=number)
        await a_message(self.front.store, self.queue, text, sender=sender, **fields)

    async def offer(self) -> str:
        """Something is waiting, and offered to the agent."""
        await self.available()
        await self.message()
        await offered(self.front.store)
        return str((await self.snapshot())["offers"][0]["item"]["id"])

    async def hold(self) -> dict[str, Any]:
        item = await self.offer()
        answer = await self.agent.post(f"/api/v1/offers/{item}/accept")
        conversation: dict[str, Any] = answer["conversation"]
        return conversation

    async def snapshot(self) -> dict[str, Any]:
        snapshot: dict[str, Any] = await self.agent.get("/api/v1/console/snapshot")
        return snapshot

    async def do(self, conversation: dict[str, Any], name: str, **body: Any) -> None:
        await self.agent.post(f"/api/v1/conversations/{conversation['id']}/{name}", **body)


Act = Callable[[], Awaitable[Any]]


async def going_available(desk: Desk) -> Act:
    return desk.available


async def a_message_and_its_offer(desk: Desk) -> Act:
    return desk.offer


async def accepting(desk: Desk) -> Act:
    item = await desk.offer()
    return lambda: desk.agent.post(f"/api/v1/offers/{item}/accept")


async def declining(desk: Desk) -> Act:
    item = await desk.offer()
    return lambda: desk.agent.post(f"/api/v1/offers/{item}/decline")


async def letting_an_offer_expire(desk: Desk) -> Act:
    await desk.offer()

    def late(tx: Any) -> None:
        tx.conn.execute(work_items.update().values(offer_deadline=tx.now - timedelta(seconds=1)))
        expire_offers(tx, Rules())

    return lambda: desk.front.store.write(late)


async def a_break_while_something_is_offered(desk: Desk) -> Act:
    await desk.offer()
    body = {"presence": "on_break", "reason": "lunch"}
    return lambda: desk.agent.call("PUT", "/api/v1/presence", json=body)


async def the_customer_going_on_writing(desk: Desk) -> Act:
    await desk.hold()
    return lambda: desk.message("Êtes-vous là ?")


async def a_reply(desk: Desk) -> Act:
    held = await desk.hold()
    return lambda: desk.do(held, "replies", epoch=held["epoch"], text="Bonjour !", key="k1")


async def a_note(desk: Desk) -> Act:
    held = await desk.hold()
    return lambda: desk.do(held, "notes", text="À rappeler", key="k1")


async def reading_what_i_hold(desk: Desk) -> Act:
    held = await desk.hold()
    await desk.message("Êtes-vous là ?")
    return lambda: desk.do(held, "read", position=2)


async def reading_and_the_customer_going_on(desk: Desk) -> Act:
    held = await desk.hold()
    await desk.do(held, "read", position=1)

    async def act() -> None:
        await desk.message("Êtes-vous là ?")
        await desk.do(held, "read", position=2)
        await desk.message("Bon…")

    return act


async def a_conversation_i_read_coming_back_to_me(desk: Desk) -> Act:
    held = await desk.hold()
    await desk.do(held, "read", position=1)
    await desk.do(held, "transfer", epoch=held["epoch"], queue_id=desk.queue.id)
    back = (await desk.agent.get("/api/v1/conversations", view="team"))["items"][0]
    return lambda: desk.do(back, "take", epoch=back["epoch"])


async def giving_away_what_i_read(desk: Desk) -> Act:
    held = await desk.hold()
    await desk.do(held, "read", position=1)
    return lambda: desk.do(held, "transfer", epoch=held["epoch"], queue_id=desk.queue.id)


async def a_transfer(desk: Desk) -> Act:
    held = await desk.hold()
    other = await add_queue(desk.front.store, "Comptabilité")
    body = {"epoch": held["epoch"], "queue_id": other.id, "message": "Facture"}
    return lambda: desk.do(held, "transfer", **body)


async def resolving(desk: Desk) -> Act:
    held = await desk.hold()
    return lambda: desk.do(held, "resolve", epoch=held["epoch"], outcome="resolved", note="Fait")


async def taking_by_hand(desk: Desk) -> Act:
    await desk.available()
    await desk.message()
    waiting = (await desk.agent.get("/api/v1/conversations", view="unassigned"))["items"][0]
    return lambda: desk.do(waiting, "take", epoch=waiting["epoch"])


async def going_offline_with_work(desk: Desk) -> Act:
    await desk.hold()
    return lambda: desk.agent.call("PUT", "/api/v1/presence", json={"presence": "offline"})


async def a_customers_new_name(desk: Desk) -> Act:
    held = await desk.hold()
    path = f"/api/v1/parties/{held['party_id']}"
    return lambda: desk.agent.call("PATCH", path, json={"name": "Léa Martin"})


async def a_new_name_while_offered(desk: Desk) -> Act:
    await desk.offer()
    party = (await desk.snapshot())["offers"][0]["pop"]["party"]["id"]
    return lambda: desk.agent.call("PATCH", f"/api/v1/parties/{party}", json={"name": "Léa Martin"})


async def a_call_and_its_end(desk: Desk) -> Act:
    held = await desk.hold()
    await desk.front.store.write(call_changes, held, CallState.TALKING)
    return lambda: desk.front.store.write(call_changes, held, CallState.ENDED)


async def a_call_that_begins(desk: Desk) -> Act:
    held = await desk.hold()
    return lambda: desk.front.store.write(call_changes, held, CallState.TALKING)


async def wrapping_up_a_call(desk: Desk) -> Act:
    held = await on_the_telephone(desk)
    return lambda: desk.do(held, "resolve", epoch=held["epoch"], outcome="resolved")


async def the_end_of_a_wrap_up(desk: Desk) -> Act:
    held = await on_the_telephone(desk)
    await desk.do(held, "resolve", epoch=held["epoch"], outcome="resolved")
    item = (await desk.snapshot())["wraps"][0]["id"]
    return lambda: desk.agent.post(f"/api/v1/work/{item}/wrap-up-done")


async def a_whole_shift(desk: Desk) -> Act:
    async def act() -> None:
        held = await desk.hold()
        await desk.do(held, "replies", epoch=held["epoch"], text="Bonjour !", key="k1")
        await desk.message("Merci")
        await desk.do(held, "resolve", epoch=held["epoch"], outcome="resolved")
        await desk.message("Encore une question", number="+33639980002")
        await offered(desk.front.store)

    return act


async def on_the_telephone(desk: Desk) -> dict[str, Any]:
    await desk.available()
    await desk.message(channel=ChannelName.VOICE)
    await offered(desk.front.store)
    item = (await desk.snapshot())["offers"][0]["item"]["id"]
    held: dict[str, Any] = (await desk.agent.post(f"/api/v1/offers/{item}/accept"))["conversation"]
    return held


def call_changes(tx: Any, conversation: dict[str, Any], state: CallState) -> None:
    ended = tx.now if state is CallState.ENDED else None
    call = Call(
        id="CA1",
        conversation_id=conversation["id"],
        state=state,
        from_number="+33639980001",
        to_number="+33199000000",
        conference="room",
        agent_leg="",
        started_at=tx.now,
        ended_at=ended,
    )
    if tx.calls.get("CA1") is None:
        tx.calls.insert(call)
    else:
        tx.calls.save(call)
    tx.emit(
        CallChanged(
            conversation_id=conversation["id"],
            queue_id=conversation["queue_id"],
            call=call_view(call),
            handler=f"agent:{conversation['handler']['ref']}",
        )
    )


SCENES = [
    going_available,
    a_message_and_its_offer,
    accepting,
    declining,
    letting_an_offer_expire,
    a_break_while_something_is_offered,
    the_customer_going_on_writing,
    a_reply,
    a_note,
    reading_what_i_hold,
    reading_and_the_customer_going_on,
    a_conversation_i_read_coming_back_to_me,
    giving_away_what_i_read,
    a_transfer,
    resolving,
    taking_by_hand,
    going_offline_with_work,
    a_customers_new_name,
    a_new_name_while_offered,
    a_call_that_begins,
    a_call_and_its_end,
    wrapping_up_a_call,
    the_end_of_a_wrap_up,
    a_whole_shift,
]


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_old_snapshot_and_events_make_the_new_snapshot(
    front: Front, agent: Person, queue: Queue, scene: Callable[[Desk], Awaitable[Act]]
):
    desk = Desk(front=front, agent=agent, queue=queue)
    act = await scene(desk)
    before = await desk.snapshot()
    await act()
    after = await desk.snapshot()
    async with Console(agent) as console:
        events = (await console.resume(before["seq"]))["events"]

    assert in_order(await replayed(before, events)) == in_order(after)


async def replayed(snapshot: dict[str, Any], events: list[dict[str, Any]]) -> dict[str, Any]:
    """What the browser would have on its desk."""
    node = shutil.which("node")
    assert node, "node runs the console's own reducer"
    process = await asyncio.create_subprocess_exec(
        node, str(REPLAY), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate(json.dumps({"snapshot": snapshot, "events": events}).encode())
    assert process.returncode == 0
    result: dict[str, Any] = json.loads(out)
    return result


def in_order(snapshot: dict[str, Any]) -> dict[str, Any]:
    """Lists by id; `seq` apart: events that this console may not hear move it on the server only."""
    lists = {name: snapshot[name] for name in ("conversations", "calls", "wraps")}
    return {
        **{name: value for name, value in snapshot.items() if name != "seq"},
        **{name: sorted(things, key=lambda thing: thing["id"]) for name, things in lists.items()},
        "offers": sorted(snapshot["offers"], key=lambda offer: offer["item"]["id"]),
    }
