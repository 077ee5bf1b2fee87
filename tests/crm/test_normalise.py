"""Addresses in their one normal form: what is one person, what is none, and why."""

import pytest

from core.errors import InvalidInput
from crm.identity.normalise import (
    NAMELESS,
    email_address,
    phone_address,
    sender_address,
    typed_email_address,
)

FROM_FRANCE = {
    "0692 12 34 56": "+262692123456",
    "0693123456": "+262693123456",
    "0262 12 34 56": "+262262123456",
    "0269 61 12 34": "+262269611234",
    "0639 69 12 34": "+262639691234",
    "0590 12 34 56": "+590590123456",
    "0690 12 34 56": "+590690123456",
    "0594 12 34 56": "+594594123456",
    "0694 12 34 56": "+594694123456",
    "0596 30 12 34": "+596596301234",
    "0696123456": "+596696123456",
    "0639 98 12 34": "+33639981234",
    "06 39 98 12 34": "+33639981234",
    "01 99 00 12 34": "+33199001234",
    "+262 692 12 34 56": "+262692123456",
    "00262692123456": "+262692123456",
}


@pytest.mark.parametrize(("told", "number"), FROM_FRANCE.items())
def test_a_french_number_is_of_the_plan_it_is_valid_in(told: str, number: str):
    assert phone_address(told, "FR").value == number


@pytest.mark.parametrize(
    ("country", "told", "number"),
    [
        ("RE", "0692 12 34 56", "+262692123456"),
        ("RE", "01 99 00 12 34", "+33199001234"),
        ("MQ", "0596 30 12 34", "+596596301234"),
        ("GP", "0690 12 34 56", "+590690123456"),
        ("GF", "01 99 00 12 34", "+33199001234"),
        ("BE", "0470 12 34 56", "+32470123456"),
    ],
)
def test_who_dials_from_overseas_is_understood_too(country: str, told: str, number: str):
    assert phone_address(told, country).value == number


@pytest.mark.parametrize(
    "told",
    [
        "06 39 98 12 34 (mobile)",
        "Tél. 06 39 98 12 34",
        "+33 (0)6 39 98 12 34",
        "tel:+33639981234",
        "mobile : 06.39.98.12.34",
        "06-39-98-12-34 après 18 h",
        "whatsapp:+33639981234",
    ],
)
def test_words_around_a_number_are_left_out(told: str):
    assert phone_address(told, "FR").value == "+33639981234"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("whatsapp:+5215512345678", "+525512345678"),
        ("+52 1 55 1234 5678", "+52 55 1234 5678"),
        ("whatsapp:+554188887777", "+5541988887777"),
        ("+55 11 7123 4567", "+55 11 97123 4567"),
        ("whatsapp:+5491112345678", "+541112345678"),
        ("+54 9 351 123 4567", "+54 351 123 4567"),
    ],
)
def test_two_ways_to_write_a_number_are_one_person(one: str, other: str):
    assert phone_address(one, "FR") == phone_address(other, "FR")


def test_a_brazilian_landline_gets_no_ninth_digit():
    assert phone_address("+55 11 3123 4567", "FR").value == "+551131234567"


@pytest.mark.parametrize("told", ["", "bonjour", "12", "06 39 98", "06 39 98 12 34 ou 06 39 98 12 35", "+33"])
def test_what_is_no_number_is_refused(told: str):
    with pytest.raises(InvalidInput):
        phone_address(told, "FR")


@pytest.mark.parametrize(
    "told", ["36173", "38200", "3949", "FreeMobile", "Info-Banque", "La Poste", "MY.SHOP"]
)
def test_a_sender_without_a_number_is_kept_by_its_name(told: str):
    assert sender_address(told, "FR").value == f"{NAMELESS}{told}"


def test_a_sender_with_a_number_is_its_number():
    assert sender_address("06 39 98 12 34", "FR").value == "+33639981234"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("x@münchen.de", "X@xn--mnchen-3ya.de"),
        ("lea@BÜCHER.example", "lea@xn--bcher-kva.example"),
        ("a.b+c@googlemail.com", "ab@gmail.com"),
        ('"lea.roux"@example.com', "lea.roux@example.com"),
        ("Lea@Example.com.", "lea@example.com"),
        (" lea@example.com ", "lea@example.com"),
    ],
)
def test_two_ways_to_write_a_mailbox_are_one_person(one: str, other: str):
    assert email_address(one) == email_address(other)


@pytest.mark.parametrize(
    "told", ["root@server", "cron@localhost", '"o\'brien"@example.com', "o'brien@example.com"]
)
def test_what_machines_and_people_write_from_is_taken(told: str):
    assert email_address(told).value.count("@") == 1


NO_MAILBOXES = [
    "lea@example..com",
    "lea@.example.com",
    "lea@-example.com",
    "lea@example-.com",
    "first..last@example.com",
    ".lea@example.com",
    "lea.@example.com",
    "A@b@c@example.com",
    "lea",
    "@example.com",
    "lea@",
    "le a@example.com",
    f"{'x' * 65}@example.com",
    f"lea@{'x' * 64}.com",
    f"{'x' * 300}@example.com",
]


@pytest.mark.parametrize("told", NO_MAILBOXES)
def test_what_is_no_mailbox_is_refused_wherever_it_comes_from(told: str):
    for read in (email_address, typed_email_address):
        with pytest.raises(InvalidInput):
            read(told)


@pytest.mark.parametrize(
    "told", ["root@server", "lea@example", "lea@[127.0.0.1]", "lea@exam_ple.com", "<lea@example.com>"]
)
def test_who_types_an_address_is_told_what_is_wrong_with_it(told: str):
    with pytest.raises(InvalidInput, match="is not an e-mail address: "):
        typed_email_address(told)


def test_a_typed_address_is_normal_at_once():
    assert typed_email_address(" Lea@BÜCHER.example ").value == "lea@xn--bcher-kva.example"
