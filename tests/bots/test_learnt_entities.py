"""Entities that designers list, write patterns for, or mark in examples."""

import pytest

from bots.nlu.learnt_entities import Learnt, learn_entities, usable
from bots.rasa_format import WordList, parse_example

MARKED = [
    "je veux aller à [Nantes](city) demain",
    "un billet pour [Lyon](city) s'il vous plaît",
    "de [Brest](city) à [Paris](city)",
    "aller à [Rennes](city) ce soir",
    "un billet pour [Angers](city)",
    "je pars pour [Le Mans](city) avec ma fille",
    "deux billets pour [Vannes](city)",
]
PLAIN = ["bonjour à tous", "je veux un remboursement", "merci pour tout", "un conseiller pour moi"]
LISTS = [
    WordList(kind="lookup", name="product", entries=("cafetière à piston", "théière")),
    WordList(kind="synonym", name="Paris", entries=("Paname", "la capitale")),
    WordList(kind="regex", name="seat", entries=(r"\b\d{1,2}[A-F]\b", "(a+)+b", "[unclosed")),
]


@pytest.fixture(scope="module")
def learnt() -> Learnt:
    examples = [parse_example("go", line) for line in [*MARKED, "la place [12A](seat)", *PLAIN]]
    return learn_entities(examples, LISTS, frozenset({"date"}))


def found(learnt: Learnt, text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.value) for one in learnt.find(text)]


def test_listed_phrases_are_found_whatever_their_case_and_accents(learnt: Learnt) -> None:
    assert found(learnt, "La CAFETIERE A PISTON fuit") == [("product", "cafetière à piston")]
    assert found(learnt, "une cafetière") == []


def test_what_was_marked_is_found_again_and_others_by_where_they_stand(learnt: Learnt) -> None:
    assert found(learnt, "nantes") == [("city", "Nantes")]
    assert found(learnt, "un billet pour Quimper") == [("city", "Quimper")]
    assert found(learnt, "bonjour à tous") == []


def test_a_synonym_gives_its_value_and_a_place_in_the_text(learnt: Learnt) -> None:
    text = "un billet pour Paname"
    (one,) = learnt.find(text)
    assert (one.value, text[one.start : one.end]) == ("Paris", "Paname")


def test_patterns_are_found_and_those_that_could_take_for_ever_are_left_out(learnt: Learnt) -> None:
    assert found(learnt, "place 7C") == [("seat", "7C")]
    assert len(learnt.patterns) == 1


@pytest.mark.parametrize("pattern", ["(a+)+", "(a|a)*b", "a**", "x" * 501, r"(a)\1", "(?=a)"])
def test_a_pattern_that_may_not_end_is_not_used(pattern: str) -> None:
    assert usable(pattern) is None


def test_roles_and_values_of_rasas_long_form_are_read() -> None:
    line = 'de [Lyon]{"entity": "city", "role": "from", "value": "LYS"} à [Nice](city:NCE)'
    learnt = learn_entities([parse_example("go", line)], (), frozenset())
    assert found(learnt, "nice puis lyon") == [("city", "NCE"), ("city", "LYS")]


def test_nothing_taught_finds_nothing() -> None:
    assert learn_entities([], (), frozenset()).find("un billet pour Nantes") == ()


def test_long_and_hostile_text_is_looked_through_at_once(learnt: Learnt) -> None:
    learnt.find("a" * 5_000 + " " + "Nantes " * 500 + "\x00\u202e" * 100)
