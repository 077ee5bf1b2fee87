"""The customer file: six families in one read, each winning value with its source, the losing ones beside it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import and_, bindparam, func, select

from core.errors import NotFound
from core.ids import PartyId
from core.staff import Viewer
from core.words import HandlerKind
from crm.conversations.model import Status
from crm.parties.model import Fact, Family
from storage.addresses import address_view, addresses_of
from storage.engine.feed import last_seq
from storage.engine.transaction import SqlTx
from storage.fields import unseen_by
from storage.party_roles import roles_of_parties
from storage.schema import claims, contact_points, conversations, parties, users
from storage.tags import tags_of_parties
from storage.views.conversations import NAMED, summaries
from storage.views.scope import knows_party, visible

WITH_FACTS = (Family.IDENTITY, Family.SOCIO_DEMOGRAPHIC, Family.SOCIO_CULTURAL, Family.BEHAVIOURAL)
LAST_CONVERSATIONS = 20
ID_LENGTH = 36
FIRST_POINTS = 50  # contact points that come with the file
CLAIMS = (
    select(claims, parties.c.id.label("holder_id"), parties.c.name.label("holder_name"))
    .outerjoin(
        contact_points, and_(contact_points.c.kind == claims.c.kind, contact_points.c.value == claims.c.value)
    )
    .outerjoin(parties, parties.c.id == contact_points.c.party_id)
    .where(claims.c.party_id == bindparam("party_id"))
    .order_by(claims.c.at)
)
RELATIONAL = (
    select(
        conversations.c.channel,
        func.count().label("conversations"),
        func.sum(conversations.c.last_position).label("exchanges"),  # positions have no gap
        func.min(conversations.c.opened_at).label("first_at"),
        func.max(conversations.c.last_activity_at).label("last_at"),
        func.count().filter(conversations.c.status != Status.RESOLVED.value).label("open"),
    )
    .where(conversations.c.party_id == bindparam("party_id"))
    .group_by(conversations.c.channel)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Whom news of a customer concerns: the queues of their conversations and the agents who hold them."""

    queues: frozenset[str]
    holders: frozenset[str]


