"""Weights learned from a base that nobody labelled."""

import random
from datetime import date

from crm.identity.compare import Field, Level
from crm.identity.names import split_name
from crm.identity.profile import Profile, place
from crm.identity.scoring import DEFAULT, score
from crm.identity.training import Pattern, counted, learn

GIVEN = "Léa Thomas Zoé Amina Julien Margaux Oliver Grace Karim Chloé Samuel Hélène".split()
FAMILY = (
    "Martin Girard Fontaine Diallo Perrot Delorme Bennett Whitfield Haddad Vasseur Okafor Marchand".split()
)
PEOPLE = 1_000


def made_up(dice: random.Random) -> Profile:
    home = place(f"{dice.randint(1, 99)} rue {dice.choice(FAMILY)}", postcode=f"{dice.randint(10000, 95999)}")
    return Profile(
        name=split_name(dice.choice(GIVEN), dice.choice(FAMILY)),
        birth=date(dice.randint(1940, 2005), dice.randint(1, 12), dice.randint(1, 28)),
        places=(home,),
        emails=(f"{dice.randint(1, 10**9)}@example.com",),
    )


def patterns_of(doubles: int, *, new_mail: bool) -> dict[Pattern, int]:
    """Of doubles, and of as many strangers as share a key by chance."""
    dice = random.Random(3)
    people = [made_up(dice) for _ in range(PEOPLE)]
    strangers = (dice.sample(people, 2) for _ in range(2_000))
    scores = [score(one, other) for one, other in strangers]
    for one in people[:doubles]:
        emails = (f"{dice.randint(1, 10**9)}@example.com",) if new_mail else one.emails
        scores.append(score(one, Profile(name=one.name, birth=one.birth, places=one.places, emails=emails)))
    return counted(scores)


def weight(weights: object, field: Field, level: Level) -> float:
    return float(weights.bits[field][level].one)  # type: ignore[attr-defined]


def test_another_address_says_less_where_people_change_theirs():
    learned = learn(patterns_of(200, new_mail=True), PEOPLE)
    assert learned is not None
    assert 180 < learned.doubles < 220
    before, after = (weight(weights, Field.EMAIL, Level.DIFFERENT) for weights in (DEFAULT, learned.weights))
    assert before < -1.5 < -0.3 < after
    assert weight(learned.weights, Field.EMAIL, Level.SAME) < weight(DEFAULT, Field.EMAIL, Level.SAME)


def test_what_few_doubles_have_stays_what_it_was():
    learned = learn(patterns_of(200, new_mail=False), PEOPLE)
    assert learned is not None
    assert learned.weights.bits[Field.COMPANY_NUMBER] == DEFAULT.bits[Field.COMPANY_NUMBER]
    assert learned.weights.bits[Field.PHONE] == DEFAULT.bits[Field.PHONE]


def test_a_base_with_few_doubles_teaches_nothing():
    assert learn(patterns_of(5, new_mail=False), PEOPLE) is None
    assert learn({}, PEOPLE) is None
    assert learn(patterns_of(200, new_mail=False), 1) is None


def test_a_base_full_of_doubles_makes_a_pair_likelier():
    learned = learn(patterns_of(400, new_mail=False), PEOPLE)
    assert learned is not None
    one = Profile(name=split_name("Léa", "Martin"), places=(place("3 rue X", postcode="44000"),))
    other = Profile(name=split_name("Léa", "Martin"), places=(place("9 rue Y", postcode="44000"),))
    before, after = (score(one, other, weights).probability(PEOPLE) for weights in (DEFAULT, learned.weights))
    assert learned.weights.doubles > 0.5
    assert after != before
