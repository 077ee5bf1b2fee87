"""Parties, contact points, facts and claims in SQL, with what a search finds them by."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Table, TextClause, bindparam, delete, insert, select, update

from core.errors import NotFound
from core.folding import LONGEST_KEY, numbers_of, sort_key, words_of
from core.ids import PartyId
from crm.fields.values import DATE, comparable
from crm.parties.model import Address, ContactPoint, Fact, Party
from storage import rows
from storage.engine.prepared import Prepared
from storage.engine.upserts import insert_or_ignore
from storage.match_keys import COMPARED, FAMILY_FIELDS, GIVEN_FIELDS, RANK, has_name
from storage.schema import (
    claims,
    contact_points,
    facts,
    fields,
    loyalty_accounts,
    orders,
    parties,
    party_numbers,
    party_values,
    party_words,
    postal_addresses,
    sources,
    subscriptions,
    visits,
)

BY_ID = Prepared(select(parties).where(parties.c.id == bindparam("party_id")))
BY_ADDRESS = Prepared(
    select(
        contact_points,
        parties.c.kind.label("party_kind"),
        parties.c.name,
        parties.c.language,
        parties.c.created_at.label("party_created_at"),
        parties.c.merged_into,
        parties.c.stage,
        parties.c.owner_id,
        parties.c.archived_at,
    )
    .join(parties, parties.c.id == contact_points.c.party_id)
    .where(
        contact_points.c.kind == bindparam("point_kind"), contact_points.c.value == bindparam("point_value")
    )
)
POINTS = Prepared(
    select(contact_points)
    .where(contact_points.c.party_id == bindparam("party_id"))
    .order_by(contact_points.c.preferred.desc(), contact_points.c.id)
)
CLAIM = insert_or_ignore(claims)
KEEP_NUMBER = insert_or_ignore(party_numbers)
KEEP_WORD = insert_or_ignore(party_words)
TOLD = (
    select(facts.c.field, facts.c.value).where(facts.c.party_id == bindparam("party_id")).order_by(facts.c.id)
)
NAMES = frozenset({"name", *GIVEN_FIELDS, *FAMILY_FIELDS, "legal_name", "trade_name", "birth_name"})
NUMBERED = (orders, subscriptions, loyalty_accounts)
MOST_WORDS = 64  # of all names of one party
FACTS = (
    select(*(column for column in facts.c if column.name != "rank"), RANK.label("rank"))
    .outerjoin(sources, sources.c.key == facts.c.source)
    .order_by(facts.c.family, facts.c.field, RANK, facts.c.at.desc(), facts.c.id.desc())
)
FACTS_OF_ONE = FACTS.where(facts.c.party_id == bindparam("party_id"))
WON_OF_ONE = (
    select(facts.c.field, facts.c.value)
    .outerjoin(sources, sources.c.key == facts.c.source)
    .where(facts.c.party_id == bindparam("party_id"), facts.c.field != "name")
    .order_by(facts.c.field, RANK, facts.c.at.desc(), facts.c.id.desc())
)
CODES = frozenset({"language", "preferred_channel", "stage", "owner", "roles"})


class SqlParties:
    """Implements `crm.ports.Parties`."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._touched: set[PartyId] = set()

    def touch(self, party_id: PartyId) -> None:
        """The file is not what it was: who may be the same is looked for after the transaction."""
        self._touched.add(party_id)

    def touched(self) -> list[PartyId]:
        """Whose file changed since this was asked last."""
        touched, self._touched = self._touched, set()
        return sorted(touched)

    def get(self, party_id: PartyId) -> Party:
        wanted = party_id
        while True:
            row = BY_ID.first(self._conn, {"party_id": wanted})
            if row is None:
                raise NotFound(what="customer", id=party_id)
            if row["merged_into"] is None:
                return rows.party(row)
            wanted = PartyId(row["merged_into"])

    def find(self, address: Address) -> tuple[Party, ContactPoint] | None:
        row = BY_ADDRESS.first(self._conn, {"point_kind": address.kind.value, "point_value": address.value})
        if row is None:
            return None
        point = rows.contact_point(row)
        party = rows.party(
            {
                "id": row["party_id"],
                "kind": row["party_kind"],
                "name": row["name"],
                "language": row["language"],
                "created_at": row["party_created_at"],
                "merged_into": row["merged_into"],
                "stage": row["stage"],
                "owner_id": row["owner_id"],
                "archived_at": row["archived_at"],
            }
        )
        return party, point

    def insert(self, party: Party) -> None:
        self._conn.execute(insert(parties), _party_values(party))
        if has_name(party.name):
            self.touch(party.id)
        self._keep_words(party.id, words_of(party.name))

    def save(self, party: Party) -> None:
        """Updating the row first makes another that saves the same party wait, its words with it."""
        self._conn.execute(update(parties).where(parties.c.id == party.id), _party_values(party))
        self.touch(party.id)
        self.keep_searchable(party)

    def keep_searchable(self, party: Party) -> None:
        """What a search finds the party by is what it is and was called, and the numbers in its file."""
        told = [
            row
            for row in self._conn.execute(TOLD, {"party_id": party.id})
            if row.field in NAMES or row.field not in self._not_searched
        ]
        names = [str(row.value) for row in told if row.field in NAMES]
        others = [text for row in told if row.field not in NAMES for text in searched(row.field, row.value)]
        others += self._places_held(party.id)
        words = dict.fromkeys(word for name in (party.name, *names, *others) for word in words_of(name))
        self._keep(party_words, KEEP_WORD, party.id, list(words)[:MOST_WORDS])
        written = [str(row.value) for row in told] + self._numbers_held(party.id)
        self._keep(party_numbers, KEEP_NUMBER, party.id, [n for text in written for n in numbers_of(text)])
        self._keep_values(party.id)

    def _numbers_held(self, party_id: PartyId) -> list[str]:
        """Of orders, subscriptions and loyalty accounts."""
        held = (select(table.c.number).where(table.c.party_id == party_id) for table in NUMBERED)
        return [number for one in held for number in self._conn.execute(one).scalars()]

    def _places_held(self, party_id: PartyId) -> list[str]:
        """Streets, towns and companies of the postal addresses."""
        held = select(postal_addresses.c.street, postal_addresses.c.city, postal_addresses.c.company).where(
            postal_addresses.c.party_id == party_id, postal_addresses.c.ended_at.is_(None)
        )
        return [part for row in self._conn.execute(held) for part in row if part]

    def _keep_values(self, party_id: PartyId, *names: str) -> None:
        """What lists are filtered by is what wins; of all fields, or of those named."""
        mine, won = [party_values.c.party_id == party_id], WON_OF_ONE
        if names:
            mine.append(party_values.c.field.in_(names))
            won = won.where(facts.c.field.in_(names))
        self._conn.execute(delete(party_values).where(*mine))
        seen: set[str] = set()
        rows: list[dict[str, object]] = []
        for row in self._conn.execute(won, {"party_id": party_id}):
            if row.field not in seen:
                seen.add(row.field)
                texts, number = comparable(row.value)
                rows += [
                    {"party_id": party_id, "field": row.field, "value": value, "number": number}
                    for value in dict.fromkeys(text[:LONGEST_KEY] for text in texts)
                ]
        if rows:
            self._conn.execute(insert(party_values), rows)

    def _keep(self, table: Table, keep: TextClause, party_id: PartyId, wanted: Sequence[str]) -> None:
        mine = table.c.party_id == party_id
        known = set(self._conn.execute(select(table.c.word).where(mine)).scalars())
        if gone := known.difference(wanted):
            self._conn.execute(delete(table).where(mine, table.c.word.in_(gone)))
        if new := [word for word in dict.fromkeys(wanted) if word not in known]:
            self._conn.execute(keep, [{"party_id": party_id, "word": word} for word in new])

    def _keep_words(self, party_id: PartyId, words: Sequence[str]) -> None:
        if words:
            self._conn.execute(KEEP_WORD, [{"party_id": party_id, "word": word} for word in words])

    def contact_points(self, party_id: PartyId) -> tuple[ContactPoint, ...]:
        found = POINTS.all(self._conn, {"party_id": party_id})
        return tuple(rows.contact_point(row) for row in found)

    def insert_contact_point(self, point: ContactPoint) -> None:
        self._conn.execute(insert(contact_points), _point_values(point))

    def save_contact_point(self, point: ContactPoint) -> None:
        self._conn.execute(
            update(contact_points).where(contact_points.c.id == point.id), _point_values(point)
        )

    def insert_fact(self, party_id: PartyId, fact: Fact) -> None:
        values = {**asdict(fact), "family": fact.family.value, "party_id": party_id}
        self._conn.execute(insert(facts), values)
        if fact.field in COMPARED:
            self.touch(party_id)
        if fact.field == "name":
            self._keep_numbers(party_id, fact)
            return
        if fact.field not in self._not_searched:
            self._keep_numbers(party_id, fact)
            texts = searched(fact.field, fact.value)
            self._keep_words(party_id, [word for text in texts for word in words_of(text)])
        self._keep_values(party_id, fact.field)

    def _keep_numbers(self, party_id: PartyId, fact: Fact) -> None:
        if numbers := numbers_of(str(fact.value)):
            self._conn.execute(KEEP_NUMBER, [{"party_id": party_id, "word": word} for word in numbers])

    @cached_property
    def _not_searched(self) -> frozenset[str]:
        """Fields that not everybody may see: a search would tell what is in them."""
        rows = self._conn.execute(select(fields.c.key, fields.c.readers, fields.c.hidden))
        return frozenset(row.key for row in rows if row.readers or row.hidden)

    def facts(self, party_id: PartyId) -> tuple[Fact, ...]:
        """Winning values first within each field."""
        found = self._conn.execute(FACTS_OF_ONE, {"party_id": party_id}).mappings()
        return tuple(rows.fact(row) for row in found)

    def facts_of(self, party_ids: Sequence[PartyId]) -> Mapping[str, Sequence[Fact]]:
        """Of many in one read, each as `facts` answers."""
        told: dict[str, list[Fact]] = {party_id: [] for party_id in party_ids}
        for row in self._conn.execute(FACTS.where(facts.c.party_id.in_(party_ids))).mappings():
            told[row["party_id"]].append(rows.fact(row))
        return told

    def insert_visit(self, address: Address, url: str, at: datetime) -> None:
        values = {"kind": address.kind.value, "value": address.value, "url": url, "at": at}
        self._conn.execute(insert(visits), values)

    def insert_claim(self, party_id: PartyId, address: Address, at: datetime) -> None:
        self._conn.execute(
            CLAIM, {"party_id": party_id, "kind": address.kind.value, "value": address.value, "at": at}
        )
        self.touch(party_id)


def searched(field: str, value: Any) -> list[str]:
    """The texts of a value that a search finds the party by: not what stands for a word of ours, nor a date."""
    if field in CODES or isinstance(value, bool | Mapping):
        return []
    return [text for text in comparable(value)[0] if not DATE.fullmatch(text)]


def _party_values(party: Party) -> dict[str, object]:
    return {
        "id": party.id,
        "kind": party.kind.value,
        "name": party.name,
        "language": party.language.value if party.language else None,
        "created_at": party.created_at,
        "merged_into": party.merged_into,
        "sort_name": sort_key(party.name),
        "stage": party.stage.value if party.stage else None,
        "owner_id": party.owner_id,
        "archived_at": party.archived_at,
    }


def _point_values(point: ContactPoint) -> dict[str, object]:
    return {
        "id": point.id,
        "party_id": point.party_id,
        "kind": point.kind.value,
        "value": point.value,
        "assurance": point.assurance.value,
        "preferred": point.preferred,
        "source": point.source,
        "created_at": point.created_at,
        "backwards": point.value[::-1],
        "shared": point.shared,
    }
