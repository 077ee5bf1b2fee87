"""Customers: finding them, their file, and what staff writes into it."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import and_, func, select

from core.errors import InvalidInput, PossibleDuplicates
from core.filters.parse import parse
from core.ids import ContactPointId, PartyId, new_id
from core.jobs import job_view
from core.permissions import Permission, needs
from core.staff import Viewer
from core.words import Assurance, ContactKind, Language
from crm.fields.model import LONGEST, MOST_CHOICES
from crm.fields.values import checked
from crm.identity.normalise import dialling_code
from crm.identity.resolve import lock_key
from crm.parties.model import STAFF, Address, ContactPoint, Family, Party, PartyRole, Stage
from gateway.api.duplicates import WrittenParty, likely, written_profile
from gateway.api.jobs import JobAnswer
from gateway.api.tags import Tags
from gateway.lists import ListParams, list_query
from gateway.party_jobs import EDIT, EXPORT, TAG
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Id, Input, Name, Page, Words
from gateway.shapes.parties import CustomerFile, PartyList, PointPage
from gateway.typed_addresses import typed_address
from storage import audit
from storage.duplicates import say_not_same
from storage.engine.listing import list_page
from storage.engine.transaction import SqlTx
from storage.fields import fields_for
from storage.jobs import start_job
from storage.party_edits import UNASKED, Edits, WrittenValue, edit, first_values
from storage.party_roles import set_roles
from storage.schema import contact_points
from storage.tags import TAGS
from storage.views import parties as views
from storage.views.paging import number_of
from storage.views.party_list import party_listing, unarchived
from storage.views.search import matching, search

MOST_POINTS = 10_000  # of one customer


class SearchQuery(ListParams):
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=NO_NUL)] = ""


class ManyBody(Input):
    """Which customers: the ids, or all that filter and search find."""

    ids: Annotated[list[Id], Field(max_length=10_000)] | None = None
    filter: dict[str, Any] | None = None
    q: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100, pattern=NO_NUL)] = ""


class TagManyBody(ManyBody):
    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)


Text = Annotated[str, StringConstraints(max_length=LONGEST, pattern=NO_NUL)]


class Amount(Input):
    amount: Words | int | float
    currency: Annotated[str, StringConstraints(max_length=3)] = "EUR"


Value = bool | int | float | Text | Annotated[list[Words], Field(max_length=MOST_CHOICES)] | Amount | None


class FactBody(Input):
    """One value; null empties the field. `was`: what the writer saw there, refused when it is something else now."""

    field: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    value: Value
    was: Value = None
    family: Annotated[Family | None, Field(description="Known from the field; need not be given.")] = None


class ManyValue(Input):
    field: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,63}$")]
    value: Value


class EditManyBody(ManyBody):
    """What to set of each; roles and tags are added and removed. `owner`: a user's id, or "" for nobody."""

    stage: Stage | None = None
    owner: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] | None = None
    archived: bool | None = None
    add_roles: Annotated[list[PartyRole], Field(max_length=len(PartyRole))] = Field(default_factory=list)
    remove_roles: Annotated[list[PartyRole], Field(max_length=len(PartyRole))] = Field(default_factory=list)
    add: Tags = Field(default_factory=list)
    remove: Tags = Field(default_factory=list)
    values: Annotated[list[ManyValue], Field(max_length=20)] = Field(default_factory=list)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)] = ""


class PartyChanges(Input):
    """`owner`: a user's id, or "" for nobody. `note`: why, for the history. `was_name` is as `was` of a value."""

    name: Name | None = None
    was_name: Words | None = None
    language: Language | None = None
    stage: Stage | None = None
    owner: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] | None = None
    roles: Annotated[list[PartyRole], Field(max_length=len(PartyRole))] | None = None
    archived: bool | None = None
    facts: Annotated[list[FactBody], Field(max_length=50)] = Field(default_factory=list)
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500, pattern=NO_NUL)] = ""


class NewParty(WrittenParty):
    """`anyway`: it is none of those found. Its fields are as in a form; numbers and birth date become facts."""

    name: Name
    language: Language | None = None
    roles: Annotated[list[PartyRole], Field(max_length=len(PartyRole))] = Field(default_factory=list)
    anyway: bool = False


class PointBody(Input):
    kind: ContactKind
    value: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=300, pattern=NO_NUL)
    ]


@route(
    "GET",
    "/api/v1/parties",
    access=needs(Permission.CUSTOMERS_READ),
    summary="Find customers by name or address, or list them by filter",
    tag="customers",
    query=SearchQuery,
    returns=PartyList,
)
async def search_parties(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(_list, call.viewer, call.query, _dial(call))


@route(
    "POST",
    "/api/v1/parties/export",
    access=needs(Permission.CUSTOMERS_EXPORT),
    summary="Write those found into a CSV file, as long work",
    tag="customers",
    body=ManyBody,
    returns=JobAnswer,
    status=202,
)
async def export(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_export, call.viewer, call.body, _dial(call))}


