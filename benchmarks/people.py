"""Made-up people with the slips of real bases, for benchmarks of any size; the same for the same seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

FAMILIES = (
    "Martin Bernard Thomas Petit Robert Richard Durand Dubois Moreau Laurent Simon Michel Lefebvre Leroy Roux David "
    "Bertrand Morel Fournier Girard Bonnet Dupont Lambert Fontaine Rousseau Vincent Muller Lefevre Faure Andre Mercier "
    "Blanc Guerin Boyer Garnier Chevalier Francois Legrand Gauthier Garcia Perrin Robin Clement Morin Nicolas Henry "
    "Smith Jones Taylor Brown Williams Wilson Johnson Davies Evans Walker Wright Thompson White Hughes Edwards Green "
    "Hall Wood Harris Lewis Clarke Jackson Turner Hill Cooper Ward Morris Moore Clark Baker Diallo Traore Nguyen Haddad"
).split()
GIVEN = (
    "Léa Emma Louise Chloé Camille Manon Jade Inès Zoé Sarah Julie Marie Nathalie Isabelle Sylvie Catherine Sophie "
    "Hugo Lucas Gabriel Louis Jules Arthur Paul Antoine Thomas Nicolas Julien Pierre Philippe Michel Alain Patrick "
    "Oliver George Harry Jack Noah William James Charlotte Amelia Olivia Emily Grace Sophia Jessica Karim Amina Mehdi"
).split()
STARTS = "Bar Bel Cha Del Fau Gar Jou Lam Mor Nou Per Qui Ros Sau Tou Val Ver Wal Yve Zan".split()
MIDDLES = "be ca de fi ge la lo ma mi na ri sa ta ve vi".split()
ENDS = "ard at aud eau el er et ier in ley lin ois ot ton ville well".split()
TOWN_STARTS, TOWN_ENDS = "Saint- Ville Mont Beau Clair".split(), "mont bourg val lieu pont".split()
TOWNS = [start + end for start in TOWN_STARTS for end in TOWN_ENDS]
STREETS = ("rue de la Paix", "avenue du Port", "boulevard Hugo", "High Street", "Station Road", "chemin Vert")


@dataclass(frozen=True, slots=True)
class Someone:
    given: str
    family: str
    born: date
    phone: str
    email: str
    street: str
    postcode: str
    city: str


def people(count: int, seed: int = 7) -> Iterator[Someone]:
    """Common names are common and most are rare, as in life."""
    dice = random.Random(seed)
    for number in range(count):
        family = dice.choice(FAMILIES) if dice.random() < 0.25 else _rare(dice)
        given = dice.choice(GIVEN)
        town = dice.randrange(len(TOWNS) * 40)
        yield Someone(
            given=given,
            family=family,
            born=date(1940, 1, 1) + timedelta(days=dice.randrange(25_000)),
            phone=f"+33639{number:07d}",
            email=f"{given[0]}{family}{number}@example.com".lower(),
            street=f"{dice.randrange(1, 200)} {dice.choice(STREETS)}",
            postcode=f"{10_000 + 37 * town:05d}",
            city=f"{TOWNS[town % len(TOWNS)]} {town // len(TOWNS)}",
        )


def misspelt(one: Someone, dice: random.Random) -> Someone:
    """The same person as somebody else wrote them down: another address, and a slip or two."""
    slips = (
        lambda who: replace(who, family=_slip(who.family, dice)),
        lambda who: replace(who, given=_slip(who.given, dice)),
        lambda who: replace(who, given=who.family, family=who.given),
        lambda who: replace(who, born=who.born + timedelta(days=dice.choice((1, -1, 10)))),
        lambda who: replace(who, street=_slip(who.street, dice)),
        lambda who: replace(who, family=who.family.upper()),
    )
    for slip in dice.sample(slips, dice.choice((1, 2))):
        one = slip(one)
    return replace(
        one, phone=f"+33638{dice.randrange(10**7):07d}", email=f"x{dice.randrange(10**9)}@example.org"
    )


def _rare(dice: random.Random) -> str:
    return (
        dice.choice(STARTS) + "".join(dice.choices(MIDDLES, k=dice.choice((0, 1, 1, 2)))) + dice.choice(ENDS)
    )


def _slip(text: str, dice: random.Random) -> str:
    at = dice.randrange(len(text))
    match dice.randrange(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + dice.choice("aeinrst") + text[at:]
        case _:
            return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]
