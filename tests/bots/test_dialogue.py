"""What the bot answers, told as conversations; the customer's words are given already understood."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bots.dialogue.hours import WeeklyHours
from bots.dialogue.outcome import ActionFailed, HandoverReason, OrderFound, OrderNotFound, Turn
from bots.dialogue.script import Script
from bots.dialogue.state import DialogueState, Question
from bots.dialogue.turn import greeting, resume, turn
from bots.nlu.understanding import Entity, IntentScore, Understanding
from bots.ports import OrderState, OrderStatus
from core.words import ChannelName, Language
from tests.bots.conftest import MONDAY_MORNING, at_shop

KNOWN = DialogueState(introduced=True, language=Language.FR)


def heard(
    intent: str, text: str = "…mots…", *, confidence: float = 0.99, language=Language.FR, **values: str
):
    return Understanding(
        text=text,
        language=language,
        intent=intent,
        confidence=confidence,
        ranking=(IntentScore(intent=intent, confidence=confidence),),
        entities=tuple(Entity(kind=kind, value=value, start=0, end=1) for kind, value in values.items()),
        sure=confidence >= 0.75,
        out_of_scope=intent == "out_of_scope" or confidence < 0.25,
    )


class Table:
    """Plays turns one after the other and keeps the last plan."""

    def __init__(
        self, script: Script, channel: ChannelName = ChannelName.WEBCHAT, state: DialogueState = KNOWN
    ):
        self.script, self.context, self.state, self.now = script, at_shop(channel), state, MONDAY_MORNING

    def hears(self, *args, **kwargs) -> Turn:
        return self._keep(turn(self.state, heard(*args, **kwargs), **self._around()))

    def learns(self, result) -> Turn:
        return self._keep(resume(self.state, result, **self._around()))

    def _around(self):
        return {"now": self.now, "context": self.context, "script": self.script}

    def _keep(self, plan: Turn) -> Turn:
        self.state = plan.state
        return plan


@pytest.fixture
def table(script: Script) -> Table:
    return Table(script)


@pytest.fixture
def call(script: Script) -> Table:
    return Table(script, ChannelName.VOICE)


def test_the_bot_says_once_that_it_is_one(script):
    table = Table(script, state=DialogueState())

    first, second = table.hears("greet"), table.hears("greet")

    assert "assistant automatique" in first.replies[0]
    assert "Maison Fil" in first.replies[0]
    assert not any("assistant automatique" in reply for reply in second.replies)


def test_a_call_is_greeted_before_the_caller_speaks_and_not_again(script):
    opening = greeting(Language.EN, now=MONDAY_MORNING, context=at_shop(ChannelName.VOICE), script=script)

    assert "press 1" in opening.replies[-1]
    assert opening.state.introduced


def test_an_order_number_given_at_once_is_looked_up_at_once(table):
    plan = table.hears("order_status", order_number="CF-10234")

    assert plan.action is not None
    assert plan.action.slots == {"order_number": "CF-10234"}
    assert plan.replies == ()


def test_without_a_number_the_bot_asks_and_then_looks_it_up(table):
    asked = table.hears("order_status")
    given = table.hears("inform", order_number="10234")

    assert "numéro de commande" in asked.replies[0]
    assert given.action is not None


def test_an_order_under_way_is_told_with_day_carrier_and_link(table):
    table.hears("order_status", order_number="10234")
    shipped = OrderStatus(
        number="CF-10234",
        state=OrderState.SHIPPED,
        since=MONDAY_MORNING.date(),
        expected_on=MONDAY_MORNING.date() + timedelta(days=1),
        carrier="Mistral",
        tracking_url="https://suivi.example.com/CF-10234",
    )

    plan = table.learns(OrderFound(order=shipped))

    assert plan.replies[0] == (
        "Votre commande CF-10234 a été expédiée le 23 novembre. Livraison prévue demain. Transporteur : Mistral."
    )
    assert plan.replies[1] == "Suivi : https://suivi.example.com/CF-10234"
    assert plan.state.question is Question.ANYTHING_ELSE


def test_on_the_telephone_no_link_is_read_and_the_number_is_spelt(call):
    call.hears("order_status", order_number="CF-10234")

    plan = call.learns(
        OrderFound(
            order=OrderStatus(
                number="CF-10234", state=OrderState.SHIPPED, tracking_url="https://x.example.com"
            )
        )
    )

    assert "C F, 1 0 2 3 4" in plan.replies[0]
    assert not any("http" in reply for reply in plan.replies)


def test_a_delayed_order_offers_a_person(table):
    table.hears("order_status", order_number="10630")
    table.learns(OrderFound(order=OrderStatus(number="CF-10630", state=OrderState.DELAYED)))

    plan = table.hears("affirm")

    assert plan.handover is not None
    assert plan.handover.reason is HandoverReason.ORDER_PROBLEM


def test_two_more_tries_for_a_number_then_a_person(table):
    table.hears("order_status")
    first = table.hears("inform", "1234")
    second = table.hears("inform", "12")
    third = table.hears("inform", "1")

    assert "numéro de commande complet" in first.replies[0]
    assert first.handover is second.handover is None
    assert third.handover is not None
    assert third.handover.reason is HandoverReason.NO_ORDER_NUMBER


def test_an_unknown_order_is_asked_for_again_then_handed_over(table):
    plans = []
    table.hears("order_status")
    for number in ("11111", "22222", "33333"):
        table.hears("inform", number, order_number=number)
        plans.append(table.learns(OrderNotFound(number=number)))

    assert "11111" in plans[0].replies[0]
    assert plans[0].handover is plans[1].handover is None
    assert plans[2].handover is not None
    assert plans[2].handover.reason is HandoverReason.ORDER_NOT_FOUND


def test_who_has_no_number_is_told_where_to_find_it(table):
    table.hears("order_status")

    assert "confirmation" in table.hears("missing_number").replies[0]


def test_another_question_inside_a_form_is_answered_and_the_form_goes_on(table):
    table.hears("order_status")
    aside = table.hears("opening_hours")
    after = table.hears("inform", order_number="10234")

    assert "Nous sommes ouverts" in aside.replies[0]
    assert "numéro de commande" in aside.replies[-1]
    assert after.action is not None


def test_a_form_can_be_left(table):
    table.hears("order_status")
    left = table.hears("cancel")
    after = table.hears("thanks")

    assert left.state.form is None
    assert "Avec plaisir" in after.replies[0]


def test_a_person_can_be_had_from_anywhere(table):
    table.hears("order_status")
    plan = table.hears("speak_to_human")

    assert plan.handover is not None
    assert plan.handover.topic == "order_status"


def test_what_could_not_be_looked_up_becomes_an_apology_and_a_person(table):
    table.hears("order_status", order_number="10234")
    plan = table.learns(ActionFailed(problem="timeout"))

    assert plan.handover is not None
    assert plan.handover.reason is HandoverReason.BOT_FAILED
    assert "excuser" in plan.replies[0]


def test_first_rephrase_then_confirm_then_a_person(table):
    first = table.hears("order_status", confidence=0.4)
    second = table.hears("order_status", confidence=0.4)
    third = table.hears("order_status", confidence=0.4)

    assert "autrement" in first.replies[0]
    assert second.replies == ("Vous voulez suivre une commande, c'est bien ça ?",)
    assert third.handover is not None
    assert third.handover.reason is HandoverReason.NOT_UNDERSTOOD


def test_a_likely_guess_is_confirmed_at_once(table):
    asked = table.hears("order_status", confidence=0.6)
    agreed = table.hears("affirm")

    assert "c'est bien ça" in asked.replies[0]
    assert "numéro de commande" in agreed.replies[0]


def test_a_guess_denied_after_rephrasing_goes_to_a_person(table):
    table.hears("complaint", confidence=0.4)
    table.hears("complaint", confidence=0.4)
    plan = table.hears("deny")

    assert plan.handover is not None
    assert plan.handover.reason is HandoverReason.NOT_UNDERSTOOD


def test_being_understood_forgets_the_misunderstandings(table):
    table.hears("order_status", confidence=0.4)
    table.hears("opening_hours")

    assert "autrement" in table.hears("order_status", confidence=0.4).replies[0]


def test_out_of_scope_is_answered_politely_then_a_person_is_offered(table):
    first = table.hears("out_of_scope")
    second = table.hears("out_of_scope")
    agreed = table.hears("affirm")

    assert "suivre une commande" in first.replies[0]
    assert "conseiller ?" in second.replies[0]
    assert agreed.handover is not None
    assert agreed.handover.reason is HandoverReason.OUT_OF_SCOPE


def test_declining_a_person_shows_what_the_bot_can_do(table):
    table.hears("out_of_scope")
    table.hears("out_of_scope")
    plan = table.hears("deny")

    assert plan.handover is None
    assert "horaires" in plan.replies[0]


def test_no_further_wish_ends_the_conversation(table):
    table.hears("opening_hours")

    assert table.hears("deny").end


def test_the_hours_of_the_day_asked_about_are_told(table):
    sunday = table.hears("opening_hours", date="2026-11-29")
    saturday = table.hears("opening_hours", date="2026-11-28")

    assert sunday.replies[0] == "Nous sommes fermés dimanche 29 novembre."
    assert saturday.replies[0] == "Nous sommes ouverts samedi 28 novembre, de 10 h à midi."


def test_when_closed_the_next_opening_is_told(table):
    table.now = MONDAY_MORNING.replace(hour=20)

    assert "Prochaine ouverture : demain à 9 h" in table.hears("opening_hours").replies[0]


def test_who_never_closes_says_so_in_one_sentence(table):
    always = {day: [("00:00", "24:00")] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    table.context = replace(table.context, hours=WeeklyHours.from_settings(always, "Europe/Paris"))

    assert table.hears("opening_hours").replies[0] == "Nous sommes ouverts tous les jours, 24 heures sur 24."
    assert table.hears("opening_hours", date="2026-11-29").replies[0].endswith("24 heures sur 24.")


def test_a_handover_outside_hours_promises_no_one_at_once(table):
    table.now = MONDAY_MORNING.replace(hour=20)
    plan = table.hears("speak_to_human")

    assert plan.handover is not None
    assert "à leur retour : demain à 9 h" in plan.replies[0]


def test_the_summary_says_why_what_about_and_in_whose_words(table):
    table.hears("order_status", "où est mon colis ?", order_number="CF-99999")
    table.learns(OrderNotFound(number="CF-99999"))
    plan = table.hears("complaint", "c'est scandaleux")

    assert plan.handover is not None
    assert plan.handover.summary == (
        "Motif : réclamation\nSujet : suivi de commande\nNuméro de commande : CF-99999\n"
        "Derniers messages : « où est mon colis ? » / « c'est scandaleux »"
    )
    assert plan.handover.slots == {"order_number": "CF-99999"}


def test_the_summary_is_in_the_language_of_the_staff(table):
    table.context = replace(table.context, staff_language=Language.EN)
    plan = table.hears("speak_to_human", "un conseiller")

    assert plan.handover is not None
    assert plan.handover.summary.startswith("Reason: asked for a person")
    assert plan.handover.language is Language.FR


def test_the_bot_follows_the_customer_into_another_language(table):
    french = table.hears("opening_hours")
    english = table.hears("opening_hours", language=Language.EN)

    assert "Nous sommes ouverts" in french.replies[0]
    assert "We are open" in english.replies[0]


@pytest.mark.parametrize(("key", "expected"), [("1", "Nous sommes ouverts"), ("2", "numéro de commande")])
def test_a_key_chooses_from_the_menu(call, key, expected):
    assert expected in call.hears("out_of_scope", key).replies[0]


def test_key_zero_reaches_a_person_even_in_a_form(call):
    call.hears("out_of_scope", "2")

    assert call.hears("out_of_scope", "0").handover is not None


def test_keys_answer_yes_and_no(call):
    call.hears("order_status", confidence=0.6)

    assert "numéro de commande" in call.hears("greet", "1", confidence=0.3).replies[0]


def test_keys_mean_nothing_in_a_chat(table):
    assert table.hears("inform", "0", confidence=0.4).handover is None


def test_silence_on_the_line_is_noticed_and_ends_with_a_person(call):
    plans = [call.hears("nlu_fallback", "", confidence=0.0) for _ in range(3)]

    assert plans[0].replies == ("Je n'ai rien entendu.",)
    assert plans[2].handover is not None


def test_braces_in_a_customers_words_are_only_words(table):
    table.hears("order_status", order_number="{business}")
    plan = table.learns(OrderNotFound(number="{business}"))

    assert "{business}" in plan.replies[0]


def test_a_conversation_given_back_starts_a_new_matter(table):
    table.hears("order_status", order_number="10234")
    table.learns(ActionFailed())
    plan = table.hears("speak_to_human")

    assert plan.handover is not None
    assert plan.handover.topic is None
    assert plan.handover.slots == {}


def test_again_means_the_last_replies(table):
    told = table.hears("opening_hours")

    assert table.hears("repeat").replies == told.replies


def test_an_intent_without_a_rule_is_not_understood(table):
    assert "autrement" in table.hears("brand_new_intent").replies[0]


@pytest.mark.parametrize("state", list(OrderState))
@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("channel", [ChannelName.VOICE, ChannelName.SMS])
def test_every_state_of_an_order_can_be_told(script, state, language, channel):
    table = Table(script, channel, DialogueState(introduced=True, language=language))
    table.hears("order_status", language=language, order_number="CF-10234")
    order = OrderStatus(
        number="CF-10234", state=state, since=date(2026, 11, 20), expected_on=date(2026, 11, 25)
    )

    told = " ".join(table.learns(OrderFound(order=order)).replies)

    assert "{" not in told
    assert "  " not in told
