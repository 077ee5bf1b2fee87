"""The dialogue's state in the database's hands."""

import pytest

from bots.dialogue.state import ActiveForm, DialogueState, Question, from_json, to_json
from core.errors import Malformed
from core.words import Language

FULL = DialogueState(
    language=Language.EN,
    introduced=True,
    turns=3,
    question=Question.CONFIRM_GUESS,
    guess="order_status",
    unsure=1,
    outside=1,
    form=ActiveForm(name="order_status_form", slot="order_number", tries=1),
    awaiting="action_order_status",
    slots={"order_number": "CF-10234"},
    asked=("order_status",),
    looked_up=("CF-10415",),
    utterances=("hi",),
    last_replies=("Hello",),
)


def test_a_state_comes_back_as_it_was():
    assert from_json(to_json(FULL)) == FULL
    assert from_json(to_json(DialogueState())) == DialogueState()


def test_a_conversation_without_a_state_starts_a_new_one():
    assert from_json(None) == DialogueState()


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"version": 99},
        to_json(FULL) | {"form": "x"},
        to_json(FULL) | {"question": "?"},
        to_json(FULL) | {"slots": []},
        to_json(FULL) | {"utterances": "text"},
        to_json(FULL) | {"language": "de"},
        {key: value for key, value in to_json(FULL).items() if key != "turns"},
    ],
)
def test_what_is_no_state_is_refused(broken):
    with pytest.raises(Malformed):
        from_json(broken)