@route(
    "POST",
    "/api/v1/parties/tag-many",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Put tags on all those found, or take them off, as long work",
    tag="customers",
    body=TagManyBody,
    returns=JobAnswer,
    status=202,
)
async def tag_many(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_tag_many, call.viewer, call.body, _dial(call))}


@route(
    "POST",
    "/api/v1/parties/edit-many",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Change all those found in the same way, as long work that can be taken back",
    tag="customers",
    body=EditManyBody,
    returns=JobAnswer,
    status=202,
)
async def edit_many(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_edit_many, call.viewer, call.body, _dial(call))}


@route(
    "GET",
    "/api/v1/parties/{party_id}",
    access=needs(Permission.CUSTOMERS_READ),
    summary="The customer file",
    tag="customers",
    returns=CustomerFile,
)
async def get_party(call: Call) -> dict[str, Any]:
    file = await call.parts.store.read(views.customer_file, call.viewer, _id(call))
    await call.parts.reads.note(call.parts.store, call.viewer.user_id, "party", file["party"]["id"])
    return file


@route(
    "POST",
    "/api/v1/parties",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Write down a customer; refused with who they may be, unless `anyway`",
    tag="customers",
    body=NewParty,
    returns=CustomerFile,
    status=201,
)
async def add_party(call: Call) -> dict[str, Any]:
    body: NewParty = call.body
    country = call.parts.settings.business.country
    points = [typed_address(point.kind, point.value, country) for point in body.contact_points]
    base = await call.parts.base.size(call.parts.store)
    found = await call.parts.store.read(likely, call.viewer, written_profile(body, country), base)
    if found and not body.anyway:
        raise PossibleDuplicates(parties=[_named(one) for one in found])
    return await call.parts.store.write(_add, call.viewer, body, points, found)


@route(
    "PATCH",
    "/api/v1/parties/{party_id}",
    access=needs(Permission.CUSTOMERS_WRITE),
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
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Add an address",
    tag="customers",
    body=PointBody,
    returns=CustomerFile,
)
async def add_contact_point(call: Call) -> dict[str, Any]:
    body: PointBody = call.body
    address = typed_address(body.kind, body.value, call.parts.settings.business.country)
    return await call.parts.store.write(_add_point, call.viewer, _id(call), address)


@route(
    "GET",
    "/api/v1/parties/{party_id}/contact-points",
    access=needs(Permission.CUSTOMERS_READ),
    summary="All addresses of a customer, the preferred one first; the file brings the first of them",
    tag="customers",
    query=Page,
    returns=PointPage,
)
async def list_contact_points(call: Call) -> dict[str, Any]:
    page: Page = call.query
    place = number_of(page.cursor, digits=9) or 0
    return await call.parts.store.read(views.points_page, call.viewer, _id(call), place, page.limit)


def _named(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["party"]["id"],
        "name": one["party"]["name"],
        "probability": round(one["probability"], 3),
    }


def _dial(call: Call) -> str:
    return dialling_code(call.parts.settings.business.country)


def _list(tx: SqlTx, viewer: Viewer, query: SearchQuery, dial: str) -> dict[str, Any]:
    """What is typed into the search alone is ranked; a list with a filter, an order or pages keeps its own order."""
    listed = query.model_fields_set & {"filter", "sort", "cursor", "counted"}
    if not listed:
        return {**search(tx, viewer, query.q, dial=dial, limit=min(query.limit, 20)), "next": None}
    listing, there = party_listing(tx, viewer), unarchived(query.filter)
    conditions = [] if there is None else [there]
    near = False
    if query.q:
        found = matching(tx, query.q, dial=dial)
        conditions.append(found.condition)
        near = found.near
    also = and_(*conditions) if conditions else None
    page = list_page(tx, viewer, listing, replace(list_query(query, listing), also=also))
    return {**page, "near": near and bool(page["items"])}


def _export(tx: SqlTx, viewer: Viewer, body: ManyBody, dial: str) -> dict[str, Any]:
    params = _chosen(tx, viewer, body, dial)
    audit.record(tx, viewer.user_id, "parties_exported", "", **params)
    name = f"clients-{tx.now:%Y-%m-%d}.csv"
    return job_view(start_job(tx, EXPORT, viewer.user_id, params, file_name=name))


def _tag_many(tx: SqlTx, viewer: Viewer, body: TagManyBody, dial: str) -> dict[str, Any]:
    params = {**_chosen(tx, viewer, body, dial), "add": body.add, "remove": body.remove}
    for tag_id in body.add:
        TAGS.get(tx, tag_id)
    audit.record(tx, viewer.user_id, "parties_tagged", "", **params)
    return job_view(start_job(tx, TAG, viewer.user_id, params))


