"""What came in and could not be read: listed, looked at, taken in again."""

from dataclasses import replace
from typing import Any

from aiohttp import web

from core.errors import WrongState
from core.permissions import Permission, needs
from core.staff import Viewer
from crm.conversations.model import SetAsideItem
from gateway.routes import Call, route
from gateway.shapes.basics import Items, Output
from storage import audit
from storage.engine.transaction import SqlTx
from storage.views.set_aside import set_aside_list


class Replayed(Output):
    replayed: bool


@route(
    "GET",
    "/api/v1/set-aside",
    access=needs(Permission.SET_ASIDE_READ),
    summary="What came in and could not be read",
    tag="set aside",
    returns=Items,
)
async def list_set_aside(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(set_aside_list)


@route(
    "GET",
    "/api/v1/set-aside/{set_aside_id}/raw",
    access=needs(Permission.SET_ASIDE_READ),
    summary="The very bytes that came in",
    tag="set aside",
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
    access=needs(Permission.SET_ASIDE_REPLAY),
    summary="Take it in again, now that it can be read",
    tag="set aside",
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


def _get(tx: SqlTx, set_aside_id: str) -> SetAsideItem:
    return tx.set_aside.get(set_aside_id)


def _look(tx: SqlTx, viewer: Viewer, set_aside_id: str) -> SetAsideItem:
    item = tx.set_aside.get(set_aside_id)
    audit.record(tx, viewer.user_id, "set_aside_read", item.id)
    return item


def _replayed(tx: SqlTx, viewer: Viewer, set_aside_id: str) -> None:
    tx.set_aside.save(replace(tx.set_aside.get(set_aside_id), replayed_at=tx.now))
    audit.record(tx, viewer.user_id, "set_aside_replayed", set_aside_id)
