"""Work items follow their conversations, whoever changes hands and however."""

from datetime import timedelta

import pytest

from core.errors import AtCapacity, WrongState
from core.ids import ConversationId, UserId
from core.words import ChannelName, HandlerKind, Language
from crm.conversations.handling import return_to_queue
from crm.conversations.model import Call, Handler, Status
from crm.conversations.reply import add_note
from routing.ending import LONGEST_WRAP, finish_wrap, more_time
from routing.events import OfferAccepted, OfferWithdrawn, WorkItemEnded
from routing.model import Presence, WorkState
from routing.offers import accept_offer
from routing.presence import set_presence
from tests.fixtures import add_entry_point, add_queue
from tests.routing.floor import Floor


async def held(floor: Floor, channel: ChannelName = ChannelName.SMS) -> tuple[ConversationId, UserId]:
    """A conversation that an agent has accepted, and the agent."""
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes(channel)
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    return conversation, anne


async def test_what_a_bot_answers_first_needs_nobody_yet(floor: Floor) -> None:
    await add_entry_point(floor.store, floor.queue, ChannelName.SMS, bot="accueil")

    await floor.customer_writes()

    assert await floor.items() == []


async def test_what_a_bot_hands_over_waits(floor: Floor) -> None:
    await add_entry_point(floor.store, floor.queue, ChannelName.SMS, bot="accueil")
    conversation = await floor.customer_writes()

    await floor.transfer(conversation, floor.queue)

    assert (await floor.item(conversation)).state is WorkState.WAITING


async def test_a_queues_language_is_demanded_before_the_customers(floor: Floor) -> None:
    english = await add_queue(floor.store, "English desk", language="en", priority=3)
    await add_entry_point(floor.store, english, ChannelName.SMS)

    conversation = await floor.customer_writes(language=Language.FR)

    item = await floor.item(conversation)
    assert (item.skills, item.priority, item.queue_id) == ({"en": 1}, 3, english.id)


async def test_resolved_text_work_is_completed_and_the_agent_is_idle_from_then(floor: Floor) -> None:
    conversation, anne = await held(floor)
    floor.clock.turn(90)

    await floor.resolve(conversation)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED
    assert (await floor.person(anne)).idle_since == floor.clock.now()
    assert (await floor.person(anne)).load == 0


async def test_what_is_resolved_while_it_waits_is_cancelled(floor: Floor) -> None:
    conversation = await floor.customer_writes()

    await floor.resolve(conversation)

    assert (await floor.item(conversation)).state is WorkState.CANCELLED


