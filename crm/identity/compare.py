"""How alike two parties' values are, in named levels. No weights here: those are `scoring.py`'s."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from enum import StrEnum
from itertools import product

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

from crm.identity.names import Name, are_forms_of_one
from crm.identity.phonetics import sound
from crm.identity.profile import Place, Profile

CLOSE = 0.88  # Jaro-Winkler
FAR = 0.75
NO_DIGIT = re.compile(r"\D")
FEW_SLIPS, LONG_ENOUGH = 2, 4  # letters
A_YEAR = 366  # days


class Field(StrEnum):
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    ORGANISATION = "organisation"
    BIRTH_DATE = "birth_date"
    EMAIL = "email"
    PHONE = "phone"
    PLACE = "place"
    COMPANY_NUMBER = "company_number"
    PERSON_NUMBER = "person_number"


class Level(StrEnum):
    """From the same to something else; a field has those of them that its function below answers."""

    SAME = "same"
    FORM = "form"  # an everyday form, an initial, a part of a compound name
    SOUND = "sound"
    CLOSE = "close"  # a slip of the pen
    PART = "part"
    FAR = "far"
    DIFFERENT = "different"


Compared = tuple[Level, str, str]  # the level, and the two values it comes from
ORDER = {level: index for index, level in enumerate(Level)}


def family_names(one: Name, other: Name) -> Compared | None:
    mine, theirs = one.joined_family, other.joined_family
    if not mine or not theirs:
        return None
    level = _words(mine, theirs)
    if level in (Level.DIFFERENT, Level.FAR) and set(one.family) & set(other.family):
        level = Level.PART
    return level, " ".join(one.family), " ".join(other.family)


def given_names(one: Name, other: Name) -> Compared | None:
    mine, theirs = one.given, other.given
    if not mine or not theirs:
        return None
    shown = " ".join(mine), " ".join(theirs)
    if mine == theirs or "".join(mine) == "".join(theirs):
        return Level.SAME, *shown
    if _is_form(mine, theirs):
        return Level.FORM, *shown
    return _words("".join(mine), "".join(theirs)), *shown


def organisations(one: Sequence[str], other: Sequence[str]) -> Compared | None:
    if not one or not other:
        return None
    shown = " ".join(one), " ".join(other)
    if sorted(one) == sorted(other) or "".join(one) == "".join(other):
        return Level.SAME, *shown
    if "".join(word[0] for word in one) == other[0] or "".join(word[0] for word in other) == one[0]:
        return Level.FORM, *shown
    short, long = sorted((one, other), key=len)
    if set(short) <= set(long) and any(len(word) > 3 for word in short):
        return Level.PART, *shown
    return _words(" ".join(sorted(one)), " ".join(sorted(other))), *shown


def births(one: date | None, other: date | None) -> Compared | None:
    if one is None or other is None:
        return None
    mine, theirs = f"{one:%Y%m%d}", f"{other:%Y%m%d}"
    if one == other:
        level = Level.SAME
    elif DamerauLevenshtein.distance(mine, theirs) == 1 or (one.year, one.month, one.day) == (
        other.year,
        other.day,
        other.month,
    ):
        level = Level.CLOSE
    elif (one.year == other.year) + (one.month == other.month) + (one.day == other.day) == 2:
        level = Level.PART
    else:
        level = Level.FAR if abs((one - other).days) <= A_YEAR else Level.DIFFERENT
    return level, one.isoformat(), other.isoformat()


def email_addresses(one: str, other: str) -> Level:
    if one == other:
        return Level.SAME
    (mine, _, at_mine), (theirs, _, at_theirs) = one.partition("@"), other.partition("@")
    if mine == theirs and len(mine) > LONG_ENOUGH:
        return Level.FORM
    slips = DamerauLevenshtein.distance(mine, theirs), DamerauLevenshtein.distance(at_mine, at_theirs)
    if max(slips) <= FEW_SLIPS and len(mine) > LONG_ENOUGH:
        return Level.CLOSE
    return Level.DIFFERENT


def numbers(one: str, other: str) -> Level:
    if one == other:
        return Level.SAME
    return Level.CLOSE if DamerauLevenshtein.distance(one, other) == 1 else Level.DIFFERENT


def places(one: Place, other: Place) -> Level:
    town = _town(one, other)
    street = bool(one.street and other.street) and _alike(one.street_line, other.street_line)
    number = bool(one.number) and one.number == other.number
    if street and town is not Level.DIFFERENT:
        return Level.SAME if number else Level.SOUND
    if street and number:
        return Level.FORM
    return town


def best(mine: Iterable[str], theirs: Iterable[str], level: Callable[[str, str], Level]) -> Compared | None:
    """The most alike pair of two people's many values."""
    found = [(level(one, other), one, other) for one, other in product(mine, theirs)]
    return min(found, key=lambda compared: ORDER[compared[0]], default=None)


