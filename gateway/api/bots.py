"""Bots, for those who teach them."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field

from core.permissions import Permission, needs
from core.words import ChannelName
from gateway.routes import Call, route
from gateway.shapes.basics import Input, Output
from storage.views.bots import understood


class UnderstoodQuery(Input):
    limit: Annotated[int, Field(ge=1, le=500)] = 200


class UnderstoodOut(Output):
    id: str
    at: datetime
    channel: ChannelName
    text: str
    intent: str
    confidence: float
    out_of_scope: bool
    language: str


class UnderstoodList(Output):
    items: list[UnderstoodOut]


@route(
    "GET",
    "/api/v1/bots/understood",
    access=needs(Permission.BOTS_READ),
    summary="What customers lately said to bots and what was understood, newest first",
    tag="bots",
    query=UnderstoodQuery,
    returns=UnderstoodList,
)
async def list_understood(call: Call) -> dict[str, Any]:
    query: UnderstoodQuery = call.query
    return {"items": await call.parts.store.read(understood, query.limit)}
