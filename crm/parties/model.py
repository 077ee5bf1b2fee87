"""A party, its contact points and the facts of its file."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from core.ids import ContactPointId, PartyId, UserId
from core.words import Assurance, ContactKind, Language

STAFF = "staff"  # the source of what a member of staff wrote
STAFF_RANK = 10  # it beats what merely came with a message


class PartyKind(StrEnum):
    PERSON = "person"
    ORGANISATION = "organisation"


class PartyRole(StrEnum):
    """What a party is to the business; several at once."""

    CUSTOMER = "customer"
    PROSPECT = "prospect"
    PARTNER = "partner"
    SUPPLIER = "supplier"
    STAFF = "staff"
    SHAREHOLDER = "shareholder"
    PRESS = "press"
    OTHER = "other"


class Stage(StrEnum):
    """Where a customer's life with the business stands."""

    LEAD = "lead"
    PROSPECT = "prospect"
    NEW = "new"
    ACTIVE = "active"
    LOYAL = "loyal"
    DORMANT = "dormant"
    LOST = "lost"


class Family(StrEnum):
    """The six families of the customer file (`coordinates` are the contact points, `relational` the history)."""

    IDENTITY = "identity"
    COORDINATES = "coordinates"
    SOCIO_DEMOGRAPHIC = "socio_demographic"
    SOCIO_CULTURAL = "socio_cultural"
    BEHAVIOURAL = "behavioural"
    RELATIONAL = "relational"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A normalised address: E.164 telephone, mailbox in lower case, or a web visitor's id."""

    kind: ContactKind
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    id: PartyId
    kind: PartyKind
    name: str  # shown everywhere; the address's display form until a name is known
    language: Language | None
    created_at: datetime
    merged_into: PartyId | None = None
    stage: Stage | None = None
    owner_id: UserId | None = None  # the member of staff who looks after them
    archived_at: datetime | None = None  # left out of lists and searches; whoever writes brings it back


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoint:
    """One address of a party. A (kind, value) belongs to at most one live party."""

    id: ContactPointId
    party_id: PartyId
    kind: ContactKind
    value: str
    assurance: Assurance
    preferred: bool
    source: str
    created_at: datetime
    shared: bool = False  # others use it too (`storage/speakers.py`): who is speaking is for staff to say


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One value of the file with where it came from. Losing values stay, so a merge can be undone.

    The better source (lower `rank`) wins, then the newer. `by_id` is who wrote it, `note` why; a value of None says
    that the field was emptied.
    """

    family: Family
    field: str
    value: Any
    source: str
    rank: int
    at: datetime
    by_id: UserId | None = None
    note: str = ""
