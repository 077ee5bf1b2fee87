"""Projects as teams bring them from Rasa: stories, forms of several slots, own actions, buttons, intents in parts."""

from collections.abc import Mapping
from typing import Any

import pytest

from bots.action_server import read_done
from bots.dialogue.outcome import ActionDone, ActionFailed, HandoverReason, Turn
from bots.dialogue.script import script_of
from bots.dialogue.state import from_json, to_json
from bots.errors import BotFilesInvalid
from core.errors import Malformed
from tests.bots.test_dialogue import Table

DOMAIN = """
version: "3.1"
intents: [greet, mood_great, mood_unhappy, affirm, deny, book, inform, goodbye, faq/prices, faq/parking, stop]
entities: [city, people]
slots:
  city: {type: text, mappings: [{type: from_entity, entity: city}]}
  people: {type: text, mappings: [{type: from_entity, entity: people}]}
  wish: {type: text, mappings: [{type: from_text, conditions: [{active_loop: booking_form, requested_slot: wish}]}]}
  member: {type: bool, initial_value: false, mappings: [{type: custom}]}
forms:
  booking_form: {required_slots: [city, people, wish]}
actions: [action_price, validate_booking_form, action_listen]
responses:
  utter_greet:
  - text: "How are you?"
    buttons: [{title: Great, payload: /mood_great}, {title: So so, payload: /mood_unhappy}]
  utter_happy: [{text: "Carry on!"}]
  utter_cheer_up: [{text: "Here is a picture of a tiger."}]
  utter_did_it_help: [{text: "Did that help?"}]
  utter_bye: [{text: "Bye"}]
  utter_ask_city: [{text: "Which city?"}]
  utter_ask_people: [{text: "How many people?"}]
  utter_ask_wish: [{text: "Any wish?"}]
  utter_booked: [{text: "{people} in {city}: {wish}, {price}"}]
  utter_faq/prices: [{text: "Ten euros."}]
  utter_faq/parking: [{text: "Behind the house."}]
  utter_member: [{text: "Dear member", condition: [{type: slot, name: member, value: true}]}, {text: "Dear guest"}]
"""
RULES = """
version: "3.1"
rules:
- rule: questions
  steps: [{intent: faq}, {action: utter_faq}]
- rule: members leave otherwise
  condition: [{slot_was_set: [{member: true}]}]
  steps: [{intent: goodbye}, {action: utter_member}, {action: utter_bye}]
- rule: leave
  steps: [{intent: goodbye}, {action: utter_bye}]
- rule: book
  steps: [{intent: book}, {action: booking_form}, {active_loop: booking_form}]
- rule: booked
  condition: [{active_loop: booking_form}]
  steps: [{action: booking_form}, {active_loop: null}, {action: action_price}, {action: utter_booked}]
- rule: stop a booking
  condition: [{active_loop: booking_form}]
  steps: [{intent: stop}, {action: action_deactivate_loop}, {active_loop: null}, {action: utter_bye}]
"""
STORIES = """
version: "3.1"
stories:
- story: happy
  steps: [{intent: greet}, {action: utter_greet}, {intent: mood_great}, {action: utter_happy}]
- story: sad
  steps: [{intent: greet}, {action: utter_greet}, {intent: mood_unhappy}, {action: utter_cheer_up},
          {action: utter_did_it_help}, {checkpoint: helped}]
- story: it helped
  steps: [{checkpoint: helped}, {or: [{intent: affirm}, {intent: mood_great}]}, {action: utter_happy}]
- story: it did not
  steps: [{checkpoint: helped}, {intent: deny}, {action: utter_bye}]
"""
FILES = {"domain/main.yml": DOMAIN, "data/rules.yml": RULES, "data/stories.yml": STORIES}


@pytest.fixture
def table() -> Table:
    return Table(script_of(FILES))


def test_stories_lead_on_by_what_was_said_before(table: Table) -> None:
    assert table.hears("greet").replies == ("How are you?\n1. Great\n2. So so",)
    sad = table.hears("mood_unhappy")
    assert sad.replies == ("Here is a picture of a tiger.", "Did that help?")
    assert table.hears("deny").replies == ("Bye",)


def test_an_alternative_and_a_checkpoint_lead_on_too(table: Table) -> None:
    table.hears("greet")
    table.hears("mood_unhappy")
    assert table.hears("affirm").replies == ("Carry on!",)


def test_a_story_is_found_in_the_middle_of_another_talk(table: Table) -> None:
    table.hears("faq/prices")
    table.hears("greet")
    assert table.hears("mood_great").replies == ("Carry on!",)


@pytest.mark.parametrize("said", ["2", "so so", "So so."])
def test_a_button_is_pressed_by_its_number_or_its_words(table: Table, said: str) -> None:
    table.hears("greet")
    assert table.hears("out_of_scope", said).replies[0] == "Here is a picture of a tiger."


def test_numbers_mean_buttons_only_right_after_them(table: Table) -> None:
    table.hears("greet")
    table.hears("goodbye")
    assert table.hears("goodbye", "2").replies == ("Bye",)


