"""What is known of a party when it is compared with others, in normal form."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from crm.identity.names import Name, plain
from crm.parties.model import PartyKind

WORD = re.compile(r"[^\W_]+")
STREET_TYPES = {
    "av": "avenue", "ave": "avenue", "bd": "boulevard", "bld": "boulevard", "blvd": "boulevard", "boul": "boulevard",
    "pl": "place", "rte": "route", "imp": "impasse", "all": "allee", "ch": "chemin", "che": "chemin", "chem": "chemin",
    "sq": "square", "fg": "faubourg", "fbg": "faubourg", "st": "street", "rd": "road", "ln": "lane", "dr": "drive",
    "crt": "court", "ct": "court", "cres": "crescent", "r": "rue", "qu": "quai", "res": "residence",
}  # fmt: skip
SMALL = frozenset("de du des la le les l d of the".split())
NUMBER = re.compile(r"\d+")
MOST = 20  # of each kind of value: who has more is compared by the first


@dataclass(frozen=True, slots=True)
class Place:
    """A postal address: house number, street, post code and town, folded; what is not known is empty."""

    number: str = ""
    street: tuple[str, ...] = ()
    postcode: str = ""
    city: str = ""

    @property
    def street_line(self) -> str:
        return " ".join(self.street)


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    kind: PartyKind = PartyKind.PERSON
    name: Name = field(default_factory=Name)
    organisation: tuple[str, ...] = ()
    birth: date | None = None
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    company_numbers: tuple[str, ...] = ()  # SIREN, or a VAT number of another country
    person_numbers: tuple[str, ...] = ()  # of a national register, or of one of ours

    def words(self) -> tuple[str, ...]:
        """What it is called by, in whatever order."""
        if self.kind is PartyKind.ORGANISATION:
            return self.organisation
        return tuple(dict.fromkeys((*self.name.given[:2], self.name.joined_family, *self.name.family)))[:4]


def place(street: str = "", *, number: str = "", postcode: str = "", city: str = "") -> Place:
    """From the lines of a form; the house number may stand in the street's line."""
    words = WORD.findall(plain(street))
    if not number and words and NUMBER.fullmatch(words[0]):
        number, *words = words
    kept = tuple(STREET_TYPES.get(word, word) for word in words if word not in SMALL)
    return Place(
        number=plain(number).strip(),
        street=kept[:MOST],
        postcode="".join(WORD.findall(plain(postcode))),
        city=" ".join(WORD.findall(plain(city.partition(" cedex")[0].partition(" CEDEX")[0]))),
    )


def company_number(raw: str) -> str:
    """The SIREN of a SIREN, a SIRET or a French VAT number; another number without spaces; empty when it is none."""
    told = "".join(WORD.findall(plain(raw)))
    if told.isdecimal() and len(told) in (9, 14):
        return told[:9]
    if told.startswith("fr") and len(told) == 13 and told[4:].isdecimal():
        return told[4:]
    return told if len(told) >= 6 and any(map(str.isdecimal, told)) else ""


def unique(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))[:MOST]
