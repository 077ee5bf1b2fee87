"""What the console reads first, and what its user says of themselves; offers taken and declined."""

from datetime import timedelta
from typing import Annotated, Any

from pydantic import StringConstraints

from core.ids import UserId, WorkItemId
from core.permissions import SIGNED_IN, Permission, needs
from crm.conversations.views import conversation_view
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Input, Output
from gateway.shapes.console import AgentAnswer, Snapshot
from gateway.shapes.conversations import ConversationAnswer, ItemOut
from routing import offers, presence
from routing.ending import finish_wrap, more_time
from routing.model import Presence
from routing.views import agent_view, item_view
from storage.engine.transaction import SqlTx
from storage.views.console import snapshot
from storage.views.day import start_of_day
from storage.views.wall import wall


class ItemAnswer(Output):
    item: ItemOut


class PresenceBody(Input):
    presence: Presence
    reason: Annotated[str, StringConstraints(max_length=100, pattern=NO_NUL)] = ""


class Wall(Output):
    seq: int
    queues: list[dict[str, Any]]
    agents: list[dict[str, Any]]
    waiting: list[dict[str, Any]]


@route(
    "GET",
    "/api/v1/console/snapshot",
    access=SIGNED_IN,
    summary="All that my console starts from",
    tag="console",
    returns=Snapshot,
)
async def console_snapshot(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(snapshot, call.viewer)


@route(
    "PUT",
    "/api/v1/presence",
    access=needs(Permission.DESK_WORK),
    summary="Say whether I can take work",
    tag="console",
    body=PresenceBody,
    returns=AgentAnswer,
)
async def put_presence(call: Call) -> dict[str, Any]:
    body: PresenceBody = call.body
    user_id = call.viewer.user_id
    agent = await call.parts.store.write(presence.set_presence, user_id, body.presence, body.reason)
    return {"agent": agent_view(agent)}


@route(
    "POST",
    "/api/v1/offers/{item_id}/accept",
    access=needs(Permission.DESK_WORK),
    summary="Take what I am offered",
    tag="console",
    returns=ConversationAnswer,
)
async def accept_offer(call: Call) -> dict[str, Any]:
    item_id = WorkItemId(call.path["item_id"])
    return {"conversation": await call.parts.store.write(_accept, item_id, call.viewer.user_id)}


@route(
    "POST",
    "/api/v1/offers/{item_id}/decline",
    access=needs(Permission.DESK_WORK),
    summary="Let what I am offered pass to others",
    tag="console",
)
async def decline_offer(call: Call) -> None:
    await call.parts.store.write(offers.decline_offer, WorkItemId(call.path["item_id"]), call.viewer.user_id)


@route(
    "POST",
    "/api/v1/work/{item_id}/wrap-up-done",
    access=needs(Permission.DESK_WORK),
    summary="End my wrap-up before its time is over",
    tag="console",
)
async def wrap_up_done(call: Call) -> None:
    await call.parts.store.write(finish_wrap, WorkItemId(call.path["item_id"]), call.viewer.user_id)


@route(
    "POST",
    "/api/v1/work/{item_id}/more-time",
    access=needs(Permission.DESK_WORK),
    summary="As much time again for my wrap-up",
    tag="console",
    returns=ItemAnswer,
)
async def wrap_up_longer(call: Call) -> dict[str, Any]:
    again = timedelta(seconds=call.parts.settings.routing.wrap_up)
    item_id = WorkItemId(call.path["item_id"])
    item = await call.parts.store.write(more_time, item_id, call.viewer.user_id, again)
    return {"item": item_view(item)}


@route(
    "GET",
    "/api/v1/wall",
    access=needs(Permission.LIVE_READ),
    summary="Queues, agents and what waits, now",
    tag="console",
    returns=Wall,
)
async def get_wall(call: Call) -> dict[str, Any]:
    since = start_of_day(call.parts.clock.now(), call.parts.settings.business.time_zone)
    return await call.parts.store.read(wall, since)


def _accept(tx: SqlTx, item_id: WorkItemId, user_id: UserId) -> dict[str, Any]:
    conversation = offers.accept_offer(tx, item_id, user_id)
    return conversation_view(conversation, tx.parties.get(conversation.party_id).name)
