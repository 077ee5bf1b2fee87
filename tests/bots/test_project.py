"""A Rasa project is read as parts, and one part is changed without touching the rest of the files."""

from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from bots.errors import BotFilesInvalid
from bots.project import FIRST_LINE, Kind, check_files, is_test, kept_of, language_of, parts_of, with_part
from core.words import Language

DOMAIN = """version: "3.1"

# What customers want.
intents:
  - greet
  - order_status:
      use_entities: []
  - goodbye  # leaves
responses:
  utter_greet:
    - text: "Bonjour !"  # short
      condition:
        - type: slot
          name: language
          value: fr
    - text: Hello!
slots:
  order_number:
    type: text
    mappings:
      - type: from_entity
        entity: order_number
session_config:
  session_expiration_time: 60
"""
FRENCH = """version: "3.1"
nlu:
- intent: greet
  examples: |
    - bonjour
    - salut à tous
# Asked most.
- intent: order_status
  examples: |
    - où est ma commande [CF-10234](order_number)
    - ma [commande]{"entity": "thing", "role": "wanted"} ?
- lookup: town
  examples: |
    - Nantes
- synonym: CF-1
  examples: |
    - la première
- intent: greet
  examples: |
    - coucou
"""
ENGLISH = """nlu:
- intent: greet
  examples:
  - text: |
      hello
    metadata:
      sentiment: good
"""
RULES = """rules:
- rule: Greet
  condition:
  - slot_was_set:
    - language: fr
  steps:
  - intent: greet
  - action: utter_greet
stories:
- story: Somebody asks
  steps:
  - intent: order_status
  - checkpoint: asked
"""
_LAUGHS = "\n".join(f"{b}: &{b} [{','.join([f'*{a}'] * 10)}]" for a, b in pairwise("abcdefgh"))
FILES = {
    "domain.yml": DOMAIN,
    "data/nlu.fr.yml": FRENCH,
    "data/nlu.en.yml": ENGLISH,
    "data/rules.yml": RULES,
    "tests/test_stories.yml": "stories:\n- story: x\n  steps: []\n",
}


def value(files: Any, kind: Kind, name: str) -> Any:
    return parts_of(files)[kind, name].value


def changed(kind: Kind, name: str, told: Any) -> dict[str, str]:
    return {**FILES, **with_part(FILES, kind, name, told)}


def test_every_part_is_read_in_rasa_s_own_structure() -> None:
    parts = parts_of(FILES)
    assert value(FILES, Kind.INTENT, "greet") == {
        "examples": {
            "fr": ["bonjour", "salut à tous", "coucou"],
            "en": [{"text": "hello\n", "metadata": {"sentiment": "good"}}],
        },
        "options": None,
    }
    assert value(FILES, Kind.INTENT, "order_status")["options"] == {"use_entities": []}
    assert value(FILES, Kind.LOOKUP, "town") == {"fr": ["Nantes"]}
    assert value(FILES, Kind.RULE, "Greet")["condition"] == [{"slot_was_set": [{"language": "fr"}]}]
    assert [kind.value for kind, _ in parts] == [
        "intent", "intent", "intent", "slot", "response", "lookup", "synonym", "rule", "story"
    ]  # fmt: skip
    assert (Kind.STORY, "x") not in parts


def test_an_example_is_added_where_the_others_are_and_comments_stay() -> None:
    told = value(FILES, Kind.INTENT, "order_status")
    told["examples"]["fr"].append("où en est mon colis")
    only = with_part(FILES, Kind.INTENT, "order_status", told)
    assert list(only) == ["data/nlu.fr.yml"]
    assert only["data/nlu.fr.yml"] == FRENCH.replace(
        '"wanted"} ?\n', '"wanted"} ?\n    - où en est mon colis\n'
    )


def test_an_example_is_taken_away_where_it_stands() -> None:
    told = value(FILES, Kind.INTENT, "greet")
    told["examples"]["fr"].remove("coucou")
    after = changed(Kind.INTENT, "greet", told)
    assert after["data/nlu.fr.yml"] == FRENCH.replace("- intent: greet\n  examples: |\n    - coucou\n", "")
    assert after["data/nlu.en.yml"] == ENGLISH


def test_a_new_intent_stands_in_the_domain_and_in_the_files_of_its_languages() -> None:
    told = {"examples": {"fr": ["annuler ma commande"], "en": ["cancel my order"]}, "options": None}
    after = changed(Kind.INTENT, "cancel_order", told)
    assert value(after, Kind.INTENT, "cancel_order") == told
    assert "  - cancel_order\n" in after["domain.yml"]
    assert "# leaves" in after["domain.yml"]
    assert "annuler" in after["data/nlu.fr.yml"]
    assert "cancel my order" in after["data/nlu.en.yml"]


def test_an_intent_is_removed_everywhere() -> None:
    after = changed(Kind.INTENT, "greet", None)
    assert (Kind.INTENT, "greet") not in parts_of(after)
    assert "bonjour" not in after["data/nlu.fr.yml"].lower()
    assert value(after, Kind.INTENT, "order_status") == value(FILES, Kind.INTENT, "order_status")


