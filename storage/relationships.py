"""Relationships in SQL: added with their rules, read from either side."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import func, or_, select

from core.errors import InvalidInput
from core.ids import PartyId
from crm.relationships.model import BUILT_IN, Relationship, RelationshipType, check, check_tree
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx
from storage.schema import parties, relationship_types, relationships

TYPES = Entities(what="relationship type", table=relationship_types, model=RelationshipType)
RELATIONSHIPS = Entities(what="relationship", table=relationships, model=Relationship)
MOST = 1_000  # of one party
GROUP = "subsidiary_of"


def type_of(tx: SqlTx, type_id: str) -> RelationshipType:
    """Raises `NotFound` for one that is neither built in nor an own one."""
    return BUILT_IN.get(type_id) or TYPES.get(tx, type_id)


def put(tx: SqlTx, wanted: Relationship, known: Relationship | None = None) -> Relationship:
    """Adds it, or saves it as `known`'s next version. Raises `InvalidInput` for what cannot be."""
    tx.lock("relationships")
    of = type_of(tx, wanted.type)
    check(of, tx.parties.get(wanted.from_id), tx.parties.get(wanted.to_id), wanted.since, wanted.until)
    today = tx.now.date()
    if of.tree and wanted.holds_on(today):
        check_tree(wanted.from_id, wanted.to_id, lambda party: _above(tx, of.id, party, today, but=wanted.id))
    _check_new(tx, of, wanted)
    return RELATIONSHIPS.save(tx, wanted) if known else RELATIONSHIPS.insert(tx, wanted)


def of_party(tx: SqlTx, party_id: PartyId) -> list[Relationship]:
    """From either side, the oldest first; between the party and itself (after a merge) none."""
    query = (
        select(relationships)
        .where(_touches(party_id), relationships.c.from_id != relationships.c.to_id)
        .order_by(relationships.c.id)
        .limit(MOST)
    )
    return [RELATIONSHIPS.of(row) for row in tx.conn.execute(query).mappings()]


def names_of(tx: SqlTx, party_ids: Iterable[PartyId]) -> dict[str, Any]:
    """Kind and name of each."""
    query = select(parties.c.id, parties.c.kind, parties.c.name).where(
        parties.c.id.in_(sorted(set(party_ids)))
    )
    return {row.id: {"id": row.id, "kind": row.kind, "name": row.name} for row in tx.conn.execute(query)}


def uses(tx: SqlTx, type_ids: Sequence[str]) -> dict[str, dict[str, int]]:
    """How many relationships are of each type."""
    query = (
        select(relationships.c.type, func.count())
        .where(relationships.c.type.in_(type_ids))
        .group_by(relationships.c.type)
    )
    counts = {row[0]: row[1] for row in tx.conn.execute(query)}
    return {type_id: {"relationships": counts.get(type_id, 0)} for type_id in type_ids}


def _above(tx: SqlTx, type_id: str, party_id: PartyId, day: date, *, but: str) -> list[PartyId]:
    query = select(relationships).where(
        relationships.c.from_id == party_id, relationships.c.type == type_id, relationships.c.id != but
    )
    links = (RELATIONSHIPS.of(row) for row in tx.conn.execute(query).mappings())
    return [link.to_id for link in links if link.holds_on(day)]


def _check_new(tx: SqlTx, of: RelationshipType, wanted: Relationship) -> None:
    """The same between the same two, at the same time, is one."""
    others = [link for link in of_party(tx, wanted.from_id) if link.id != wanted.id and link.type == of.id]
    for link in others:
        ends = (link.from_id, link.to_id)
        turned = of.symmetrical and ends == (wanted.to_id, wanted.from_id)
        if (ends == (wanted.from_id, wanted.to_id) or turned) and _overlap(link, wanted):
            raise InvalidInput(problem="These two have this relationship already")
    if len(others) >= MOST:
        raise InvalidInput(problem=f"{MOST} relationships are the most one customer can have")


def _overlap(one: Relationship, other: Relationship) -> bool:
    start = max(one.since or date.min, other.since or date.min)
    return start <= min(one.until or date.max, other.until or date.max)


def _touches(party_id: PartyId) -> Any:
    return or_(relationships.c.from_id == party_id, relationships.c.to_id == party_id)


def group_of(tx: SqlTx, party_id: PartyId) -> list[dict[str, Any]]:
    """The group of companies that the party is in, from its head down: `{id, name, kind, above}`, at most `MOST`."""
    today = tx.now.date()
    head = party_id
    while above := [one for one in _above(tx, GROUP, head, today, but="") if one != party_id]:
        head = above[0]
    found: dict[str, str | None] = {head: None}
    level: Sequence[str] = [head]
    while level and len(found) < MOST:
        below = tx.conn.execute(
            select(relationships).where(relationships.c.to_id.in_(level), relationships.c.type == GROUP)
        ).mappings()
        links = [link for link in map(RELATIONSHIPS.of, below) if link.holds_on(today)]
        level = [link.from_id for link in links if link.from_id not in found]
        found |= {link.from_id: link.to_id for link in links if link.from_id not in found}
    if len(found) == 1:
        return []
    named = names_of(tx, [PartyId(one) for one in found])
    return [{**named[one], "above": above} for one, above in found.items() if one in named]
