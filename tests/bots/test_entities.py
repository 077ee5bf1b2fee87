"""Values found by their shape."""

from datetime import date
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bots.nlu.cleaning import MAX_CHARS, clean
from bots.nlu.entities import find_entities

MONDAY = date(2026, 11, 23)


def found(text: str, kind: str) -> list[str]:
    return [one.value for one in find_entities(text, MONDAY, "FR") if one.kind == kind]


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("CF-10234", "CF-10234"),
        ("cf-10234", "CF-10234"),
        ("cf10234", "CF-10234"),
        ("c f 1 0 2 3 4", "CF-10234"),
        ("C.F. 10 234", "CF-10234"),
        ("ma commande CF-10234, merci", "CF-10234"),
        ("commande 10234", "10234"),
        ("#10234", "10234"),
        ("10 234", "10234"),
        ("le 10234", "10234"),
        ("no 10234", "10234"),
        ("la commande n°10234.", "10234"),
        ("12345678", "12345678"),
        ("un zéro deux trois quatre", "10234"),
        ("one oh two three four", "10234"),
    ],
)
def test_an_order_number_is_found_however_it_is_written_or_said(text, number):
    assert found(text, "order_number") == [number]


@pytest.mark.parametrize(
    "text",
    [
        "1234",
        "123456789",
        "06 39 98 12 34",
        "+33199001234",
        "le 12/03/2026",
        "10,234.50",
        "12345abc",
        "un deux trois",
    ],
)
def test_other_figures_are_no_order_numbers(text):
    assert found(text, "order_number") == []


@pytest.mark.parametrize("text", ["appelez-moi au 06 39 98 12 34", "my number is +33639981234 thanks"])
def test_a_telephone_number_is_found_in_international_form(text):
    assert found(text, "phone") == ["+33639981234"]


def test_an_address_keeps_its_digits_to_itself():
    assert found("écrivez à camille.10234@example.com", "email") == ["camille.10234@example.com"]
    assert found("écrivez à camille.10234@example.com", "order_number") == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("êtes-vous ouverts aujourd'hui ?", "2026-11-23"),
        ("et demain ?", "2026-11-24"),
        ("après-demain", "2026-11-25"),
        ("vous êtes ouverts dimanche ?", "2026-11-29"),
        ("ouvert le lundi", "2026-11-23"),
        ("le 14 juillet", "2027-07-14"),
        ("le 1er décembre", "2026-12-01"),
        ("le 24/12", "2026-12-24"),
        ("12/03/2026", "2026-03-12"),
        ("are you open on Sundays?", "2026-11-29"),
        ("this evening", "2026-11-23"),
        ("December 24th", "2026-12-24"),
        ("the 4th of July 2027", "2027-07-04"),
        ("le 29 février", "2028-02-29"),
    ],
)
def test_a_day_is_found_as_customers_say_it(text, day):
    assert found(text, "date") == [day]


@pytest.mark.parametrize("text", ["le 31/02", "99/99", "le 45 mai", "maintenant", "mardiste", "24/7"])
def test_what_is_no_day_is_left_alone(text):
    assert found(text, "date") == []


@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_searched_without_failing_and_entities_never_overlap(text):
    cleaned = clean(text)
    entities = find_entities(cleaned, MONDAY, "FR")

    ends = [0] + [one.end for one in entities]
    assert all(one.start >= end for one, end in zip(entities, ends, strict=False))
    assert all(0 <= one.start < one.end <= len(cleaned) <= MAX_CHARS and one.value for one in entities)


@pytest.mark.parametrize("piece", ["1 ", "a@", "a.", "cf", "un ", "0639981234 ", "é", "1/"])
def test_no_repetition_makes_the_search_slow(piece):
    started = process_time()

    find_entities(clean(piece * 50_000), MONDAY, "FR")

    assert process_time() - started < 2
