"""Whole conversations with the trained bot, and what becomes of failures."""

import asyncio
import json
from datetime import timedelta

import pytest

from bots.demo_orders import BOOK, DemoOrders
from bots.dialogue.outcome import HandoverReason
from bots.dialogue.script import script_of
from bots.project import FIRST_LINE
from bots.runtime import Bot
from core.words import ChannelName, Language
from tests.bots.conftest import at_shop


class BrokenOrders:
    async def find(self, order_number):
        raise RuntimeError("the order system is down")


class SlowOrders:
    async def find(self, order_number):
        await asyncio.sleep(60)


async def test_a_customer_in_a_hurry_gets_to_his_order(talk):
    answers = await talk(["slt je voudrai savoir ou en est ma cmd", "123", "cf 10234", "non merci"])

    assert "numéro de commande" in answers[0].replies[-1]
    assert "CF-10234 a été expédiée" in answers[2].replies[0]
    assert answers[3].end


async def test_a_caller_says_his_number_digit_by_digit(talk):
    answers = await talk(["my parcel has not arrived", "c f 1 0 5 0 2"], ChannelName.VOICE)

    assert "C F, 1 0 5 0 2 was delivered" in answers[1].replies[0]


async def test_a_person_is_one_sentence_away_and_gets_the_whole_story(talk):
    answers = await talk(["où est ma commande CF-10630 ?", "passez-moi quelqu'un svp"])
    handover = answers[1].handover

    assert handover is not None
    assert handover.reason is HandoverReason.ASKED
    assert handover.topic == "order_status"
    assert handover.slots == {"order_number": "CF-10630"}
    assert "où est ma commande CF-10630 ?" in handover.summary


async def test_the_bot_answers_in_the_language_it_is_spoken_to(talk):
    answers = await talk(["bonjour", "sorry, are you open on Sunday?", "ok", "et le samedi ?"])

    assert [answer.language for answer in answers] == [Language.FR, Language.EN, Language.EN, Language.FR]
    assert "closed on Sunday 29 November" in answers[1].replies[0]


async def test_a_mail_of_many_lines_is_understood(talk):
    mail = "Bonjour,\n\nJ'ai commandé la semaine dernière (n° CF-10415) et rien reçu.\n\nCordialement,\nCamille Exemple"

    answers = await talk([mail], ChannelName.EMAIL)

    assert "CF-10415 est en préparation" in answers[0].replies[1]


async def test_the_state_goes_through_json(talk):
    answers = await talk(["où est ma commande", "10234"])

    assert json.loads(json.dumps(answers[1].state)) == answers[1].state


async def test_the_answer_carries_what_was_understood_for_review(talk):
    [answer] = await talk(["vos horaires svp"])

    assert answer.understanding is not None
    assert answer.understanding.intent == "opening_hours"


@pytest.mark.parametrize("orders", [BrokenOrders(), SlowOrders()], ids=["broken", "slow"])
async def test_an_order_system_that_fails_means_an_apology_and_a_person(interpreter, script, clock, orders):
    bot = Bot(interpreter, script, orders, clock=clock, action_timeout=timedelta(seconds=0.05))

    answer = await bot.answer("où est ma commande CF-10234", None, at_shop())

    assert answer.handover is not None
    assert answer.handover.reason is HandoverReason.BOT_FAILED
    assert any("excuser" in reply for reply in answer.replies)


async def test_a_bot_that_breaks_hands_over_instead_of_raising(script, clock):
    deaf = Bot(None, script, DemoOrders(clock), clock=clock)  # type: ignore[arg-type]

    answer = await deaf.answer("hello", None, at_shop())

    assert answer.handover is not None
    assert answer.handover.reason is HandoverReason.BOT_FAILED
    assert answer.handover.last_utterances == ("hello",)
    assert answer.replies


async def test_a_state_that_cannot_be_read_starts_afresh(bot):
    answer = await bot.answer("vos horaires ?", {"version": 0, "rubbish": True}, at_shop())

    assert "ouverts" in answer.replies[0]


async def test_a_cancelled_answer_stays_cancelled(interpreter, script, clock):
    bot = Bot(interpreter, script, SlowOrders(), clock=clock)
    task = asyncio.create_task(bot.answer("où est ma commande CF-10234", None, at_shop()))
    await asyncio.sleep(0.5)
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task


async def test_forty_customers_at_once_are_not_mixed_up(bot):
    numbers = list(BOOK) * 5

    answers = await asyncio.gather(*(bot.answer(f"where is order {one}", None, at_shop()) for one in numbers))

    assert all(one in " ".join(answer.replies) for one, answer in zip(numbers, answers, strict=True))


async def test_the_demo_knows_its_orders_by_full_number_and_by_digits(clock):
    orders = DemoOrders(clock)

    by_digits = [await orders.find(number.removeprefix("CF-")) for number in BOOK]
    in_small_letters = await orders.find("cf-10234")

    assert [order and order.number for order in by_digits] == list(BOOK)
    assert in_small_letters is not None
    assert in_small_letters.number == "CF-10234"
    assert await orders.find("XX-10234") is None


def test_a_bot_is_loaded_from_its_folder(interpreter, model_cache):
    bot = Bot.load_or_train(FIRST_LINE, model_cache)

    assert bot.greeting(at_shop(), Language.EN).replies[0].startswith("Hello")


STORY = """
version: "3.1"
intents: [opening_hours]
responses:
  utter_hours: [{text: "From nine to five."}]
  utter_again: [{text: "As I said: from nine to five."}]
stories:
- story: asked twice
  steps: [{intent: opening_hours}, {action: utter_hours}, {intent: opening_hours}, {action: utter_again}]
"""


async def test_a_trial_names_what_the_story_plans_after_all_that_was_said(interpreter, clock):
    bot = Bot(interpreter, script_of({"domain.yml": STORY}), DemoOrders(clock), clock=clock)
    first = await bot.try_out("What are your opening hours?", None, at_shop())
    second = await bot.try_out("What are your opening hours?", first["state"], at_shop())

    assert (first["rule"], first["replies"][-1]) == (["utter_hours"], "From nine to five.")
    assert (second["rule"], second["replies"][-1]) == (["utter_again"], "As I said: from nine to five.")
