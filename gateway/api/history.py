"""What happened to a customer, what was known when, and who looked."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from core.errors import InvalidInput
from core.ids import PartyId
from core.permissions import Permission, needs
from crm.parties.model import Family
from gateway.routes import Call, route
from gateway.shapes.basics import Input, Output, Page
from gateway.shapes.parties import Families, PartyRef
from storage.views import history
from storage.views.paging import moment_of, number_of

Kind = Literal["conversation", "order", "visit", "change", "address", "merge", "relationship"]
FieldKey = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,63}$")]


class ChangesQuery(Page):
    field: FieldKey | None = None


class Moment(Input):
    at: AwareDatetime


class TimelineQuery(Page):
    """`kinds`: some of them, with commas; all without."""

    kinds: Annotated[str, Field(max_length=200, pattern=r"^[a-z_,]*$")] = ""


class ChangeOut(Output):
    id: int
    family: Family
    field: str
    value: Any
    was: Any
    source: str
    at: datetime
    by: PartyRef | None
    note: str


class Changes(Output):
    items: list[ChangeOut]
    next: str | None


class AsOf(Output):
    at: datetime
    families: Families


class Look(Output):
    at: datetime
    user: PartyRef


class Looks(Output):
    items: list[Look]
    next: str | None


class ToldValue(Output):
    family: Family
    field: str
    value: Any


class EntryOut(Output):
    """Which of the others an entry has goes with its kind."""

    id: str
    kind: Kind
    at: datetime
    by: str | None = None
    source: str | None = None
    note: str | None = None
    values: list[ToldValue] | None = None
    channel: str | None = None
    subject: str | None = None
    preview: str | None = None
    status: str | None = None
    exchanges: int | None = None
    point: str | None = None
    value: str | None = None
    name: str | None = None
    undone: bool | None = None
    number: str | None = None
    total: str | None = None
    currency: str | None = None
    url: str | None = None
    type: str | None = None
    inverse: bool | None = None
    other: PartyRef | None = None


class Timeline(Output):
    items: list[EntryOut]
    next: datetime | None


@route(
    "GET",
    "/api/v1/parties/{party_id}/changes",
    access=needs(Permission.CUSTOMERS_READ),
    summary="Every value written into the file, with who wrote it and what was there before",
    tag="customers",
    query=ChangesQuery,
    returns=Changes,
)
async def changes_of(call: Call) -> dict[str, Any]:
    page: ChangesQuery = call.query
    return await call.parts.store.read(
        history.changes, call.viewer, _id(call), page.field, number_of(page.cursor), page.limit
    )


@route(
    "GET",
    "/api/v1/parties/{party_id}/as-of",
    access=needs(Permission.CUSTOMERS_READ),
    summary="What the file said at a moment",
    tag="customers",
    query=Moment,
    returns=AsOf,
)
async def as_of(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(history.as_of, call.viewer, _id(call), call.query.at)


@route(
    "GET",
    "/api/v1/parties/{party_id}/timeline",
    access=needs(Permission.CUSTOMERS_READ),
    summary="What happened to a customer, across channels and events",
    tag="customers",
    query=TimelineQuery,
    returns=Timeline,
)
async def timeline_of(call: Call) -> dict[str, Any]:
    page: TimelineQuery = call.query
    kinds = [kind for kind in page.kinds.split(",") if kind] or list(history.KINDS)
    if unknown := [kind for kind in kinds if kind not in history.KINDS]:
        raise InvalidInput(problem=f"There is no kind {unknown[0]}; take some of {', '.join(history.KINDS)}")
    return await call.parts.store.read(
        history.timeline, call.viewer, _id(call), kinds, moment_of(page.cursor), page.limit
    )


@route(
    "GET",
    "/api/v1/parties/{party_id}/looks",
    access=needs(Permission.CUSTOMERS_READ_ALL),
    summary="Who opened the file",
    tag="customers",
    query=Page,
    returns=Looks,
)
async def looks_at(call: Call) -> dict[str, Any]:
    page: Page = call.query
    return await call.parts.store.read(
        history.looks, call.viewer, _id(call), number_of(page.cursor), page.limit
    )


def _id(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])
