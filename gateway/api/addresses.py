"""Postal addresses: added, changed and ended by staff; how each country writes them."""

from typing import Annotated, Any

from pydantic import StringConstraints

from core.ids import PartyId
from core.permissions import SIGNED_IN, Permission, needs
from core.staff import Viewer
from crm.addresses.model import PARTS, PostalAddress, Use, checked, form_of
from crm.conversations.events import PartyChanged
from crm.parties.model import STAFF
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Input, Output
from gateway.shapes.parties import CustomerFile
from storage import audit
from storage.addresses import add_address, change_address, end_address
from storage.engine.transaction import SqlTx
from storage.views import parties as views

Part = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]
Country = Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{2}$", to_upper=True)]


class WrittenAddress(Input):
    """Which parts there are and which must be filled is the country's (`GET /address-forms/{country}`)."""

    use: Use = Use.HOME
    recipient: Part = ""
    company: Part = ""
    street: Part = ""
    postcode: Part = ""
    city: Part = ""
    district: Part = ""
    region: Part = ""
    sorting_code: Part = ""
    country: Country
    preferred: bool = False


class FormOut(Output):
    country: str
    name: str
    parts: list[str]
    required: list[str]
    postcode_example: str
    regions: list[tuple[str, str]]


@route(
    "GET",
    "/api/v1/address-forms/{country}",
    access=SIGNED_IN,
    summary="Which parts an address of a country has, in its order, and which must be filled",
    tag="customers",
    returns=FormOut,
)
async def address_form(call: Call) -> dict[str, Any]:
    form = form_of(call.path["country"])
    return {
        "country": form.country,
        "name": form.name,
        "parts": list(form.parts),
        "required": sorted(form.required),
        "postcode_example": form.postcode_example,
        "regions": list(form.regions),
    }


@route(
    "POST",
    "/api/v1/parties/{party_id}/addresses",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Add a postal address",
    tag="customers",
    body=WrittenAddress,
    returns=CustomerFile,
    status=201,
)
async def add(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_add, call.viewer, _party(call), _parts(call.body))


@route(
    "PUT",
    "/api/v1/parties/{party_id}/addresses/{address_id}",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="Change a postal address; what it was stays in the history",
    tag="customers",
    body=WrittenAddress,
    returns=CustomerFile,
)
async def change(call: Call) -> dict[str, Any]:
    address_id = call.path["address_id"]
    return await call.parts.store.write(_change, call.viewer, _party(call), address_id, _parts(call.body))


@route(
    "DELETE",
    "/api/v1/parties/{party_id}/addresses/{address_id}",
    access=needs(Permission.CUSTOMERS_WRITE),
    summary="End a postal address; it stays in the history",
    tag="customers",
    returns=CustomerFile,
)
async def end(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_end, call.viewer, _party(call), call.path["address_id"])


def _party(call: Call) -> PartyId:
    return PartyId(call.path["party_id"])


def _parts(body: WrittenAddress) -> dict[str, Any]:
    """Raises `InvalidAddress`."""
    told = body.model_dump()
    return {**checked({name: told[name] for name in PARTS}), "use": body.use, "preferred": body.preferred}


def _add(tx: SqlTx, viewer: Viewer, party_id: PartyId, parts: dict[str, Any]) -> dict[str, Any]:
    party_id = views.find(tx, viewer, party_id)
    address = PostalAddress(
        **parts, id="", party_id=party_id, source=STAFF, created_at=tx.now, by_id=viewer.user_id
    )
    add_address(tx, address)
    return _done(tx, viewer, party_id, "added")


def _change(
    tx: SqlTx, viewer: Viewer, party_id: PartyId, address_id: str, parts: dict[str, Any]
) -> dict[str, Any]:
    party_id = views.find(tx, viewer, party_id)
    change_address(tx, party_id, address_id, viewer.user_id, {**parts, "source": STAFF})
    return _done(tx, viewer, party_id, "changed")


def _end(tx: SqlTx, viewer: Viewer, party_id: PartyId, address_id: str) -> dict[str, Any]:
    party_id = views.find(tx, viewer, party_id)
    end_address(tx, party_id, address_id, viewer.user_id)
    return _done(tx, viewer, party_id, "ended")


def _done(tx: SqlTx, viewer: Viewer, party_id: PartyId, what: str) -> dict[str, Any]:
    audit.record(tx, viewer.user_id, f"postal_address_{what}", party_id)
    tx.emit(PartyChanged(party_id=party_id, name=tx.parties.get(party_id).name))
    return views.file_of(tx, viewer, party_id)
