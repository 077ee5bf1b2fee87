"""The life of an offer, on both databases: made, taken, declined, expired, withdrawn."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from core.errors import FilrougeError, NotFound, OfferGone
from core.ids import WorkItemId
from core.words import ChannelName, HandlerKind, Language
from crm.conversations.model import Handler
from routing.model import Presence, WorkState
from routing.offers import accept_offer, decline_offer, expire_offers
from routing.presence import set_presence
from tests.fixtures import add_queue
from tests.routing.floor import RULES, Floor


async def test_a_message_for_a_queue_is_offered_to_its_longest_idle_agent(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    floor.clock.turn(10)
    await floor.agent("Bruno")
    conversation = await floor.customer_writes()

    (offer,) = await floor.route()

    item = await floor.item(conversation)
    assert (item.state, item.offered_to) == (WorkState.OFFERED, anne)
    assert item.offer_deadline == floor.clock.now() + timedelta(seconds=60)
    assert offer.item["id"] == item.id


async def test_the_pop_tells_who_it_is_what_he_said_and_how_long_he_waited(floor: Floor) -> None:
    await floor.customer_writes(customer=7, sender_name="Lucie Martin", text="Un premier sujet")
    first = await floor.customer_writes(customer=7, text="Où est mon colis ?")
    await floor.agent("Anne")
    floor.clock.turn(12)

    (offer,) = await floor.route()

    assert offer.pop["conversation"]["id"] == first
    assert offer.pop["party"]["name"] == "Lucie Martin"
    assert offer.pop["last_words"] == "Où est mon colis ?"
    assert offer.pop["waiting_seconds"] == 12
    assert offer.pop["queue"]["name"] == floor.queue.name
    assert offer.pop["why"]["rule"] == "longest_idle"
    assert offer.pop["earlier_conversations"] == 0


async def test_nothing_is_offered_when_nobody_is_available(floor: Floor) -> None:
    await floor.agent("Anne", available=False)
    await floor.customer_writes()

    assert await floor.route() == ()


async def test_a_customers_language_is_a_skill_his_work_demands(floor: Floor) -> None:
    await floor.agent("Anne", skills={"fr": 3})
    english = await floor.agent("Bruno", skills={"en": 2})
    conversation = await floor.customer_writes(language=Language.EN)

    await floor.route()

    assert (await floor.item(conversation)).offered_to == english


async def test_accepting_gives_the_agent_the_conversation(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()

    taken = await floor.store.write(accept_offer, await floor.offered_item(anne), anne)

    assert taken.handler == Handler(kind=HandlerKind.AGENT, ref=anne)
    assert (await floor.item(conversation)).state is WorkState.ACCEPTED
    assert (await floor.person(anne)).load == 20


async def test_accepting_twice_is_accepting_once(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    await floor.customer_writes()
    await floor.route()
    item_id = await floor.offered_item(anne)

    first = await floor.store.write(accept_offer, item_id, anne)
    again = await floor.store.write(accept_offer, item_id, anne)

    assert again.epoch == first.epoch


async def test_only_who_is_asked_may_accept_or_decline(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    bruno = await floor.agent("Bruno", available=False)
    await floor.customer_writes()
    await floor.route()
    item_id = await floor.offered_item(anne)

    for command in (accept_offer, decline_offer):
        with pytest.raises(OfferGone):
            await floor.store.write(command, item_id, bruno)


async def test_an_offer_of_nothing_is_not_found(floor: Floor) -> None:
    anne = await floor.agent("Anne")

    with pytest.raises(NotFound):
        await floor.store.write(accept_offer, WorkItemId("none"), anne)


async def test_at_its_deadline_an_offer_is_gone_even_before_anyone_swept_it(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    await floor.customer_writes()
    await floor.route()
    item_id = await floor.offered_item(anne)
    floor.clock.turn(60)

    with pytest.raises(OfferGone):
        await floor.store.write(accept_offer, item_id, anne)


async def test_an_unanswered_offer_goes_back_to_its_place_and_to_the_next_agent(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    floor.clock.turn(1)
    bruno = await floor.agent("Bruno")
    first = await floor.customer_writes()
    await floor.route()
    place = (await floor.item(first)).queued_at
    await floor.time_passes(60)

    await floor.route()

    item = await floor.item(first)
    assert (item.offered_to, item.queued_at, item.passed_by) == (bruno, place, (anne,))
    assert (await floor.person(anne)).misses == 1


async def test_place_is_kept_through_misses_ahead_of_who_came_later(floor: Floor) -> None:
    anne = await floor.agent("Anne", capacity=20)
    first = await floor.customer_writes()
    await floor.route()
    floor.clock.turn(5)
    await floor.customer_writes()
    await floor.time_passes(60)

    await floor.route()

    assert (await floor.item(first)).offered_to == anne


async def test_after_enough_misses_the_agent_is_on_break(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    for _ in range(RULES.misses_before_break):
        await floor.route()
        await floor.time_passes(60)

    person = await floor.person(anne)
    assert (person.presence, person.reason) == (Presence.ON_BREAK, "did_not_answer")
    assert (await floor.item(conversation)).state is WorkState.WAITING
    assert await floor.route() == ()


async def test_a_break_for_misses_takes_back_what_else_is_offered(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    await floor.store.write(lambda tx: tx.agents.set_misses(anne, 1))
    await floor.customer_writes(ChannelName.WEBCHAT)
    mail = await floor.customer_writes(ChannelName.EMAIL)
    await floor.route()

    await floor.time_passes(30)

    assert (await floor.item(mail)).state is WorkState.WAITING
    assert (await floor.person(anne)).load == 0


async def test_accepting_forgets_earlier_misses(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    await floor.store.write(lambda tx: tx.agents.set_misses(anne, 1))
    await floor.customer_writes()
    await floor.route()

    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)

    assert (await floor.person(anne)).misses == 0


async def test_declined_work_goes_to_the_next_agent_and_is_no_miss(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    floor.clock.turn(1)
    bruno = await floor.agent("Bruno")
    conversation = await floor.customer_writes()
    await floor.route()
    await floor.store.write(decline_offer, await floor.offered_item(anne), anne)

    await floor.route()

    assert (await floor.item(conversation)).offered_to == bruno
    assert (await floor.person(anne)).misses == 0


async def test_one_offer_at_a_time_until_there_is_no_room(floor: Floor) -> None:
    anne = await floor.agent("Anne", capacity=50)
    for _ in range(4):
        await floor.customer_writes(ChannelName.WEBCHAT)
    for taken in range(3):
        await floor.route()
        await floor.route()
        offered = [i.state for i in await floor.items()].count(WorkState.OFFERED)
        assert offered == (1 if taken < 2 else 0)
        if offered:
            await floor.store.write(accept_offer, await floor.offered_item(anne), anne)

    assert (await floor.person(anne)).load == 50


async def test_a_call_pushes_the_offer_of_a_text_aside_and_the_text_keeps_its_place(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    text = await floor.customer_writes(ChannelName.SMS)
    await floor.route()
    before = await floor.item(text)
    call = await floor.customer_writes(ChannelName.VOICE, customer=2)
    await floor.route()

    after = await floor.item(text)
    assert before.state is WorkState.OFFERED
    assert (after.state, after.queued_at, after.passed_by) == (WorkState.WAITING, before.queued_at, ())
    assert (await floor.item(call)).offered_to == anne
    assert (await floor.person(anne)).load == 100


async def test_why_is_kept_for_every_assignment(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()
    item = await floor.item(conversation)

    (decision,) = await floor.store.read(lambda tx: tx.work.decisions(item.id))

    assert (decision.chosen, decision.rule) == (anne, "longest_idle")
    assert decision.candidates[0]["user_id"] == anne


async def settle(*commands: Any) -> list[bool]:
    """Runs the commands at once; which of them went through. Anything but a refusal is a failure."""
    results = await asyncio.gather(*commands, return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, FilrougeError):
            raise result
    return [not isinstance(result, BaseException) for result in results]


async def test_many_passes_at_once_offer_each_item_once(any_floor: Floor) -> None:
    for name in ("Anne", "Bruno", "Chloé"):
        await any_floor.agent(name, capacity=40)
    for _ in range(10):
        await any_floor.customer_writes()

    made = await asyncio.gather(*(any_floor.route() for _ in range(8)))

    offered = [offer.item["id"] for offers in made for offer in offers]
    assert len(offered) == len(set(offered)) == 3


async def test_of_an_accept_and_a_resolve_at_once_neither_is_lost_and_nothing_is_left_over(
    any_floor: Floor,
) -> None:
    anne = await any_floor.agent("Anne")
    for _ in range(5):
        conversation = await any_floor.customer_writes()
        await any_floor.route()
        item_id = await any_floor.offered_item(anne)

        await settle(any_floor.store.write(accept_offer, item_id, anne), any_floor.resolve(conversation))

        held = (await any_floor.handler(conversation)).kind is HandlerKind.AGENT
        state = (await any_floor.item(conversation)).state
        assert state is (WorkState.ACCEPTED if held else state)
        assert held or state in (WorkState.CANCELLED, WorkState.COMPLETED)
        if held:
            await any_floor.resolve(conversation)


async def test_an_accept_that_races_its_expiry_leaves_no_conversation_without_work(any_floor: Floor) -> None:
    anne = await any_floor.agent("Anne")
    conversation = await any_floor.customer_writes()
    await any_floor.route()
    item_id = await any_floor.offered_item(anne)
    any_floor.clock.turn(60)

    accepted, _ = await settle(
        any_floor.store.write(accept_offer, item_id, anne), any_floor.store.write(expire_offers, RULES)
    )

    assert not accepted
    assert (await any_floor.item(conversation)).state is WorkState.WAITING
    assert (await any_floor.handler(conversation)).kind is HandlerKind.QUEUE


async def test_of_an_accept_and_taking_by_hand_at_once_one_agent_holds_it(any_floor: Floor) -> None:
    anne = await any_floor.agent("Anne")
    any_floor.clock.turn(1)
    bruno = await any_floor.agent("Bruno")
    conversation = await any_floor.customer_writes()
    await any_floor.route()
    item_id = await any_floor.offered_item(anne)

    await settle(
        any_floor.store.write(accept_offer, item_id, anne), any_floor.take_by_hand(conversation, bruno)
    )

    held = [i for i in await any_floor.items() if i.state is WorkState.ACCEPTED]
    assert [i.offered_to for i in held] == [(await any_floor.handler(conversation)).ref]
    assert (await any_floor.person(anne)).load + (await any_floor.person(bruno)).load == 20


async def test_an_accept_and_going_offline_at_once_leave_nothing_with_who_is_gone(any_floor: Floor) -> None:
    anne = await any_floor.agent("Anne")
    conversation = await any_floor.customer_writes()
    await any_floor.route()
    item_id = await any_floor.offered_item(anne)

    await settle(
        any_floor.store.write(accept_offer, item_id, anne),
        any_floor.store.write(set_presence, anne, Presence.OFFLINE),
    )

    assert (await any_floor.person(anne)).load == 0
    assert (await any_floor.item(conversation)).state is WorkState.WAITING
    assert (await any_floor.handler(conversation)).kind is HandlerKind.QUEUE


async def test_a_queues_own_time_to_answer_counts(floor: Floor) -> None:
    quick = await add_queue(floor.store, "Urgences", offer_seconds={ChannelName.SMS: 7})
    anne = await floor.agent("Anne")
    await floor.store.write(lambda tx: tx.queues.add_member(quick.id, anne))
    conversation = await floor.customer_writes()
    await floor.transfer(conversation, quick)

    await floor.route()

    item = await floor.item(conversation)
    assert item.offer_deadline == floor.clock.now() + timedelta(seconds=7)