def compared(one: Profile, other: Profile) -> dict[Field, Compared]:
    """All fields that both have, but a person's names: those depend on which word is taken for which."""
    return {
        field: found
        for field, found in (
            (Field.ORGANISATION, organisations(one.organisation, other.organisation)),
            (Field.BIRTH_DATE, births(one.birth, other.birth)),
            (Field.EMAIL, best(one.emails, other.emails, email_addresses)),
            (Field.PHONE, best(one.phones, other.phones, numbers)),
            (Field.PLACE, _best_place(one, other)),
            (Field.COMPANY_NUMBER, best(one.company_numbers, other.company_numbers, numbers)),
            (Field.PERSON_NUMBER, best(one.person_numbers, other.person_numbers, numbers)),
        )
        if found is not None
    }


def _best_place(one: Profile, other: Profile) -> Compared | None:
    pairs = [
        (places(mine, theirs), _shown(mine), _shown(theirs))
        for mine, theirs in product(one.places, other.places)
    ]
    return min(pairs, key=lambda compared: ORDER[compared[0]], default=None)


def _shown(place: Place) -> str:
    return " ".join(part for part in (place.number, place.street_line, place.postcode, place.city) if part)


def _town(one: Place, other: Place) -> Level:
    """`CLOSE` for the same post code or town, `PART` for one that looks like it."""
    if (one.postcode and one.postcode == other.postcode) or (one.city and one.city == other.city):
        return Level.CLOSE
    codes = one.postcode and other.postcode and DamerauLevenshtein.distance(one.postcode, other.postcode) == 1
    if codes or (one.city and other.city and _alike(one.city, other.city)):
        return Level.PART
    return Level.DIFFERENT


def _words(one: str, other: str) -> Level:
    """A name with a number in it (`Guichet 12`) is that of no other number."""
    if one == other:
        return Level.SAME
    if NO_DIGIT.sub("", one) != NO_DIGIT.sub("", other):
        return Level.DIFFERENT
    if sound(one) == sound(other) and sound(one):
        return Level.SOUND
    likeness = JaroWinkler.similarity(one, other)
    if likeness >= CLOSE or (len(one) > 3 and DamerauLevenshtein.distance(one, other) == 1):
        return Level.CLOSE
    return Level.FAR if likeness >= FAR else Level.DIFFERENT


def _alike(one: str, other: str) -> bool:
    return one == other or JaroWinkler.similarity(one, other) >= CLOSE


def _is_form(one: Sequence[str], other: Sequence[str]) -> bool:
    """Jean for Jean-Pierre, J.-P. for Jean-Pierre, L. for Léa, Bob for Robert."""
    short, long = sorted((one, other), key=lambda words: (len(words), len("".join(words))))
    if len(short) == 1 and len(short[0]) == len(long) > 1 and short[0] == "".join(word[0] for word in long):
        return True
    return all(
        mine == theirs or are_forms_of_one(mine, theirs) or mine == theirs[0] or theirs == mine[0]
        for mine, theirs in zip(short, long, strict=False)
    )
