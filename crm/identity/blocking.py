"""Keys under which alike parties are found: those who share one are compared, nobody else.

A key is a number, so that a table of them stays small. Whatever one slip of the pen spoils, another key does not hold.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from core.hashing import number_of
from crm.identity.phonetics import sound
from crm.identity.profile import Profile

AT_HOME = frozenset(
    "info contact accueil admin hello sales support office bonjour mail compta service".split()
)
NUMBER_ENDS = 6  # digits of a phone number that survive a slip in the rest


def keys_of(profile: Profile) -> tuple[int, ...]:
    """64-bit numbers, signed, each once."""
    return tuple(dict.fromkeys(number_of(key) for key in _texts(profile)))


def keys_of_names(words: Sequence[str]) -> tuple[int, ...]:
    """The keys of those of whose names two sound like two of the words."""
    sounds = tuple(dict.fromkeys(sound(word) or word for word in words))
    return tuple(number_of(key) for key in _pairs(sounds))


def _texts(profile: Profile) -> Iterator[str]:
    words = profile.words()
    sounds = tuple(dict.fromkeys(sound(word) or word for word in words))
    yield from _names(profile, sounds)
    yield from _dates(profile, sounds)
    yield from _places(profile, sounds)
    for email in profile.emails:
        local, _, domain = email.partition("@")
        yield f"email {domain if local in AT_HOME else local}"
    for phone in profile.phones:
        yield f"phone {phone[-9:]}"
        yield f"phone end {phone[-NUMBER_ENDS:]}"
    for number in profile.company_numbers:
        yield f"company {number}"
    for number in profile.person_numbers:
        yield f"person {''.join(sorted(number))}"
        yield f"person half {number[: len(number) // 2 + 1]}"
        yield f"person half {number[-(len(number) // 2) - 1 :]}"


def _names(profile: Profile, sounds: tuple[str, ...]) -> Iterator[str]:
    yield from _pairs(sounds)
    if profile.organisation:
        yield f"organisation {' '.join(sorted(profile.organisation))}"
    elif profile.name.given and profile.name.family:
        given, family = profile.name.given[0], profile.name.joined_family
        yield f"begin {' '.join(sorted((given[:3], family[:3])))}"
        yield f"ends {' '.join(sorted((given[:1] + given[-2:], family[:1] + family[-3:])))}"


def _pairs(sounds: tuple[str, ...]) -> Iterator[str]:
    for one, other in combinations(sounds, 2):
        yield f"names {' '.join(sorted((one, other)))}"


def _dates(profile: Profile, sounds: tuple[str, ...]) -> Iterator[str]:
    if profile.birth is None:
        return
    born = profile.birth
    yield f"born {born}"
    for one in sounds:
        yield f"year {born.year} {one[:4]}"
        yield f"day {born.month} {born.day} {one[:4]}"


def _places(profile: Profile, sounds: tuple[str, ...]) -> Iterator[str]:
    for place in profile.places:
        if place.street and place.number:
            yield f"door {place.number} {sound(''.join(place.street)) or place.street_line}"
        for one in sounds:
            if place.postcode:
                yield f"post {place.postcode} {one[:4]}"
            if place.city:
                yield f"city {sound(place.city) or place.city} {one}"
