"""Lists at the edge: the query every list takes, and what each can be filtered and sorted by."""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.filters.parse import parse_json
from core.permissions import SIGNED_IN
from core.staff import Viewer
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Input, Output
from storage.engine.listing import Listing, ListQuery
from storage.engine.transaction import SqlTx
from storage.fields import fields_for
from storage.views.conversation_list import CONVERSATIONS
from storage.views.party_list import OF_FIELD, PARTIES, party_listing

LISTINGS = {"parties": PARTIES, "conversations": CONVERSATIONS}
FilterText = Annotated[
    str,
    StringConstraints(max_length=20_000, pattern=NO_NUL),
    Field(description="A filter as JSON; see “Filters”."),
]


class ListParams(Input):
    """What any list takes."""

    filter: FilterText = ""
    sort: Annotated[str, StringConstraints(pattern=r"^-?[a-z_]{0,64}$")] = ""
    cursor: Annotated[str, StringConstraints(max_length=1000, pattern=NO_NUL)] | None = None
    limit: Annotated[int, Field(ge=1, le=200)] = 50
    counted: bool = Field(False, description="Also count what is found, up to 10,000.")


class ListedField(Output):
    name: str
    type: str
    operators: list[str]
    choices: list[str]
    sortable: bool
    names: dict[str, str] | None = None


class ListOut(Output):
    fields: list[ListedField]
    default_sort: str


class Lists(Output):
    lists: dict[str, ListOut]


def list_query(params: ListParams, listing: Listing) -> ListQuery:
    """Raises `InvalidFilter`."""
    return ListQuery(
        filter=parse_json(params.filter, listing.fields),
        sort=params.sort,
        cursor=params.cursor,
        limit=params.limit,
        counted=params.counted,
    )


@route(
    "GET",
    "/api/v1/lists",
    access=SIGNED_IN,
    summary="What each list can be filtered and sorted by",
    tag="lists",
    returns=Lists,
)
async def describe_lists(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(_describe, call.viewer)


def _describe(tx: SqlTx, viewer: Viewer) -> dict[str, Any]:
    names = {
        f"{OF_FIELD}{of.key}": {"fr": of.name, "en": of.english or of.name}
        for of in fields_for(tx, viewer).values()
    }
    listings = {**LISTINGS, "parties": party_listing(tx, viewer)}
    return {"lists": {name: _described(listing, names) for name, listing in listings.items()}}


def _described(listing: Listing, names: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    return {
        "default_sort": listing.default_sort,
        "fields": [
            {
                "name": one.field.name,
                "type": one.field.type.value,
                "operators": [op.value for op in one.field.operators],
                "choices": list(one.field.choices),
                "sortable": one.sort is not None,
                "names": names.get(one.field.name),
            }
            for one in listing.listed
        ],
    }