def test_each_part_of_an_intent_has_its_answer(table: Table) -> None:
    assert table.hears("faq/prices").replies == ("Ten euros.",)
    assert table.hears("faq/parking").replies == ("Behind the house.",)


def validated(table: Table, **slots: str | None) -> Turn:
    assert table.state.awaiting == "validate_booking_form"
    return table.learns(ActionDone(slots=slots))


def test_a_form_takes_what_is_given_in_whichever_order_and_its_server_validates_it(table: Table) -> None:
    table.hears("book", people="4")
    assert validated(table).replies == ("Which city?",)
    table.hears("inform", city="Atlantis")
    refused = table.learns(ActionDone(slots={"city": None}, said=("We are not in Atlantis.",)))
    assert refused.replies == ("We are not in Atlantis.", "Which city?")
    table.hears("inform", city="Nantes")
    assert validated(table).replies == ("Any wish?",)
    table.hears("inform", "a table by the window")
    priced = validated(table)
    assert priced.action is not None
    assert priced.action.name == "action_price"
    done = table.learns(ActionDone(slots={"price": "40 euros"}, said=("One moment.",)))
    assert done.replies == ("One moment.", "4 in Nantes: a table by the window, 40 euros")
    assert table.state.form is None


def test_a_value_given_before_is_corrected(table: Table) -> None:
    table.hears("book", people="4", city="Nantes")
    validated(table)
    table.hears("inform", "no, Rennes", city="Rennes")
    assert validated(table).replies == ("Any wish?",)
    assert table.state.slots["city"] == "Rennes"


def test_a_question_in_between_comes_back_to_the_form(table: Table) -> None:
    table.hears("book", people="4")
    validated(table)
    assert table.hears("faq/parking").replies == ("Behind the house.", "Which city?")


def test_a_rule_of_the_form_ends_it(table: Table) -> None:
    table.hears("book", people="4")
    validated(table)
    assert table.hears("stop").replies == ("Bye",)
    assert table.state.form is None


def test_a_rule_holds_where_its_slot_is_set(table: Table) -> None:
    table.state = table.state.with_slot("member", "True")
    assert table.hears("goodbye").replies == ("Dear member", "Bye")


def test_a_server_that_fails_means_a_person(table: Table) -> None:
    table.hears("book", people="4")
    plan = table.learns(ActionFailed(problem="down"))
    assert plan.handover is not None
    assert plan.handover.reason is HandoverReason.BOT_FAILED


def test_the_state_of_it_all_is_stored_whole(table: Table) -> None:
    table.hears("greet")
    assert from_json(to_json(table.state)) == table.state
    table.hears("book", people="4")
    assert from_json(to_json(table.state)) == table.state


def test_what_nobody_planned_is_asked_back(table: Table) -> None:
    assert table.hears("stop").replies == ("Je n'ai pas bien compris. Pouvez-vous le dire autrement ?",)


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("data/stories.yml", "utter_happy", "utter_nothing", "utter_nothing"),
        ("data/stories.yml", "{intent: greet}", "{intent: unheard}", "unheard"),
        ("domain/main.yml", '  utter_ask_city: [{text: "Which city?"}]\n', "", "utter_ask_city"),
        ("domain/main.yml", "[city, people, wish]", "[]", "asks for nothing"),
    ],
)
def test_what_cannot_be_played_is_refused_with_its_name(file: str, old: str, new: str, problem: str) -> None:
    with pytest.raises(BotFilesInvalid, match=problem):
        script_of({**FILES, file: FILES[file].replace(old, new, 1)})


def test_alternatives_without_end_are_refused() -> None:
    either = "{or: [{intent: affirm}, {intent: deny}]}, {action: utter_bye}"
    steps = ", ".join([either] * 14)
    many = f"stories:\n- story: many\n  steps: [{steps}]\n"
    with pytest.raises(BotFilesInvalid, match="paths"):
        script_of({**FILES, "data/more_stories.yml": many})


@pytest.mark.parametrize(
    ("body", "done"),
    [
        (
            {
                "events": [
                    {"event": "slot", "name": "price", "value": 40},
                    {"event": "followup", "name": "x"},
                ],
                "responses": [{"text": "Hi"}, {"response": "utter_booked", "city": "Nantes"}, {"image": "…"}],
            },
            ActionDone(slots={"price": "40"}, said=("Hi", ("utter_booked", {"city": "Nantes"})), then="x"),
        ),
        ({"events": [], "responses": []}, ActionDone()),
        ({}, ActionDone()),
    ],
)
def test_an_action_servers_answer_is_read(body: Mapping[str, Any], done: ActionDone) -> None:
    assert read_done(body) == done


@pytest.mark.parametrize("body", [[], "text", {"events": [{"event": "slot"}]}, {"responses": ["text"]}])
def test_an_answer_of_another_shape_is_refused(body: Any) -> None:
    with pytest.raises(Malformed):
        read_done(body)