def find(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> PartyId:
    """The live party's id, for a command. Raises `NotFound` for one that is not the viewer's to see."""
    party = tx.parties.get(party_id)
    if not viewer.sees_all_files and not tx.conn.execute(select(knows_party(viewer, party.id))).scalar():
        raise NotFound(what="customer", id=party_id)
    return party.id


def customer_file(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> dict[str, Any]:
    """Everything the right pane shows. Raises `NotFound` for one that is not the viewer's to see."""
    return file_of(tx, viewer, find(tx, viewer, party_id))


def file_of(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> dict[str, Any]:
    """As `customer_file`, for who was just found to be allowed."""
    seq = last_seq(tx)
    party = tx.parties.get(party_id)
    unseen = unseen_by(tx, viewer)
    facts = [fact for fact in tx.parties.facts(party.id) if fact.field not in unseen]
    recent = (
        NAMED.where(conversations.c.party_id == party.id, visible(viewer))
        .order_by(conversations.c.last_activity_at.desc(), conversations.c.id.desc())
        .limit(LAST_CONVERSATIONS)
    )
    return {
        "party": {
            "id": party.id,
            "kind": party.kind.value,
            "name": party.name,
            "language": party.language.value if party.language else None,
            "created_at": party.created_at.isoformat(),
            "stage": party.stage.value if party.stage else None,
            "owner": _owner(tx, party.owner_id),
            "archived_at": party.archived_at.isoformat() if party.archived_at else None,
            "roles": list(roles_of_parties(tx, [party.id]).get(party.id, ())),
        },
        "tags": list(tags_of_parties(tx, [party.id]).get(party.id, ())),
        "families": {family.value: surviving(facts, family) for family in WITH_FACTS},
        **_points(tx, party.id),
        "addresses": [address_view(one) for one in addresses_of(tx, party.id)],
        "claims": _claims(tx, party.id),
        "conversations": summaries(tx.conn.execute(recent).mappings()),
        "relational": _relational(tx, party.id),
        "people": _people(tx, facts),
        "seq": seq,
    }


def surviving(facts: Iterable[Fact], family: Family) -> list[dict[str, Any]]:
    """The family's fields, each with the value that wins by (rank, then newest) and those that lost."""
    mine = sorted((f for f in facts if f.family is family), key=lambda f: f.field)
    return [
        _field(sorted(group, key=lambda f: (f.rank, -f.at.timestamp())))
        for _, group in groupby(mine, key=lambda f: f.field)
    ]


def reach_of(tx: SqlTx, party_ids: Sequence[str]) -> Mapping[str, Reach]:
    """Whom news of each party concerns."""
    query = (
        select(
            conversations.c.party_id,
            conversations.c.queue_id,
            conversations.c.handler_kind,
            conversations.c.handler_ref,
        )
        .where(conversations.c.party_id.in_(party_ids))
        .distinct()
    )
    queues: dict[str, set[str]] = {}
    holders: dict[str, set[str]] = {}
    for row in tx.conn.execute(query):
        queues.setdefault(row.party_id, set()).add(row.queue_id)
        if row.handler_kind == HandlerKind.AGENT.value:
            holders.setdefault(row.party_id, set()).add(row.handler_ref)
    return {
        party_id: Reach(
            queues=frozenset(queues.get(party_id, ())), holders=frozenset(holders.get(party_id, ()))
        )
        for party_id in party_ids
    }


def _field(values: Sequence[Fact]) -> dict[str, Any]:
    return {**_value(values[0]), "others": [_value(lost) for lost in values[1:]]}


def _value(fact: Fact) -> dict[str, Any]:
    return {
        "family": fact.family.value,
        "field": fact.field,
        "value": fact.value,
        "source": fact.source,
        "rank": fact.rank,
        "at": fact.at.isoformat(),
        "by_id": fact.by_id,
        "note": fact.note,
    }


def points_page(tx: SqlTx, viewer: Viewer, party_id: PartyId, place: int, limit: int) -> dict[str, Any]:
    """Contact points from the `place`th on, the preferred one first."""
    return _page_of_points(tx, find(tx, viewer, party_id), place, limit)


def _points(tx: SqlTx, party_id: PartyId) -> dict[str, Any]:
    """The first ones; where there are more, `contact_points_next` leads on."""
    page = _page_of_points(tx, party_id, 0, FIRST_POINTS)
    return {"contact_points": page["items"], "contact_points_next": page["next"]}


def _page_of_points(tx: SqlTx, party_id: PartyId, place: int, limit: int) -> dict[str, Any]:
    query = (
        select(contact_points)
        .where(contact_points.c.party_id == party_id)
        .order_by(contact_points.c.preferred.desc(), contact_points.c.id)
        .offset(place)
        .limit(limit + 1)
    )
    rows = tx.conn.execute(query).mappings().all()
    names = ("id", "kind", "value", "assurance", "preferred", "source")
    return {
        "items": [{name: row[name] for name in names} for row in rows[:limit]],
        "next": str(place + limit) if len(rows) > limit else None,
    }


def _owner(tx: SqlTx, user_id: str | None) -> dict[str, str] | None:
    if user_id is None:
        return None
    name = tx.conn.execute(select(users.c.name).where(users.c.id == user_id)).scalar_one()
    return {"id": user_id, "name": name}


def _people(tx: SqlTx, facts: Iterable[Fact]) -> dict[str, str]:
    """The names of the customers that values of the file stand for."""
    ids = [fact.value for fact in facts if isinstance(fact.value, str) and len(fact.value) == ID_LENGTH]
    if not ids:
        return {}
    named = select(parties.c.id, parties.c.name).where(parties.c.id.in_(ids))
    return {row.id: row.name for row in tx.conn.execute(named)}


def _claims(tx: SqlTx, party_id: PartyId) -> list[dict[str, Any]]:
    return [
        {
            "kind": row.kind,
            "value": row.value,
            "at": row.at.isoformat(),
            "party": {"id": row.holder_id, "name": row.holder_name} if row.holder_id else None,
        }
        for row in tx.conn.execute(CLAIMS, {"party_id": party_id})
    ]


def _relational(tx: SqlTx, party_id: PartyId) -> dict[str, Any]:
    found = tx.conn.execute(RELATIONAL, {"party_id": party_id}).all()
    firsts, lasts = [row.first_at for row in found], [row.last_at for row in found]
    return {
        "conversations_total": sum(row.conversations for row in found),
        "exchanges_total": sum(int(row.exchanges) for row in found),
        "first_at": min(firsts).isoformat() if firsts else None,
        "last_at": max(lasts).isoformat() if lasts else None,
        "open": sum(row.open for row in found),
        "channels": {row.channel: row.conversations for row in found},
    }
