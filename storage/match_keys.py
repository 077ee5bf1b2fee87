"""What a party is compared by: its profile out of its file, and the keys under which alike ones are found."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from core.folding import words_of
from core.words import ContactKind
from crm.identity.blocking import keys_of
from crm.identity.names import Name, organisation_words, person_name, split_name
from crm.identity.profile import MOST, Place, Profile, company_number, place, unique
from crm.parties.model import Family, PartyKind
from storage.schema import (
    claims,
    contact_points,
    facts,
    match_keys,
    parties,
    postal_addresses,
    sources,
)

COMPANY_FIELDS = ("siren", "siret", "registration_number", "vat_number")
PERSON_FIELDS = ("national_number", "registration_number", "customer_number")
GIVEN_FIELDS = ("given_name", "first_name")
FAMILY_FIELDS = ("family_name", "last_name")
COMPARED = (*GIVEN_FIELDS, *FAMILY_FIELDS, "birth_date", "city", *COMPANY_FIELDS, *PERSON_FIELDS)
POSTCODE = re.compile(r"\b(\d{4,5}|[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b")
RANK = func.coalesce(sources.c.rank, facts.c.rank)  # what a value's source is worth today
Values = Mapping[str, str]


def profiles_of(
    conn: Connection, party_ids: Sequence[str], *, with_claims: bool = True
) -> dict[str, Profile]:
    """In five reads, however many. Those who have no name are left out: there is nothing to compare.

    Claims are what people said of themselves and nobody verified.
    """
    people = conn.execute(
        select(parties.c.id, parties.c.kind, parties.c.name).where(
            parties.c.id.in_(party_ids), parties.c.merged_into.is_(None)
        )
    ).all()
    held = _addresses(conn, contact_points, party_ids)
    claimed = _addresses(conn, claims, party_ids) if with_claims else {}
    told = _facts(conn, party_ids)
    lived = _places(conn, party_ids)
    found: dict[str, Profile] = {}
    for row in people:
        addresses = held.get(row.id, [])
        if has_name(row.name) and all(row.name != value for _, value in addresses):
            every = [*addresses, *claimed.get(row.id, [])]
            kind, known = PartyKind(row.kind), told.get(row.id, {})
            found[row.id] = profile_of(kind, row.name, every, known, lived.get(row.id, ()))
    return found


def profile_of(
    kind: PartyKind,
    name: str,
    addresses: Iterable[tuple[ContactKind, str]],
    told: Values,
    lived: Iterable[Place] = (),
) -> Profile:
    """`told` are the file's values by field, `lived` the structured postal addresses."""
    known: dict[ContactKind, list[str]] = defaultdict(list)
    for of_kind, value in addresses:
        known[of_kind].append(value)
    emails, phones = unique(known[ContactKind.EMAIL]), unique(known[ContactKind.PHONE])
    places = (*lived, *(_place(value) for value in known[ContactKind.POSTAL]))[:MOST]
    if not places and told.get("city"):
        places = (place(city=told["city"]),)
    if kind is PartyKind.ORGANISATION:
        return Profile(
            kind=kind,
            organisation=organisation_words(name),
            emails=emails,
            phones=phones,
            places=places,
            company_numbers=unique(company_number(told.get(field, "")) for field in COMPANY_FIELDS),
        )
    return Profile(
        name=_name(name, told),
        emails=emails,
        phones=phones,
        places=places,
        birth=_date(told.get("birth_date", "")),
        person_numbers=unique(told.get(field, "").strip() for field in PERSON_FIELDS),
    )


def has_name(shown: str) -> bool:
    """Whether a party is called by more than its telephone number or the end of its chat's id."""
    return bool(words_of(shown)) and not shown.startswith("#")


def keep_keys(conn: Connection, party_ids: Sequence[str]) -> dict[str, Profile]:
    """Makes the keys what the files say now; answers the profiles of those that can be compared."""
    wanted = sorted(party_ids)
    profiles = profiles_of(conn, wanted)
    known: dict[str, set[int]] = defaultdict(set)
    for row in conn.execute(select(match_keys).where(match_keys.c.party_id.in_(wanted))):
        known[row.party_id].add(row.key)
    rows: list[dict[str, Any]] = []
    for party_id in wanted:
        keys = set(keys_of(profiles[party_id])) if party_id in profiles else set()
        if gone := known[party_id] - keys:
            mine = match_keys.c.party_id == party_id
            conn.execute(delete(match_keys).where(mine, match_keys.c.key.in_(gone)))
        rows += [{"key": key, "party_id": party_id} for key in sorted(keys - known[party_id])]
    if rows:
        conn.execute(insert(match_keys), rows)
    return profiles


def _addresses(
    conn: Connection, table: Any, party_ids: Sequence[str]
) -> dict[str, list[tuple[ContactKind, str]]]:
    found: dict[str, list[tuple[ContactKind, str]]] = defaultdict(list)
    query = select(table.c.party_id, table.c.kind, table.c.value).where(table.c.party_id.in_(party_ids))
    for row in conn.execute(query):
        found[row.party_id].append((ContactKind(row.kind), row.value))
    return found


def _places(conn: Connection, party_ids: Sequence[str]) -> dict[str, list[Place]]:
    """The postal addresses that hold."""
    table = postal_addresses
    query = (
        select(table.c.party_id, table.c.street, table.c.postcode, table.c.city)
        .where(table.c.party_id.in_(party_ids), table.c.ended_at.is_(None))
        .order_by(table.c.preferred.desc(), table.c.created_at)
    )
    found: dict[str, list[Place]] = defaultdict(list)
    for row in conn.execute(query):
        street = row.street.replace("\n", " ")
        found[row.party_id].append(place(street, postcode=row.postcode, city=row.city))
    return found


def _facts(conn: Connection, party_ids: Sequence[str]) -> dict[str, dict[str, str]]:
    """The winning values, as text."""
    query = (
        select(facts.c.party_id, facts.c.field, facts.c.value)
        .where(
            facts.c.party_id.in_(party_ids),
            facts.c.family.in_([Family.IDENTITY.value, Family.SOCIO_DEMOGRAPHIC.value]),
            facts.c.field.in_(COMPARED),
        )
        .outerjoin(sources, sources.c.key == facts.c.source)
        .order_by(RANK.desc(), facts.c.at, facts.c.id)
    )
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row in conn.execute(query):
        found[row.party_id][row.field] = "" if row.value is None else str(row.value)
    return found


def _name(shown: str, told: Values) -> Name:
    given, family = (
        next((told[field] for field in fields if field in told), "")
        for fields in (GIVEN_FIELDS, FAMILY_FIELDS)
    )
    return split_name(given, family) if given and family else person_name(shown)


def _place(written: str) -> Place:
    """An address in one line: what is before the post code is the street, what is behind it the town."""
    found = list(POSTCODE.finditer(written))
    if not found:
        return place(written)
    code = found[-1]
    return place(written[: code.start()], postcode=code[1], city=written[code.end() :].partition(",")[0])


def _date(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text[:10])
    return None
