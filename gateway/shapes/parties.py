"""The customer file at the edge."""

from datetime import datetime
from typing import Any

from core.words import Assurance, ContactKind, Language
from crm.addresses.model import Use
from crm.parties.model import Family, PartyKind, PartyRole, Stage
from gateway.shapes.basics import Count, Output
from gateway.shapes.conversations import ConversationOut


class PointBrief(Output):
    kind: ContactKind
    value: str


class PartyRef(Output):
    id: str
    name: str


class PartyBrief(Output):
    id: str
    kind: PartyKind
    name: str
    language: Language | None
    created_at: datetime
    contact_points: list[PointBrief]
    stage: Stage | None
    owner_id: str | None
    archived: bool
    roles: list[PartyRole]
    tags: list[str]
    open: Count
    conversations: Count
    last_at: datetime | None


class PartyList(Output):
    """`near`: nobody has the text that was searched for, these have nearly the same."""

    items: list[PartyBrief]
    next: str | None
    total: Count | None = None
    near: bool = False


class FactValue(Output):
    family: Family
    field: str
    value: Any
    source: str
    rank: int
    at: datetime
    by_id: str | None
    note: str


class FactOut(FactValue):
    others: list[FactValue]


class Families(Output):
    identity: list[FactOut]
    socio_demographic: list[FactOut]
    socio_cultural: list[FactOut]
    behavioural: list[FactOut]


class PartyOut(Output):
    id: str
    kind: PartyKind
    name: str
    language: Language | None
    created_at: datetime
    stage: Stage | None
    owner: PartyRef | None
    archived_at: datetime | None
    roles: list[PartyRole]


class PointOut(PointBrief):
    id: str
    assurance: Assurance
    preferred: bool
    source: str


class ClaimOut(PointBrief):
    at: datetime
    party: PartyRef | None


class Relational(Output):
    conversations_total: int
    exchanges_total: int
    first_at: datetime | None
    last_at: datetime | None
    open: int
    channels: dict[str, int]


class AddressOut(Output):
    """`lines`: as it stands on a letter, without the country."""

    id: str
    use: Use
    recipient: str
    company: str
    street: str
    postcode: str
    city: str
    district: str
    region: str
    sorting_code: str
    country: str
    country_name: str
    preferred: bool
    source: str
    created_at: datetime
    lines: list[str]


class CustomerFile(Output):
    party: PartyOut
    tags: list[str]
    families: Families
    contact_points: list[PointOut]
    contact_points_next: str | None
    addresses: list[AddressOut]
    claims: list[ClaimOut]
    conversations: list[ConversationOut]
    relational: Relational
    people: dict[str, str]
    seq: int


class PointPage(Output):
    items: list[PointOut]
    next: str | None
