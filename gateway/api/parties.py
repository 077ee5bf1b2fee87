"""Customers: finding them, their file, and what staff writes into it."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import InvalidInput
from core.ids import ContactPointId, PartyId, new_id
from core.staff import Viewer
from core.words import Assurance, ContactKind, Language, Role
from crm.conversations.events import PartyChanged
from crm.identity.normalise import dialling_code, email_address, phone_address
from crm.identity.resolve import lock_key
from crm.parties.model import Address, ContactPoint, Fact, Family, Party
from gateway.routes import Call, only, route
from gateway.shapes import (
    NO_NUL,
    CustomerFile,
    Input,
    Name,
    PartyList,
    Words,
)
from storage import staff
from storage.engine.transaction import SqlTx
from storage.views import parties as views
from storage.views.search import search

READERS = only(Role.AGENT, Role.SUPERVISOR, Role.CRM, Role.ADMIN)
STAFF_RANK = 10  # what a member of staff wrote beats what merely came with a message
STAFF = "staff"
WRITABLE = (Family.IDENTITY, Family.SOCIO_DEMOGRAPHIC, Family.SOCIO_CULTURAL, Family.BEHAVIOURAL)


class SearchQuery(Input):
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=NO_NUL)] = ""


class FactBody(Input):
    family: Family
    field: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    value: Words | int | bool


class PartyChanges(Input):
    name: Name | None = None
    language: Language | None = None
    facts: Annotated[list[FactBody], Field(max_length=50)] = Field(default_factory=list)


class PointBody(Input):
    kind: ContactKind
    value: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_NUL)
    ]


@route(
    "GET",
    "/api/v1/parties",
    access=READERS,
    summary="Find customers by name or address",
    tag="customers",
    query=SearchQuery,
    returns=PartyList,
)
async def search_parties(call: Call) -> dict[str, Any]:
    query: SearchQuery = call.query
    dial = dialling_code(call.parts.settings.business.country)
    return {"items": await call.parts.store.read(search, call.viewer, query.q, dial=dial)}


@route(
    "GET",
    "/api/v1/parties/{party_id}",
    access=READERS,
    summary="The customer file",
    tag="customers",
    returns=CustomerFile,
)
async def get_party(call: Call) -> dict[str, Any]:
    file = await call.parts.store.read(views.customer_file, call.viewer, _id(call))
    await call.parts.reads.note(call.parts.store, call.viewer.user_id, "party", file["party"]["id"])
    return file


@route(
    "PATCH",
    "/api/v1/parties/{party_id}",
    access=READERS,
    summary="Write into the customer file",
    tag="customers",
    body=PartyChanges,
    returns=CustomerFile,
)
async def change_party(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_change, call.viewer, _id(call), call.body)


@route(
    "POST",
    "/api/v1/parties/{party_id}/contact-points",
    access=READERS,
    summary="Add an address",
    tag="customers",
    body=PointBody,
    returns=CustomerFile,
)
async def add_contact_point(call: Call) -> dict[str, Any]:
    body: PointBody = call.body
    address = _address(body, call.parts.settings.business.country)
    return await call.parts.store.write(_add_point, call.viewer, _id(call), address)


def _id(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])


def _address(body: PointBody, country: str) -> Address:
    match body.kind:
        case ContactKind.EMAIL:
            return email_address(body.value)
        case ContactKind.PHONE:
            return phone_address(body.value, country)
        case ContactKind.POSTAL:
            return Address(kind=ContactKind.POSTAL, value=" ".join(body.value.split()))
        case ContactKind.WEBCHAT:
            raise InvalidInput(problem="A chat address is made by the chat itself; add another kind")


def _change(tx: SqlTx, viewer: Viewer, party_id: PartyId, body: PartyChanges) -> dict[str, Any]:
    party = tx.parties.get(views.find(tx, viewer, party_id))
    name = body.name or party.name
    if (name, body.language or party.language) != (party.name, party.language):
        tx.parties.save(replace(party, name=name, language=body.language or party.language))
    for fact in _facts(tx, party, body):
        tx.parties.insert_fact(party.id, fact)
    if name != party.name:
        tx.emit(PartyChanged(party_id=party.id, name=name))
    fields = sorted(body.model_fields_set - {"facts"}) + [f.field for f in body.facts]
    staff.audit(tx, viewer.user_id, "party_changed", party.id, fields=fields)
    return views.customer_file(tx, viewer, party.id)


def _facts(tx: SqlTx, party: Party, body: PartyChanges) -> list[Fact]:
    written = [(fact.family, fact.field, fact.value) for fact in body.facts]
    for family, _, _ in written:
        if family not in WRITABLE:
            raise InvalidInput(problem=f"The family {family.value} is not written as facts")
    if body.name and body.name != party.name:
        written.append((Family.IDENTITY, "name", body.name))
    return [
        Fact(family=family, field=field, value=value, source=STAFF, rank=STAFF_RANK, at=tx.now)
        for family, field, value in written
    ]


def _add_point(tx: SqlTx, viewer: Viewer, party_id: PartyId, address: Address) -> dict[str, Any]:
    """An address that is the party's already changes nothing; one that is another's is refused."""
    party_id = views.find(tx, viewer, party_id)
    tx.lock(lock_key(address))
    held = tx.parties.find(address)
    if held is not None and held[0].id != party_id:
        raise InvalidInput(problem=f"{address.value} belongs to another customer; merge the two instead")
    if held is None:
        tx.parties.insert_contact_point(
            ContactPoint(
                id=ContactPointId(new_id()),
                party_id=party_id,
                kind=address.kind,
                value=address.value,
                assurance=Assurance.UNVERIFIED,
                preferred=False,
                source=STAFF,
                created_at=tx.now,
            )
        )
        staff.audit(tx, viewer.user_id, "contact_point_added", party_id, kind=address.kind.value)
    return views.customer_file(tx, viewer, party_id)
