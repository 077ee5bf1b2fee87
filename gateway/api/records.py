"""What could not be read and was set aside, and who did what."""

from dataclasses import replace
from typing import Annotated, Any

from aiohttp import web
from pydantic import Field

from core.errors import WrongState
from core.staff import Viewer
from core.words import Role
from crm.conversations.model import SetAsideItem
from gateway.routes import Call, only, route
from gateway.shapes import Input, Output
from storage import staff
from storage.engine.transaction import SqlTx
from storage.views.records import audit_list, set_aside_list

LEADERS = only(Role.SUPERVISOR, Role.ADMIN)
ADMIN = only(Role.ADMIN)


class AuditQuery(Input):
    cursor: Annotated[int, Field(ge=1, le=9_007_199_254_740_991)] | None = None


class Items(Output):
    items: list[dict[str, Any]]


class AuditPage(Items):
    next: str | None


class Replayed(Output):
    replayed: bool


@route(
    "GET",
    "/api/v1/set-aside",
    access=LEADERS,
    summary="What came in and could not be read",
    tag="records",
    returns=Items,
)
async def list_set_aside(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(set_aside_list)


@route(
    "GET",
    "/api/v1/set-aside/{set_aside_id}/raw",
    access=LEADERS,
    summary="The very bytes that came in",
    tag="records",
    sends="application/octet-stream",
)
async def get_set_aside_raw(call: Call) -> web.Response:
    item = await call.parts.store.write(_look, call.viewer, call.path["set_aside_id"])
    return web.Response(
        body=item.raw,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{item.id}.bin"'},
    )


@route(
    "POST",
    "/api/v1/set-aside/{set_aside_id}/replay",
    access=LEADERS,
    summary="Take it in again, now that it can be read",
    tag="records",
    returns=Replayed,
)
async def replay(call: Call) -> dict[str, Any]:
    item = await call.parts.store.read(_get, call.path["set_aside_id"])
    again = call.parts.replays.get(item.channel)
    if again is None:
        raise WrongState(what="set-aside item", state="of a channel without replay", wanted="of one with it")
    await again(item)
    await call.parts.store.write(_replayed, call.viewer, item.id)
    return {"replayed": True}


@route(
    "GET",
    "/api/v1/audit",
    access=ADMIN,
    summary="Who did what, newest first",
    tag="records",
    query=AuditQuery,
    returns=AuditPage,
)
async def get_audit(call: Call) -> dict[str, Any]:
    query: AuditQuery = call.query
    return await call.parts.store.read(audit_list, query.cursor)


def _get(tx: SqlTx, set_aside_id: str) -> SetAsideItem:
    return tx.set_aside.get(set_aside_id)


def _look(tx: SqlTx, viewer: Viewer, set_aside_id: str) -> SetAsideItem:
    item = tx.set_aside.get(set_aside_id)
    staff.audit(tx, viewer.user_id, "set_aside_read", item.id)
    return item


def _replayed(tx: SqlTx, viewer: Viewer, set_aside_id: str) -> None:
    tx.set_aside.save(replace(tx.set_aside.get(set_aside_id), replayed_at=tx.now))
    staff.audit(tx, viewer.user_id, "set_aside_replayed", set_aside_id)
