"""Wrap-up after calls, and what becomes of work when its agent goes, falls silent, or comes back."""

from datetime import timedelta
from typing import Any

import pytest

from core.errors import InvalidInput, WrongState
from core.ids import ConversationId, UserId
from core.words import ChannelName, HandlerKind
from routing.ending import finish_wrap
from routing.model import Presence, WorkState
from routing.offers import accept_offer
from routing.presence import given_up, mark_silent, seen, set_presence, take_off_duty
from storage.schema import presence_log
from tests.routing.floor import Floor


async def on_a_call(floor: Floor) -> tuple[ConversationId, UserId]:
    anne = await floor.agent("Anne")
    conversation, _ = await floor.customer_calls()
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    return conversation, anne


async def test_after_a_call_the_agent_has_time_for_his_notes(floor: Floor) -> None:
    conversation, anne = await on_a_call(floor)

    await floor.resolve(conversation)

    item, person = await floor.item(conversation), await floor.person(anne)
    assert (item.state, item.wrap_until) == (WorkState.WRAPPING, floor.clock.now() + timedelta(seconds=30))
    assert person.wrapping
    await floor.customer_writes()
    assert await floor.route() == ()


async def test_the_wrap_up_ends_when_its_time_is_over(floor: Floor) -> None:
    conversation, anne = await on_a_call(floor)
    await floor.resolve(conversation)

    await floor.time_passes(30)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED
    assert (await floor.person(anne)).idle_since == floor.clock.now()


async def test_the_wrap_up_ends_when_the_agent_says_so_and_saying_it_twice_is_saying_it_once(
    floor: Floor,
) -> None:
    conversation, anne = await on_a_call(floor)
    await floor.resolve(conversation)
    item = await floor.item(conversation)

    await floor.store.write(finish_wrap, item.id, anne)
    await floor.store.write(finish_wrap, item.id, anne)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED


async def test_nobody_ends_another_agents_wrap_up(floor: Floor) -> None:
    conversation, _ = await on_a_call(floor)
    bruno = await floor.agent("Bruno")
    await floor.resolve(conversation)

    with pytest.raises(WrongState):
        await floor.store.write(finish_wrap, (await floor.item(conversation)).id, bruno)


async def test_a_caller_who_writes_during_the_wrap_up_is_a_new_need_beside_it(floor: Floor) -> None:
    conversation, anne = await on_a_call(floor)
    await floor.resolve(conversation)

    await floor.customer_writes(ChannelName.EMAIL, customer=1, refers_to=(f"conv:{conversation}",))

    states = [i.state for i in await floor.items()]
    assert WorkState.WRAPPING in states
    assert (await floor.person(anne)).wrapping


async def test_going_offline_returns_conversations_to_their_place(any_floor: Floor) -> None:
    floor = any_floor
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    place = (await floor.item(conversation)).queued_at
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    floor.clock.turn(300)

    await floor.store.write(set_presence, anne, Presence.OFFLINE)

    item = await floor.item(conversation)
    assert (item.state, item.queued_at) == (WorkState.WAITING, place)
    assert (await floor.handler(conversation)).kind is HandlerKind.QUEUE
    assert (await floor.person(anne)).load == 0


async def test_going_offline_ends_a_wrap_up(floor: Floor) -> None:
    conversation, anne = await on_a_call(floor)
    await floor.resolve(conversation)

    await floor.store.write(set_presence, anne, Presence.OFFLINE)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED


@pytest.mark.parametrize("presence", [Presence.ON_BREAK, Presence.BUSY, Presence.TRAINING, Presence.OFFLINE])
async def test_who_is_not_available_any_more_has_his_offers_taken_back(
    floor: Floor, presence: Presence
) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()

    await floor.store.write(set_presence, anne, presence)

    item = await floor.item(conversation)
    assert (item.state, item.passed_by) == (WorkState.WAITING, ())
    assert (await floor.person(anne)).misses == 0


async def test_only_the_system_says_unreachable(floor: Floor) -> None:
    anne = await floor.agent("Anne")

    with pytest.raises(InvalidInput):
        await floor.store.write(set_presence, anne, Presence.UNREACHABLE)


async def test_a_silent_console_makes_its_agent_unreachable_and_keeps_his_accepted_work(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    first = await floor.customer_writes()
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    second = await floor.customer_writes()
    await floor.route()
    floor.clock.turn(46)

    silent = await floor.store.write(mark_silent, floor.clock.now() - timedelta(seconds=45))

    assert silent == (anne,)
    assert (await floor.item(first)).state is WorkState.ACCEPTED
    assert (await floor.item(second)).state is WorkState.WAITING


async def test_an_agent_whose_console_speaks_is_not_silent(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    floor.clock.turn(40)
    await floor.store.write(seen, anne)
    floor.clock.turn(40)

    assert await floor.store.write(mark_silent, floor.clock.now() - timedelta(seconds=45)) == ()


async def test_heard_again_an_agent_is_what_he_was(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    await floor.store.write(set_presence, anne, Presence.ON_BREAK, "lunch")
    floor.clock.turn(60)
    await floor.store.write(mark_silent, floor.clock.now())

    await floor.store.write(seen, anne)

    person = await floor.person(anne)
    assert (person.presence, person.reason) == (Presence.ON_BREAK, "lunch")


async def test_silent_for_too_long_an_agent_is_off_duty_and_his_conversations_return(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    floor.clock.turn(60)
    await floor.store.write(mark_silent, floor.clock.now())
    floor.clock.turn(120)

    for user_id in await floor.store.read(given_up, floor.clock.now()):
        await floor.store.write(take_off_duty, user_id, floor.clock.now())

    assert (await floor.handler(conversation)).kind is HandlerKind.QUEUE
    assert (await floor.person(anne)).presence is Presence.OFFLINE


async def test_who_comes_on_duty_is_idle_from_then_and_starts_without_misses(floor: Floor) -> None:
    anne = await floor.agent("Anne", available=False)
    await floor.store.write(lambda tx: tx.agents.set_misses(anne, 1))
    floor.clock.turn(3600)

    person = await floor.store.write(set_presence, anne, Presence.AVAILABLE)

    assert (person.idle_since, person.misses) == (floor.clock.now(), 0)


async def test_a_break_does_not_cost_the_agent_his_turn(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    since = (await floor.person(anne)).idle_since
    floor.clock.turn(600)
    await floor.store.write(set_presence, anne, Presence.ON_BREAK)

    person = await floor.store.write(set_presence, anne, Presence.AVAILABLE)

    assert person.idle_since == since


async def test_the_times_of_the_presence_log_add_up_to_the_shift(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    begin = floor.clock.now()
    for presence in (Presence.ON_BREAK, Presence.AVAILABLE, Presence.AVAILABLE, Presence.OFFLINE):
        floor.clock.turn(100)
        await floor.store.write(set_presence, anne, presence)

    def shift(tx: Any) -> list[Any]:
        query = presence_log.select().where(presence_log.c.user_id == anne).order_by(presence_log.c.id)
        return [row for row in tx.conn.execute(query) if row.presence != "offline"]

    spans = await floor.store.read(shift)
    assert spans[0].since == begin
    assert sum((row.until - row.since for row in spans), timedelta()) == floor.clock.now() - begin
    assert [row.presence for row in spans] == ["available", "on_break", "available"]
