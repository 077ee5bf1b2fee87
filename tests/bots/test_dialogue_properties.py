"""Whatever is said in whatever order, the bot has an answer and forgets nothing on the way through the database."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bots.dialogue.outcome import ActionFailed, OrderFound, OrderNotFound
from bots.dialogue.script import load_script
from bots.dialogue.state import DialogueState, from_json, to_json
from bots.dialogue.turn import resume, turn
from bots.nlu.entities import find_entities
from bots.nlu.understanding import FALLBACK, IntentScore, Understanding
from bots.ports import OrderState, OrderStatus
from bots.project import FIRST_LINE
from core.words import ChannelName, Language
from tests.bots.conftest import MONDAY_MORNING, at_shop

SCRIPT = load_script(FIRST_LINE)
INTENTS = [*SCRIPT.plans.starts, "out_of_scope", FALLBACK, "an_intent_nobody_knows"]
TEXTS = st.one_of(
    st.sampled_from(
        ["", "0", "1", "2", "*", "CF-10234", "10234", "123", "oui", "{order_number}", "demain", "31/12"]
    ),
    st.text(max_size=40),
)


@st.composite
def utterances(draw):
    intent = draw(st.sampled_from(INTENTS))
    confidence = draw(st.floats(0, 1))
    text = draw(TEXTS)
    return Understanding(
        text=text,
        language=draw(st.sampled_from(list(Language))),
        intent=intent,
        confidence=confidence,
        ranking=(IntentScore(intent=intent, confidence=confidence),),
        entities=find_entities(text, MONDAY_MORNING.date(), "FR"),
        sure=confidence > 0.75,
        out_of_scope=intent == "out_of_scope" or confidence < 0.25,
    )


def orders(number: str):
    states = st.sampled_from(list(OrderState))
    found = st.builds(lambda state: OrderFound(order=OrderStatus(number=number, state=state)), states)
    return st.one_of(st.just(ActionFailed()), st.just(OrderNotFound(number=number)), found)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(utterances(), min_size=1, max_size=12),
    st.sampled_from(list(ChannelName)),
    st.integers(0, 24 * 14),
    st.data(),
)
def test_every_turn_ends_with_something_said(said, channel, hour, data):
    context, now = at_shop(channel), datetime(2026, 11, 23, tzinfo=UTC) + timedelta(hours=hour)
    state = DialogueState()
    for understanding in said:
        plan = turn(state, understanding, now=now, context=context, script=SCRIPT)
        if plan.action is not None:
            answer = data.draw(orders(plan.action.slots["order_number"]))
            plan = resume(plan.state, answer, now=now, context=context, script=SCRIPT)

        assert plan.action is None
        assert plan.replies
        assert all(reply.strip() for reply in plan.replies)
        assert plan.handover is None or (plan.handover.summary and plan.state.handed_over)
        assert from_json(json.loads(json.dumps(to_json(plan.state)))) == plan.state
        state = plan.state


@settings(max_examples=100, deadline=None)
@given(st.lists(utterances(), min_size=3, max_size=3), st.sampled_from(list(ChannelName)))
def test_the_same_words_always_get_the_same_answer(said, channel):
    def play():
        state, replies = DialogueState(), []
        for understanding in said:
            plan = turn(state, understanding, now=MONDAY_MORNING, context=at_shop(channel), script=SCRIPT)
            replies.append(plan)
            state = plan.state
        return replies

    assert play() == play()


@settings(max_examples=60, deadline=None)
@given(st.lists(utterances(), min_size=40, max_size=40))
def test_a_state_stays_small_however_long_the_talk(said):
    state = DialogueState()
    for understanding in said:
        state = turn(state, understanding, now=MONDAY_MORNING, context=at_shop(), script=SCRIPT).state

    assert len(json.dumps(to_json(state))) < 16_000
