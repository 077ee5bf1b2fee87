"""Two machines that answer each other: the bot falls silent. A person who asks a lot is answered."""

from datetime import UTC, datetime, timedelta

import pytest

from bots.brake import Braked, Line, why_braked

START = datetime(2026, 3, 4, 10, tzinfo=UTC)


def talk(*said: tuple[float, str]) -> list[Line]:
    """Each is heard so many seconds after our last answer, which comes half a second after what was heard."""
    lines: list[Line] = []
    at = START
    for seconds, text in said:
        at += timedelta(seconds=seconds)
        lines.append(Line(at=at, text=text, ours=False))
        at += timedelta(seconds=0.5)
        lines.append(Line(at=at, text="Nous sommes ouverts de 9 h à 18 h.", ours=True))
    return lines[:-1]


def answers_before_the_brake(text_of: object, seconds: float = 0.4) -> int:
    """How often the bot answers a machine that never stops."""
    said: list[tuple[float, str]] = [(60, "Quels sont vos horaires ?")]
    for number in range(200):
        lines = talk(*said)
        if why_braked(lines, lines[-1].at):
            return len(said) - 1
        said.append((seconds, text_of(number)))  # type: ignore[operator]
    return len(said)


LOOPS = {
    "the same": lambda n: "Merci de votre message. Quels sont vos horaires ? Nous traitons votre demande.",
    "with a counter": lambda n: f"Réponse automatique n° {n}. Votre demande {1000 + n} est enregistrée.",
    "with a date": lambda n: f"Absent jusqu'au {n % 28 + 1}/03/2026. Quels sont vos horaires ?",
    "nearly the same": lambda n: (
        f"Bonjour, nous avons bien reçu votre message et {'revenons' if n % 2 else 'reviendrons'}"
        " vers vous très vite."
    ),
    "in capitals": lambda n: "ABSENT DU BUREAU. MERCI" if n % 2 else "Absent du bureau. Merci",
    "two in turn": lambda n: ("Votre ticket est ouvert, merci.", "Quels sont vos horaires aujourd'hui ?")[
        n % 2
    ],
}


@pytest.mark.parametrize("text_of", LOOPS.values(), ids=LOOPS)
def test_a_machine_that_repeats_itself_gets_four_answers_at_most(text_of: object):
    assert answers_before_the_brake(text_of) <= 4


def test_a_machine_that_repeats_itself_slowly_is_braked_too():
    assert answers_before_the_brake(LOOPS["the same"], seconds=600) <= 4


def test_a_machine_that_always_says_something_new_is_told_by_its_speed():
    words = "commande livraison facture lampe vase retour horaires magasin avis cadeau".split()
    new = lambda n: " ".join(words[(n * k) % 10] for k in range(1, 7)) + f" {words[n % 10]} vraiment"  # noqa: E731

    assert answers_before_the_brake(new) <= 4


def test_a_machine_that_says_ok_for_ever_is_braked_in_the_end():
    assert answers_before_the_brake(lambda n: "OK") <= 6


def test_one_that_is_never_alike_and_never_fast_is_braked_by_the_hour():
    new = lambda n: "".join(chr(97 + (n * 7 + k * k) % 26) for k in range(40))  # noqa: E731

    assert answers_before_the_brake(new, seconds=8) <= 40


PEOPLE = {
    "three questions in a minute": [
        (60, "Quels sont vos horaires ?"),
        (15, "Et le samedi ?"),
        (20, "Vous livrez à Lyon ?"),
    ],
    "short answers": [
        (60, "Où est ma commande ?"),
        (6, "CF-10234"),
        (5, "oui"),
        (5, "oui"),
        (4, "non"),
        (5, "oui"),
    ],
    "the same question twice": [(60, "Où est ma commande ?"), (20, "Où est ma commande ??")],
    "a fast typist": [
        (60, "bonjour"),
        (3, "ma commande n'est pas là"),
        (4, "c'est la CF-10234"),
        (3, "merci beaucoup"),
    ],
    "a button pressed at once": [
        (60, "menu"),
        (1, "horaires"),
        (1, "retour"),
        (1, "livraison"),
        (1, "merci"),
    ],
}


@pytest.mark.parametrize("said", PEOPLE.values(), ids=PEOPLE)
def test_a_person_is_answered(said: list[tuple[float, str]]):
    lines = talk(*said)

    assert why_braked(lines, lines[-1].at) is None


def test_what_was_said_the_day_before_yesterday_does_not_count():
    lines = talk(*[(86_400, "Quels sont vos horaires, s'il vous plaît ?")] * 5)

    assert why_braked(lines, lines[-1].at) is None


def test_the_reason_is_told():
    lines = talk(*[(60, "Réponse automatique. Quels sont vos horaires ?")] * 3)

    assert why_braked(lines, lines[-1].at) is Braked.REPEATS
    assert why_braked([], START) is None
