"""Relationships between customers, and the types there are."""

from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any

from pydantic import StringConstraints

from core.errors import NotFound, StillUsed
from core.ids import PartyId, new_id
from core.permissions import SIGNED_IN, Permission, needs
from core.staff import Viewer
from crm.conversations.events import PartyChanged
from crm.parties.model import PartyKind
from crm.relationships.model import Relationship, RelationshipType
from gateway.resource import Resource, routes_of
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Count, Id, Input, Output, ShortName
from storage import audit
from storage.engine.transaction import SqlTx
from storage.relationships import RELATIONSHIPS, TYPES, group_of, names_of, of_party, put, uses
from storage.views.parties import find

Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)]


class NewType(Input):
    """`source` and `target`: what kind of customer stands at each end; without, either."""

    name: ShortName
    inverse: ShortName
    source: PartyKind | None = None
    target: PartyKind | None = None
    tree: bool = False


class TypeChanges(Input):
    name: ShortName | None = None
    inverse: ShortName | None = None


class TypeOut(Output):
    id: str
    name: str
    inverse: str
    source: PartyKind | None
    target: PartyKind | None
    tree: bool
    created_at: str
    version: int
    relationships: Count


class NewRelationship(Input):
    """From the customer of the path to `to`; the other way round with `inverse`."""

    to: Id
    type: Id
    inverse: bool = False
    since: date | None = None
    until: date | None = None
    note: Note = ""


class RelationshipChanges(Input):
    since: date | None = None
    until: date | None = None
    note: Note | None = None


class OtherParty(Output):
    id: str
    kind: PartyKind
    name: str


class RelationshipOut(Output):
    """`inverse`: the customer asked about stands at the far end."""

    id: str
    type: str
    inverse: bool
    other: OtherParty
    since: date | None
    until: date | None
    note: str
    current: bool
    version: int


class Relationships(Output):
    items: list[RelationshipOut]


def _before_remove(tx: SqlTx, viewer: Viewer, of: RelationshipType) -> None:
    """Raises `StillUsed` while there are relationships of the type."""
    if count := uses(tx, [of.id])[of.id]["relationships"]:
        raise StillUsed(what="relationship type", name=of.name, count=count, users="relationships")


TYPE_ROUTES = routes_of(
    Resource(
        path="/api/v1/relationship-types",
        entities=TYPES,
        read=SIGNED_IN,
        write=needs(Permission.CUSTOMERS_MODEL),
        create=NewType,
        change=TypeChanges,
        out=TypeOut,
        facts=uses,
        before_remove=_before_remove,
    )
)


class GroupMember(OtherParty):
    above: str | None


class GroupOut(Output):
    items: list[GroupMember]


@route(
    "GET",
    "/api/v1/parties/{party_id}/group",
    access=needs(Permission.CUSTOMERS_READ),
    summary="The group of companies that an organisation is in, from its head down",
    tag="relationships",
    returns=GroupOut,
)
async def group(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(_group, call.viewer, _party(call))}


@route(
    "GET",
    "/api/v1/parties/{party_id}/relationships",
    access=needs(Permission.CUSTOMERS_READ),
    summary="Whom a customer is related to",
    tag="relationships",
    returns=Relationships,
)
async def relationships_of(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(_of, call.viewer, _party(call))}


@route(
    "POST",
    "/api/v1/parties/{party_id}/relationships",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Relate two customers",
    tag="relationships",
    body=NewRelationship,
    returns=Relationships,
    status=201,
)
async def add_relationship(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.write(_add, call.viewer, _party(call), call.body)}


@route(
    "PATCH",
    "/api/v1/parties/{party_id}/relationships/{relationship_id}",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Change the days and the note of a relationship",
    tag="relationships",
    body=RelationshipChanges,
    returns=Relationships,
)
async def change_relationship(call: Call) -> dict[str, Any]:
    wanted = call.path["relationship_id"]
    return {"items": await call.parts.store.write(_change, call.viewer, _party(call), wanted, call.body)}


@route(
    "DELETE",
    "/api/v1/parties/{party_id}/relationships/{relationship_id}",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Remove a relationship that never was; one that ended gets a last day instead",
    tag="relationships",
    returns=Relationships,
)
async def remove_relationship(call: Call) -> dict[str, Any]:
    wanted = call.path["relationship_id"]
    return {"items": await call.parts.store.write(_remove, call.viewer, _party(call), wanted)}


def _group(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> list[dict[str, Any]]:
    return group_of(tx, find(tx, viewer, party_id))


def _party(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])


def _of(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> list[dict[str, Any]]:
    return _view(tx, find(tx, viewer, party_id))


def _add(tx: SqlTx, viewer: Viewer, party_id: PartyId, body: NewRelationship) -> list[dict[str, Any]]:
    mine, other = find(tx, viewer, party_id), find(tx, viewer, PartyId(body.to))
    ends = (other, mine) if body.inverse else (mine, other)
    made = put(
        tx,
        Relationship(
            id=new_id(),
            from_id=ends[0],
            to_id=ends[1],
            type=body.type,
            since=body.since,
            until=body.until,
            note=body.note,
            created_at=tx.now,
        ),
    )
    return _done(tx, viewer, mine, made, "relationship_added")


def _change(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, wanted: str, body: RelationshipChanges
) -> list[dict[str, Any]]:
    mine, known = _mine(tx, viewer, party_id, wanted)
    made = put(tx, replace(known, **body.model_dump(exclude_unset=True)), known)
    return _done(tx, viewer, mine, made, "relationship_changed")


def _remove(tx: SqlTx, viewer: Viewer, party_id: PartyId, wanted: str) -> list[dict[str, Any]]:
    mine, known = _mine(tx, viewer, party_id, wanted)
    RELATIONSHIPS.remove(tx, known)
    return _done(tx, viewer, mine, known, "relationship_removed")


def _mine(tx: SqlTx, viewer: Viewer, party_id: PartyId, wanted: str) -> tuple[PartyId, Relationship]:
    """Raises `NotFound` for one that is not the customer's."""
    mine = find(tx, viewer, party_id)
    known = RELATIONSHIPS.to_change(tx, wanted)
    if mine not in (known.from_id, known.to_id):
        raise NotFound(what="relationship", id=wanted)
    return mine, known


def _done(tx: SqlTx, viewer: Viewer, mine: PartyId, link: Relationship, action: str) -> list[dict[str, Any]]:
    other = link.to_id if link.from_id == mine else link.from_id
    audit.record(tx, viewer.user_id, action, mine, other=other, type=link.type)
    for party_id in (mine, other):
        tx.emit(PartyChanged(party_id=party_id, name=tx.parties.get(party_id).name))
    return _view(tx, mine)


def _view(tx: SqlTx, party_id: PartyId) -> list[dict[str, Any]]:
    links = of_party(tx, party_id)
    names = names_of(tx, [end for link in links for end in (link.from_id, link.to_id)])
    today = tx.now.date()
    shown = []
    for link in links:
        inverse = link.from_id != party_id
        told = {name: value for name, value in asdict(link).items() if name in RelationshipOut.model_fields}
        days = {name: told[name].isoformat() if told[name] else None for name in ("since", "until")}
        other = names[link.from_id if inverse else link.to_id]
        shown.append({**told, **days, "inverse": inverse, "other": other, "current": link.holds_on(today)})
    return shown
