"""Queues and who is on them."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from core.errors import NameTaken
from core.ids import QueueId, UserId, new_id
from core.permissions import Permission, needs
from core.staff import Viewer
from core.words import ChannelName, Language
from gateway.routes import Call, route
from gateway.shapes.basics import Input, Name, Output
from gateway.shapes.console import QueueBrief
from gateway.team import an_agent, team_changed
from routing.model import Queue
from storage import audit
from storage.engine.transaction import SqlTx
from storage.views import queues as views

Seconds = Annotated[int, Field(ge=1, le=86_400)]
Priority = Annotated[int, Field(ge=-100, le=100)]


class QueueDetail(QueueBrief):
    offer_seconds: dict[str, int]
    priority: int
    members: list[dict[str, Any]]


class QueueDetails(Output):
    items: list[QueueDetail]


class QueueAnswer(Output):
    queue: QueueDetail


class NewQueue(Input):
    name: Name
    language: Language | None = None
    target_seconds: Seconds = 20
    offer_seconds: dict[ChannelName, Seconds] = Field(default_factory=dict)
    priority: Priority = 0


class QueueChanges(Input):
    name: Name | None = None
    language: Language | None = None
    target_seconds: Seconds | None = None
    offer_seconds: dict[ChannelName, Seconds | None] | None = Field(
        None, description="Of the channels named; null is the default again."
    )
    priority: Priority | None = None


class MemberBody(Input):
    rank: Annotated[int, Field(ge=0, le=10)] = Field(1, description="0 takes the user off the queue.")


@route(
    "GET",
    "/api/v1/queues",
    access=needs(Permission.QUEUES_READ),
    summary="All queues",
    tag="queues",
    returns=QueueDetails,
)
async def list_queues(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(views.queue_details)}


@route(
    "POST",
    "/api/v1/queues",
    access=needs(Permission.QUEUES_MANAGE),
    summary="Add a queue",
    tag="queues",
    body=NewQueue,
    returns=QueueAnswer,
    status=201,
)
async def add_queue(call: Call) -> dict[str, Any]:
    queue = await call.parts.store.write(_add_queue, call.viewer, call.body)
    await team_changed(call)
    return {"queue": queue}


@route(
    "PATCH",
    "/api/v1/queues/{queue_id}",
    access=needs(Permission.QUEUES_MANAGE),
    summary="Change a queue",
    tag="queues",
    body=QueueChanges,
    returns=QueueAnswer,
)
async def change_queue(call: Call) -> dict[str, Any]:
    queue_id = QueueId(call.path["queue_id"])
    queue = await call.parts.store.write(_change_queue, call.viewer, queue_id, call.body)
    await team_changed(call)
    return {"queue": queue}


@route(
    "PUT",
    "/api/v1/queues/{queue_id}/members/{user_id}",
    access=needs(Permission.QUEUES_MANAGE),
    summary="Put an agent on a queue, or take them off",
    tag="queues",
    body=MemberBody,
    returns=QueueAnswer,
)
async def put_member(call: Call) -> dict[str, Any]:
    body: MemberBody = call.body
    queue_id, user_id = QueueId(call.path["queue_id"]), UserId(call.path["user_id"])
    queue = await call.parts.store.write(_put_member, call.viewer, queue_id, user_id, body.rank)
    await team_changed(call)
    return {"queue": queue}


def _add_queue(tx: SqlTx, viewer: Viewer, body: NewQueue) -> dict[str, Any]:
    queue = Queue(
        id=QueueId(new_id()),
        name=body.name,
        language=body.language.value if body.language else "",
        offer_seconds=body.offer_seconds,
        target_seconds=body.target_seconds,
        priority=body.priority,
    )
    _check_free(tx, queue)
    tx.queues.insert(queue)
    audit.record(tx, viewer.user_id, "queue_added", queue.id, name=queue.name)
    return views.queue_detail(tx, queue.id)


def _change_queue(tx: SqlTx, viewer: Viewer, queue_id: QueueId, body: QueueChanges) -> dict[str, Any]:
    tx.lock("queues")
    queue = tx.queues.get(queue_id)
    changes: dict[str, Any] = {name: getattr(body, name) for name in body.model_fields_set}
    if "language" in changes:
        changes["language"] = changes["language"].value if changes["language"] else ""
    for name in ("name", "target_seconds", "offer_seconds", "priority"):
        if changes.get(name, ...) is None:
            del changes[name]
    if "offer_seconds" in changes:
        seconds = {**queue.offer_seconds, **changes["offer_seconds"]}
        changes["offer_seconds"] = {channel: s for channel, s in seconds.items() if s is not None}
    queue = replace(queue, **changes)
    _check_free(tx, queue)
    tx.queues.save(queue)
    audit.record(tx, viewer.user_id, "queue_changed", queue_id, fields=sorted(changes))
    return views.queue_detail(tx, queue_id)


def _check_free(tx: SqlTx, queue: Queue) -> None:
    tx.lock("queues")
    if any(other.name == queue.name and other.id != queue.id for other in tx.queues.all()):
        raise NameTaken(what="queue", name=queue.name)


def _put_member(tx: SqlTx, viewer: Viewer, queue_id: QueueId, user_id: UserId, rank: int) -> dict[str, Any]:
    queue = tx.queues.get(queue_id)
    if rank:
        an_agent(tx, user_id)
        tx.queues.add_member(queue.id, user_id, rank)
    else:
        tx.queues.remove_member(queue.id, user_id)
    audit.record(tx, viewer.user_id, "queue_member_set", queue_id, user=user_id, rank=rank)
    return views.queue_detail(tx, queue_id)
