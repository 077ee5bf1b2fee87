"""Who is who: names, sounds, keys and the score of two parties."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.identity.blocking import keys_of
from crm.identity.compare import Field, Level
from crm.identity.names import Name, organisation_words, person_name, split_name
from crm.identity.phonetics import sound
from crm.identity.profile import Place, Profile, company_number, place
from crm.identity.scoring import Verdict, score, verdict
from crm.parties.model import PartyKind

BASE = 100_000


@pytest.mark.parametrize(
    "names",
    [
        "Dupont Dupond Dupons Duponts",
        "Thibault Tibaud Thibeau Thibaut Tibo",
        "Gauthier Gautier Gaultier",
        "Raynaud Reynaud Renault Renaud",
        "Leclerc Leclerq Leclair",
        "Durand Durant Duran",
        "Philippe Filipe Philipe",
        "Henry Henri",
        "Moreau Moraux Morot",
        "Chevallier Chevalier",
        "François Franssois Fransois",
        "Catherine Katherine",
        "Schmitt Schmidt",
        "Éloïse Heloise",
        "Martin Martain Marten",
        "Lambert Lembert",
        "MacDonald McDonald",
    ],
)
def test_names_that_sound_alike_have_one_code(names: str) -> None:
    assert len({sound(name) for name in names.split()}) == 1


@pytest.mark.parametrize(
    "names", ["Durand Durin", "Jean Jin", "Chevalier Cavalier", "Blanc Blanco", "Léa Léo"]
)
def test_names_that_sound_different_have_two(names: str) -> None:
    one, other = names.split()
    assert sound(one) != sound(other)


@given(st.text(max_size=60))
def test_any_text_has_a_sound(text: str) -> None:
    code = sound(text)
    assert code == sound(text.upper()) or not text.isascii()
    assert len(code) <= 4 * len(text) + 4


@pytest.mark.parametrize(
    ("shown", "name"),
    [
        ("Léa Martin", Name(("lea",), ("martin",))),
        ("MARTIN Léa", Name(("lea",), ("martin",))),
        ("Martin, Léa", Name(("lea",), ("martin",))),
        ("Mme L. de la Tour", Name(("l",), ("latour",))),
        ("Jean-Pierre Le Gall", Name(("jean", "pierre"), ("legall",))),
        ("LEGALL jean pierre", Name(("jean", "pierre"), ("legall",))),
        ("VAN DER BERG Anna", Name(("anna",), ("berg",))),
        ("Anne-Sophie d'Almeida", Name(("anne", "sophie"), ("almeida",))),
        ("Mohamed Ben Ali", Name(("mohamed",), ("benali",))),
        ("Paul St Martin", Name(("paul",), ("saintmartin",))),
        ("Dr. Müller", Name((), ("muller",))),
        ("Иван Петров", Name(("ivan",), ("petrov",))),
        ("", Name((), ())),
    ],
)
def test_a_name_is_read_however_it_is_written(shown: str, name: Name) -> None:
    assert person_name(shown) == name


def test_an_organisation_is_called_by_its_own_words() -> None:
    assert organisation_words("SARL Boulangerie du Port") == ("boulangerie", "port")
    assert organisation_words("S.A.S. Éts Martin & fils") == ("martin", "fils")
    assert organisation_words("La Société") == ("la", "societe")


@pytest.mark.parametrize("raw", ["732 829 320", "73282932000074", "FR 44 732829320", "732.829.320 00074"])
def test_siren_siret_and_vat_number_name_one_company(raw: str) -> None:
    assert company_number(raw) == "732829320"


def test_an_address_is_read_without_small_words() -> None:
    home = Place(number="12", street=("rue", "republique"), postcode="44000", city="nantes")
    assert place("12 rue de la République", postcode="44 000", city="NANTES CEDEX 1") == home
    assert place("12, R. République", postcode="44000", city="Nantes") == home


def person(name: str, **known: object) -> Profile:
    return Profile(name=person_name(name), **known)  # type: ignore[arg-type]


LEA = person(
    "Léa Martin",
    birth=date(1984, 3, 12),
    phones=("+33639981234",),
    places=(place("12 rue de la République", postcode="44000", city="Nantes"),),
)


@pytest.mark.parametrize(
    "other",
    [
        person("MARTIN Lea", birth=date(1984, 3, 12), phones=("+33639981234",)),
        person("Léa Martain", birth=date(1984, 3, 12), places=LEA.places),
        person("Martin, L.", birth=date(1984, 12, 3), phones=("+33639981234",), places=LEA.places),
        person("Mlle Léa MARTIN", birth=date(1984, 3, 13), phones=("+33639981243",), places=LEA.places),
    ],
)
def test_one_person_written_twice_is_certain(other: Profile) -> None:
    assert verdict(score(LEA, other).probability(BASE)) is Verdict.CERTAIN
    assert set(keys_of(LEA)) & set(keys_of(other))


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (person("Léa Martin"), Verdict.NEW),  # there are dozens
        (person("Léa Martin", places=(place(postcode="44000", city="Nantes"),)), Verdict.LIKELY),
        (person("Léa Martin", phones=("+33639981234",)), Verdict.CERTAIN),
        (person("Paul Martin", phones=LEA.phones, places=LEA.places), Verdict.NEW),  # at home with them
        (person("Hugo Martin", birth=date(2012, 5, 1), phones=LEA.phones, places=LEA.places), Verdict.NEW),
        (person("Sophie Bernard", phones=LEA.phones), Verdict.NEW),  # a shared handset
        (person("Léa Martin", birth=date(1961, 7, 30), phones=("+33639980000",)), Verdict.NEW),  # a namesake
        (person("Léa Martin", birth=date(1961, 7, 30), places=LEA.places), Verdict.LIKELY),  # or a slip: ask
    ],
)
def test_who_is_near_is_not_the_same(other: Profile, expected: Verdict) -> None:
    found = score(LEA, other)
    assert verdict(found.probability(BASE)) is expected, found


def test_a_score_says_why() -> None:
    reasons = {r.field: r.level for r in score(LEA, person("Lea MARTAIN", phones=LEA.phones)).reasons}
    assert reasons == {Field.GIVEN_NAME: Level.SAME, Field.FAMILY_NAME: Level.SOUND, Field.PHONE: Level.SAME}


def test_companies_are_told_apart_by_number_before_name() -> None:
    def company(name: str, number: str) -> Profile:
        return Profile(
            kind=PartyKind.ORGANISATION, organisation=organisation_words(name), company_numbers=(number,)
        )

    one = company("SARL Boulangerie du Port", "732829320")
    assert (
        verdict(score(one, company("Boulangerie du Port", "732829320")).probability(BASE)) is Verdict.CERTAIN
    )
    assert verdict(score(one, company("Boulangerie du Port", "552100554")).probability(BASE)) is Verdict.NEW


def test_a_person_is_never_an_organisation() -> None:
    shop = Profile(kind=PartyKind.ORGANISATION, organisation=("lea", "martin"), phones=LEA.phones)
    assert score(LEA, shop).probability(2) < 0.01


WORD = st.text("abcdefghijklmnopqrstuvwxyzéèç '-", min_size=1, max_size=12)
PROFILES = st.builds(
    lambda given, family, born, phone: Profile(
        name=split_name(given, family), birth=born, phones=(phone,) if phone else ()
    ),
    WORD,
    WORD,
    st.none() | st.dates(),
    st.just("") | st.from_regex(r"\+336399[0-9]{5}", fullmatch=True),
)


@given(PROFILES, PROFILES)
def test_who_is_compared_with_whom_makes_no_difference(one: Profile, other: Profile) -> None:
    assert score(one, other).bits == pytest.approx(score(other, one).bits)


@given(PROFILES)
def test_nobody_is_less_like_themselves_than_like_another(profile: Profile) -> None:
    assert all(reason.level is Level.SAME for reason in score(profile, profile).reasons)
