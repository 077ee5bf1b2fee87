"""Rasa's files come in and go out with nothing lost."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.dialogue.script import load_script, make_script
from bots.errors import BotFilesInvalid
from bots.project import FIRST_LINE
from bots.rasa_format import (
    Annotation,
    Example,
    NluData,
    parse_example,
    read_domain,
    read_nlu,
    read_rules,
    read_text,
    write_domain,
    write_nlu,
    write_rules,
)
from core.words import Language

WORDS = st.text(
    st.characters(codec="utf-8", exclude_categories=["C", "Z"], exclude_characters="[](){}"), min_size=1
)
PHRASES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)


@st.composite
def examples(draw):
    before, marked, after = draw(PHRASES), draw(PHRASES), draw(PHRASES)
    value = draw(
        st.none() | st.text(st.characters(codec="utf-8", exclude_characters="{}", exclude_categories=["C"]))
    )
    annotation = Annotation(
        start=len(before) + 1, end=len(before) + 1 + len(marked), entity="thing", value=value
    )
    annotations = draw(st.sampled_from([(), (annotation,)]))
    return Example(
        intent=draw(st.sampled_from("abc")), text=f"{before} {marked} {after}", annotations=annotations
    )


@settings(deadline=None)
@given(st.lists(examples(), max_size=8))
def test_examples_written_are_read_again_as_they_were(written):
    grouped = sorted(written, key=lambda example: [one.intent for one in written].index(example.intent))

    assert read_nlu(write_nlu(NluData(examples=tuple(grouped)))) == NluData(examples=tuple(grouped))


@pytest.mark.parametrize("name", ["nlu.fr.yml", "nlu.en.yml", "test.fr.yml", "test.en.yml"])
def test_the_shipped_examples_survive_the_round_trip(name):
    data = read_nlu(read_text(FIRST_LINE / name))

    assert data.examples
    assert read_nlu(write_nlu(data)) == data


def test_the_shipped_domain_and_rules_survive_the_round_trip():
    domain = read_domain(read_text(FIRST_LINE / "domain.yml"))
    rules = read_rules(read_text(FIRST_LINE / "rules.yml"))

    assert read_domain(write_domain(domain)) == domain
    assert read_rules(write_rules(rules)) == rules
    assert make_script(read_domain(write_domain(domain)), rules) == load_script(FIRST_LINE)


def test_what_the_product_does_not_use_is_written_back():
    domain = read_domain(
        "version: '3.1'\nintents: [{hello: {use_entities: []}}]\n"
        "responses: {utter_x: [{text: Hi, buttons: [{title: A, payload: /a}]}]}\n"
        "session_config: {session_expiration_time: 60}\ne2e_actions: [x]\n"
    )

    written = write_domain(domain)

    assert domain.intents == ("hello",)
    assert all(
        word in written for word in ("use_entities", "buttons", "session_expiration_time", "e2e_actions")
    )


def test_annotations_in_all_of_rasas_forms_are_read():
    short = parse_example("a", "order [CF-1](number) now")
    valued = parse_example("a", "to [Paname](city:Paris)")
    long = parse_example("a", 'from [Lyon]{"entity": "city", "role": "start", "value": "LYS"}')

    assert short.text == "order CF-1 now"
    assert short.annotations == (Annotation(start=6, end=10, entity="number"),)
    assert valued.annotations[0].value == "Paris"
    assert long.annotations == (
        Annotation(start=5, end=9, entity="city", value="LYS", details=(("role", "start"),)),
    )


def test_an_intent_may_be_called_yes_or_no():
    data = read_nlu(
        "nlu:\n- intent: no\n  examples: |\n    - nope\n- intent: yes\n  examples: |\n    - yep\n"
    )

    assert [example.intent for example in data.examples] == ["no", "yes"]


def test_lists_and_the_long_form_of_examples_are_read():
    data = read_nlu(
        "nlu:\n- synonym: parcel\n  examples: |\n    - package\n"
        "- intent: a\n  examples:\n  - text: |\n      hello there\n"
    )

    assert (data.lists[0].kind, data.lists[0].entries) == ("synonym", ("package",))
    assert data.examples[0].text == "hello there"


@pytest.mark.parametrize(
    "text",
    [
        "- a list",
        "nlu: {not: a list}",
        "nlu:\n- intent: a\n  examples: |\n    no dash",
        "nlu:\n- something: else",
        "nlu: [unclosed",
        'nlu:\n- intent: a\n  examples: |\n    - [x]{"value": "no entity"}',
        "nlu: !!python/object/apply:os.system ['true']",
    ],
)
def test_what_is_no_training_file_is_refused_with_its_name(text):
    with pytest.raises(BotFilesInvalid, match=r"mine\.yml"):
        read_nlu(text, "mine.yml")


def test_every_text_is_there_in_both_languages_and_none_is_a_link_on_the_telephone():
    script = load_script(FIRST_LINE)
    for key in script.responses:
        for language in Language:
            for voice in (False, True):
                text = script.text(key, language, voice=voice, values={})
                assert text or "{" in script.responses[key][0].text
                assert not (voice and "http" in text)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("action: action_opening_hours", "action: action_unknown", "action_unknown"),
        ("intent: greet", "intent: nobody", "nobody"),
    ],
)
def test_rules_that_cannot_be_played_are_refused_when_they_are_read(old, new, problem):
    domain = read_domain(read_text(FIRST_LINE / "domain.yml"))
    rules = read_rules(read_text(FIRST_LINE / "rules.yml").replace(old, new, 1))

    with pytest.raises(BotFilesInvalid, match=problem):
        make_script(domain, rules)


def test_a_missing_translation_is_said_in_the_other_language():
    domain = read_domain(read_text(FIRST_LINE / "domain.yml"))
    french = tuple(one for one in domain.responses["utter_menu"] if ("language", "fr") in one.conditions)
    script = make_script(replace(domain, responses={**domain.responses, "utter_menu": french}), ())

    said = script.text("utter_menu", Language.EN, voice=False, values={})

    assert said == script.text("utter_menu", Language.FR, voice=False, values={})