def _edit_many(tx: SqlTx, viewer: Viewer, body: EditManyBody, dial: str) -> dict[str, Any]:
    """Checked now as far as it is the same for all: a value that no field takes is refused before the work begins."""
    known = fields_for(tx, viewer)
    values = []
    for told in body.values:
        if told.field not in known:
            raise InvalidInput(
                problem=f"There is no field {told.field}; take one of {', '.join(sorted(known))}"
            )
        raw = told.value.model_dump() if isinstance(told.value, Amount) else told.value
        values.append({"field": told.field, "value": checked(known[told.field], raw)})
    for tag_id in body.add:
        TAGS.get(tx, tag_id)
    changes = body.model_dump(mode="json", exclude={"ids", "filter", "q", "values"})
    params = {**_chosen(tx, viewer, body, dial), **changes, "values": values}
    audit.record(tx, viewer.user_id, "parties_edited", "", **params)
    return job_view(start_job(tx, EDIT, viewer.user_id, params))


def _chosen(tx: SqlTx, viewer: Viewer, body: ManyBody, dial: str) -> dict[str, Any]:
    """Raises `InvalidFilter` now rather than when the work begins."""
    wanted = body.filter or {"all": []}
    parse(wanted, party_listing(tx, viewer).fields)
    like = bool(body.q) and matching(tx, body.q, dial=dial).near
    return {"filter": wanted, "ids": body.ids, "q": body.q, "dial": dial, "like": like}


def _id(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])


def _add(
    tx: SqlTx, viewer: Viewer, body: NewParty, points: Sequence[Address], none_of: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    party = Party(
        id=PartyId(new_id()), kind=body.kind, name=body.name, language=body.language, created_at=tx.now
    )
    tx.parties.insert(party)
    told = [WrittenValue(field=field, value=value) for field, value in body.numbers.items()]
    if body.birth_date:
        told.append(WrittenValue(field="birth_date", value=body.birth_date.isoformat()))
    for fact in first_values(tx, party, told, viewer):
        tx.parties.insert_fact(party.id, fact)
    if body.roles:
        set_roles(tx, party.id, body.roles)
    audit.record(tx, viewer.user_id, "party_added", party.id, anyway=body.anyway)
    for address in points:
        _hold(tx, viewer, party.id, address)
    for one in none_of:
        say_not_same(tx, party.id, PartyId(one["party"]["id"]), viewer.user_id)
    return views.file_of(tx, viewer, party.id)


def _change(tx: SqlTx, viewer: Viewer, party_id: PartyId, body: PartyChanges) -> dict[str, Any]:
    party_id = views.find(tx, viewer, party_id)
    edit(tx, viewer, party_id, _edits(body))
    fields = sorted(body.model_fields_set - {"facts", "note", "was_name"}) + [f.field for f in body.facts]
    audit.record(tx, viewer.user_id, "party_changed", party_id, fields=fields)
    return views.customer_file(tx, viewer, party_id)


def _edits(body: PartyChanges) -> Edits:
    def stored(value: Any) -> Any:
        return value.model_dump() if isinstance(value, Amount) else value

    values = [
        WrittenValue(
            field=told.field,
            value=stored(told.value),
            was=stored(told.was) if "was" in told.model_fields_set else UNASKED,
        )
        for told in body.facts
    ]
    return Edits(
        name=body.name,
        language=body.language,
        stage=body.stage,
        owner=body.owner,
        roles=tuple(body.roles) if body.roles is not None else None,
        archived=body.archived,
        values=values,
        note=body.note,
        was_name=UNASKED if body.was_name is None else body.was_name,
    )


def _add_point(tx: SqlTx, viewer: Viewer, party_id: PartyId, address: Address) -> dict[str, Any]:
    """An address that is the party's already changes nothing; one that is another's is refused."""
    party_id = views.find(tx, viewer, party_id)
    _hold(tx, viewer, party_id, address)
    return views.customer_file(tx, viewer, party_id)


def _hold(tx: SqlTx, viewer: Viewer, party_id: PartyId, address: Address) -> None:
    tx.lock(lock_key(address))
    held = tx.parties.find(address)
    if held is not None and held[0].id != party_id:
        raise InvalidInput(problem=f"{address.value} belongs to another customer; merge the two instead")
    if held is None:
        mine = select(func.count()).where(contact_points.c.party_id == party_id)
        if tx.conn.execute(mine).scalar_one() >= MOST_POINTS:
            raise InvalidInput(problem=f"{MOST_POINTS:,} addresses are the most one customer can have")
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
        tx.parties.touch(party_id)
        audit.record(tx, viewer.user_id, "contact_point_added", party_id, kind=address.kind.value)