async def test_what_is_resolved_while_it_is_offered_is_withdrawn(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()

    await floor.resolve(conversation)

    item = await floor.item(conversation)
    assert (item.state, item.offered_to) == (WorkState.CANCELLED, None)
    assert (await floor.person(anne)).load == 0


async def test_a_new_message_after_the_end_is_a_new_need(floor: Floor) -> None:
    mail = await floor.customer_writes(ChannelName.EMAIL, customer=1)
    await floor.resolve(mail)
    floor.clock.turn(60)

    again = await floor.customer_writes(ChannelName.EMAIL, customer=1, refers_to=(f"conv:{mail}",))

    item = await floor.item(mail)
    assert again == mail
    assert (item.state, item.queued_at) == (WorkState.WAITING, floor.clock.now())


async def test_more_words_of_who_waits_make_no_second_item(floor: Floor) -> None:
    await floor.customer_writes(customer=1)

    await floor.customer_writes(customer=1)

    assert len(await floor.items()) == 1


async def test_who_waits_and_goes_on_by_telephone_waits_for_a_call(floor: Floor) -> None:
    conversation = await floor.customer_writes(ChannelName.SMS, customer=1)

    await floor.customer_writes(ChannelName.VOICE, customer=1)

    (item,) = await floor.items()
    assert (item.conversation_id, item.channel) == (conversation, ChannelName.VOICE)


async def test_a_note_changes_nothing(floor: Floor) -> None:
    conversation = await floor.customer_writes()
    before = await floor.items()

    await floor.store.write(add_note, conversation, "anne", "À rappeler")

    assert await floor.items() == before


async def test_a_transfer_is_a_new_need_and_ends_the_agents_part(floor: Floor) -> None:
    conversation, anne = await held(floor)
    other = await add_queue(floor.store, "Livraison")
    floor.clock.turn(60)

    await floor.transfer(conversation, other)

    first, second = await floor.items()
    assert (first.state, first.offered_to) == (WorkState.COMPLETED, anne)
    assert (second.state, second.queue_id) == (WorkState.WAITING, other.id)
    assert second.queued_at == floor.clock.now()


async def test_moved_to_another_queue_while_waiting_a_customer_keeps_his_time(floor: Floor) -> None:
    conversation = await floor.customer_writes()
    place = (await floor.item(conversation)).queued_at
    other = await add_queue(floor.store, "Livraison")
    floor.clock.turn(60)

    await floor.transfer(conversation, other)

    first, second = await floor.items()
    assert first.state is WorkState.CANCELLED
    assert (second.queue_id, second.queued_at) == (other.id, place)


async def test_an_agent_whose_telephone_did_not_answer_gives_the_call_back_to_its_place(floor: Floor) -> None:
    conversation, anne = await held(floor, ChannelName.VOICE)
    place = (await floor.item(conversation)).queued_at
    floor.clock.turn(20)

    await floor.store.write(return_to_queue, conversation, "agent_leg_no-answer")

    (item,) = await floor.items()
    assert (item.state, item.queued_at, item.passed_by) == (WorkState.WAITING, place, (anne,))
    assert (await floor.person(anne)).load == 0


async def test_taken_by_hand_it_is_that_agents_work(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()

    await floor.take_by_hand(conversation, anne)

    item = await floor.item(conversation)
    assert (item.state, item.offered_to) == (WorkState.ACCEPTED, anne)
    assert [e.user_id for e in await floor.events(OfferAccepted)] == [anne]


async def test_taken_from_a_bot_it_counts_in_the_agents_load(floor: Floor) -> None:
    await add_entry_point(floor.store, floor.queue, ChannelName.SMS, bot="accueil")
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()

    await floor.take_by_hand(conversation, anne)

    assert (await floor.person(anne)).load == 20


async def test_taking_what_another_is_offered_withdraws_the_offer(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    floor.clock.turn(1)
    bruno = await floor.agent("Bruno")
    conversation = await floor.customer_writes()
    await floor.route()

    await floor.take_by_hand(conversation, bruno)

    assert (await floor.item(conversation)).offered_to == bruno
    assert [e.user_id for e in await floor.events(OfferWithdrawn)] == [anne]
    assert (await floor.person(anne)).load == 0


async def test_taking_what_another_holds_ends_his_part(floor: Floor) -> None:
    conversation, anne = await held(floor)
    bruno = await floor.agent("Bruno")

    await floor.take_by_hand(conversation, bruno)

    first, second = await floor.items()
    assert (first.state, first.offered_to) == (WorkState.COMPLETED, anne)
    assert (second.state, second.offered_to) == (WorkState.ACCEPTED, bruno)


async def test_nobody_takes_more_by_hand_than_he_has_room_for(floor: Floor) -> None:
    anne = await floor.agent("Anne", capacity=30)
    await floor.take_by_hand(await floor.customer_writes(), anne)
    second = await floor.customer_writes()

    with pytest.raises(AtCapacity):
        await floor.take_by_hand(second, anne)

    assert (await floor.handler(second)).kind is HandlerKind.QUEUE
    assert (await floor.item(second)).state is WorkState.WAITING


async def test_nobody_takes_work_off_duty(floor: Floor) -> None:
    anne = await floor.agent("Anne", available=False)
    conversation = await floor.customer_writes()

    with pytest.raises(WrongState):
        await floor.take_by_hand(conversation, anne)


async def test_hanging_up_while_waiting_ends_the_conversation_as_abandoned(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation, call = await floor.customer_calls()
    await floor.route()

    await floor.customer_hangs_up(conversation, call)

    after = await floor.conversation(conversation)
    assert (await floor.item(conversation)).state is WorkState.ABANDONED
    assert (after.status, after.outcome) == (Status.RESOLVED, "abandoned")
    assert after.handler == Handler(kind=HandlerKind.NOBODY)
    assert (await floor.person(anne)).load == 0
    assert len(await floor.events(WorkItemEnded)) == 1


async def talks(floor: Floor) -> tuple[UserId, ConversationId, Call]:
    anne = await floor.agent("Anne")
    conversation, call = await floor.customer_calls()
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    return anne, conversation, call


async def test_after_call_work_begins_when_the_call_ends_and_leaves_the_conversation_to_its_agent(
    floor: Floor,
) -> None:
    anne, conversation, call = await talks(floor)

    await floor.customer_hangs_up(conversation, call)

    item = await floor.item(conversation)
    assert (await floor.handler(conversation)).ref == anne
    assert (item.state, item.wrap_until) == (WorkState.WRAPPING, floor.clock.now() + timedelta(seconds=30))


async def test_after_it_the_agent_is_free_though_the_conversation_is_still_open(floor: Floor) -> None:
    anne, conversation, call = await talks(floor)
    await floor.customer_hangs_up(conversation, call)
    await floor.time_passes(31)

    item, person = await floor.item(conversation), await floor.person(anne)
    assert (item.state, item.channel) == (WorkState.ACCEPTED, ChannelName.SMS)
    assert (person.load, person.on_call, person.wrapping) == (20, False, False)
    chat = await floor.customer_writes(ChannelName.WEBCHAT, customer=7)
    await floor.route()
    assert (await floor.item(chat)).offered_to == anne


async def test_done_early_or_resolved_meanwhile_it_is_over_too(floor: Floor) -> None:
    anne, conversation, call = await talks(floor)
    await floor.customer_hangs_up(conversation, call)
    await floor.store.write(finish_wrap, (await floor.item(conversation)).id, anne)
    assert (await floor.person(anne)).load == 20
    await floor.resolve(conversation)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED
    assert (await floor.person(anne)).load == 0


async def test_resolved_during_the_notes_nothing_is_left_after_them(floor: Floor) -> None:
    anne, conversation, call = await talks(floor)
    await floor.customer_hangs_up(conversation, call)
    await floor.resolve(conversation)
    await floor.time_passes(31)

    assert (await floor.item(conversation)).state is WorkState.COMPLETED
    assert (await floor.person(anne)).load == 0


async def test_more_time_for_the_notes_has_an_end(floor: Floor) -> None:
    anne, conversation, call = await talks(floor)
    await floor.customer_hangs_up(conversation, call)
    item = await floor.item(conversation)
    again = timedelta(seconds=30)
    await floor.store.write(more_time, item.id, anne, again)
    assert (await floor.item(conversation)).wrap_until == floor.clock.now() + 2 * again
    for _ in range(40):
        await floor.store.write(more_time, item.id, anne, again)

    assert (await floor.item(conversation)).wrap_until == floor.clock.now() + LONGEST_WRAP
    with pytest.raises(WrongState):
        await floor.store.write(more_time, item.id, UserId("bruno"), again)


async def test_who_leaves_during_the_notes_gives_the_conversation_back(floor: Floor) -> None:
    anne, conversation, call = await talks(floor)
    await floor.customer_hangs_up(conversation, call)
    await floor.store.write(set_presence, anne, Presence.OFFLINE)

    assert (await floor.handler(conversation)).kind is HandlerKind.QUEUE
    assert (await floor.person(anne)).load == 0


async def test_who_wrote_before_he_called_still_waits_after_hanging_up(floor: Floor) -> None:
    written = await floor.customer_writes(ChannelName.SMS, customer=1)
    floor.clock.turn(60)
    conversation, call = await floor.customer_calls(customer=1)

    await floor.customer_hangs_up(conversation, call)

    assert conversation == written
    assert (await floor.item(conversation)).state is WorkState.WAITING


async def test_going_on_break_keeps_accepted_work(floor: Floor) -> None:
    conversation, anne = await held(floor)

    await floor.store.write(set_presence, anne, Presence.ON_BREAK, "lunch")

    assert (await floor.handler(conversation)).ref == anne
