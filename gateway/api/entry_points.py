"""Which queue and bot each of our addresses leads to."""

from typing import Annotated, Any

from pydantic import StringConstraints

from core.ids import QueueId
from core.permissions import Permission, needs
from core.staff import Viewer
from core.words import ChannelName
from crm.conversations.model import EntryPoint
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Id, Input, Output, Words
from gateway.team import team_changed
from storage import audit
from storage.engine.transaction import SqlTx
from storage.views import entry_points as views


class EntryPointBody(Input):
    channel: ChannelName
    address: Words = ""
    queue_id: Id
    bot: Annotated[str, StringConstraints(max_length=64, pattern=NO_NUL)] = ""


class EntryPointKey(Input):
    channel: ChannelName
    address: Annotated[Words, StringConstraints(min_length=1)]


class EntryPointOut(Output):
    channel: ChannelName
    address: str
    queue_id: str
    bot: str


class EntryPoints(Output):
    items: list[EntryPointOut]


@route(
    "GET",
    "/api/v1/entry-points",
    access=needs(Permission.ENTRY_POINTS_READ),
    summary="Which queue and bot each of our addresses leads to",
    tag="entry points",
    returns=EntryPoints,
)
async def list_entry_points(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(views.entry_point_list)}


@route(
    "PUT",
    "/api/v1/entry-points",
    access=needs(Permission.ENTRY_POINTS_MANAGE),
    summary="Set where conversations of one address go",
    tag="entry points",
    body=EntryPointBody,
    returns=EntryPoints,
)
async def put_entry_point(call: Call) -> dict[str, Any]:
    items = await call.parts.store.write(_put_entry_point, call.viewer, call.body)
    await team_changed(call)
    return {"items": items}


@route(
    "DELETE",
    "/api/v1/entry-points",
    access=needs(Permission.ENTRY_POINTS_MANAGE),
    summary="Forget an address: its channel's general entry point serves it again",
    tag="entry points",
    query=EntryPointKey,
    returns=EntryPoints,
)
async def remove_entry_point(call: Call) -> dict[str, Any]:
    items = await call.parts.store.write(_remove_entry_point, call.viewer, call.query)
    await team_changed(call)
    return {"items": items}


def _put_entry_point(tx: SqlTx, viewer: Viewer, body: EntryPointBody) -> list[dict[str, Any]]:
    queue = tx.queues.get(QueueId(body.queue_id))
    tx.queues.put_entry_point(
        EntryPoint(channel=body.channel, address=body.address, queue_id=queue.id, bot=body.bot)
    )
    target = f"{body.channel.value}:{body.address}"
    audit.record(tx, viewer.user_id, "entry_point_set", target, queue=queue.id, bot=body.bot)
    return views.entry_point_list(tx)


def _remove_entry_point(tx: SqlTx, viewer: Viewer, key: EntryPointKey) -> list[dict[str, Any]]:
    tx.queues.remove_entry_point(key.channel, key.address)
    audit.record(tx, viewer.user_id, "entry_point_removed", f"{key.channel.value}:{key.address}")
    return views.entry_point_list(tx)