@pytest.mark.parametrize(
    ("kind", "name", "told"),
    [
        (Kind.RESPONSE, "utter_greet", [{"text": "Bonjour\nà tous", "channel": "sms", "buttons": []}]),
        (Kind.RESPONSE, "utter_new", [{"text": "no"}]),
        (Kind.SLOT, "order_number", {"type": "any", "mappings": []}),
        (Kind.SLOT, "town", {"type": "categorical", "values": ["yes", "no", "on"], "mappings": []}),
        (Kind.FORM, "order_form", {"required_slots": ["order_number"], "ignored_intents": ["greet"]}),
        (Kind.RULE, "Greet", {"steps": [{"intent": "greet"}, {"action": "utter_new"}]}),
        (Kind.RULE, "Leave", {"steps": [{"intent": "goodbye"}], "wait_for_user_input": False}),
        (Kind.STORY, "Somebody asks", {"steps": [{"or": [{"intent": "a"}, {"intent": "b"}]}]}),
        (Kind.STORY, "Another", {"steps": [{"user": "hello [x](y)", "intent": "greet"}]}),
        (Kind.ENTITY, "town", {"roles": ["from", "to"]}),
        (Kind.ENTITY, "colour", None),
        (Kind.ACTION, "action_look_up", None),
        (Kind.LOOKUP, "town", {"fr": ["Nantes", "Brest"]}),
        (Kind.REGEX, "order_number", {"fr": ["[A-Z]{2}-\\d{5}"]}),
        (Kind.SYNONYM, "CF-1", {"fr": ["le premier"], "en": ["the first"]}),
    ],
)
def test_a_part_of_any_kind_is_written_and_read_again(kind: Kind, name: str, told: Any) -> None:
    there = told if told is not None else True
    after = changed(kind, name, there)
    assert parts_of(after)[kind, name].value == told
    others = {key: part for key, part in parts_of(FILES).items() if key != (kind, name)}
    assert {key: parts_of(after)[key] for key in others} == others
    assert "session_expiration_time: 60" in after["domain.yml"]
    gone = {**after, **with_part(after, kind, name, None)}
    assert (kind, name) not in parts_of(gone)


def test_what_is_written_as_it_was_changes_no_file() -> None:
    for (kind, name), part in parts_of(FILES).items():
        told = True if part.value is None else part.value
        after = {**FILES, **with_part(FILES, kind, name, told)}
        assert parts_of(after) == parts_of(FILES), (kind, name)


def test_the_bot_of_the_product_is_a_project_and_every_part_of_it_can_be_changed() -> None:
    files = {path.name: path.read_text() for path in Path(FIRST_LINE).glob("*.yml")}
    parts = parts_of(files)
    told = dict(parts[Kind.INTENT, "order_status"].value)
    told["examples"] = {**told["examples"], "fr": [*told["examples"]["fr"], "et mon colis alors"]}
    only = with_part(files, Kind.INTENT, "order_status", told)
    before, after = files["nlu.fr.yml"].splitlines(), only["nlu.fr.yml"].splitlines()
    assert [line for line in after if line not in before] == ["    - et mon colis alors"]
    assert len(after) == len(before) + 1


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (Kind.RESPONSE, {"text": "x"}),
        (Kind.RESPONSE, "x"),
        (Kind.RULE, {"rule": "x"}),
        (Kind.STORY, []),
        (Kind.SLOT, ["x"]),
        (Kind.INTENT, {"examples": ["x"]}),
        (Kind.LOOKUP, ["x"]),
    ],
)
def test_a_value_of_another_shape_is_refused(kind: Kind, told: Any) -> None:
    with pytest.raises(BotFilesInvalid):
        with_part(FILES, kind, "x", told)


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("../domain.yml", "a: 1"),
        ("/etc/domain.yml", "a: 1"),
        ("domain.txt", "a: 1"),
        ("domain.yml", "- a"),
        ("domain.yml", "a: [1"),
        ("domain.yml", "a: &x [*x]"),
        ("domain.yml", "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + _LAUGHS),
    ],
)
def test_a_file_that_is_none_is_refused(path: str, text: str) -> None:
    with pytest.raises(BotFilesInvalid):
        check_files({path: text})


def test_the_name_of_a_file_says_its_language_and_whether_it_is_for_trying() -> None:
    assert [language_of(path, Language.FR).value for path in ("nlu.en.yml", "en/nlu.yml", "nlu.yml", "men.yml")] == [
        "en", "en", "fr", "fr"
    ]  # fmt: skip
    assert [is_test(path) for path in ("test.fr.yml", "tests/a.yml", "latest.yml", "data/test_stories.yml")] == [
        True, True, False, True
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "kept"), [("", None), ("out_of_scope: {kept: 0.9}\n", 0.9), ("other: 1\n", None)]
)
def test_the_share_to_keep_is_read(told: str, kept: float | None) -> None:
    assert kept_of({**FILES, **({"filrouge.yml": told} if told else {})}) == kept


@pytest.mark.parametrize("told", ["{kept: 2}", "{kept: 0.1}", "{kept: yes}", "0.9", "{}", "{kept: true}"])
def test_a_share_that_is_none_is_refused(told: str) -> None:
    with pytest.raises(BotFilesInvalid, match="kept"):
        kept_of({"filrouge.yml": f"out_of_scope: {told}\n"})
