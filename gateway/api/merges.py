"""Making two customers one, and taking it back."""

from typing import Annotated, Any

from pydantic import Field, StringConstraints
from sqlalchemy import select

from core.ids import PartyId, UserId
from core.permissions import Permission, needs
from core.staff import Viewer
from crm.merges.model import Merge
from gateway.api.duplicates import require_pair
from gateway.routes import Call, route
from gateway.shapes.basics import Id, Input
from gateway.shapes.duplicates import MergeAnswer, Merges, MergeWithUnclear
from storage import audit, merges
from storage.engine.transaction import SqlTx
from storage.schema import parties, users
from storage.views.parties import find

MERGE = needs(Permission.CUSTOMERS_MERGE)
Taken = Annotated[str, StringConstraints(pattern=r"^(name|language|[a-z_]{1,32}\.[a-z][a-z0-9_]{0,63})$")]
Ref = Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,32}( from| to)?:[0-9A-Za-z-]{1,64}$")]


class MergeBody(Input):
    """`take`: what the loser's value is kept of, `name`, `language` or `<family>.<field>`."""

    winner: Id
    loser: Id
    take: Annotated[list[Taken], Field(max_length=200)] = Field(default_factory=list)


class UndoBody(Input):
    """`give`: what came since and belongs to the one that is split off, by its `ref`."""

    give: Annotated[list[Ref], Field(max_length=1_000)] = Field(default_factory=list)


@route(
    "POST",
    "/api/v1/merges",
    access=MERGE,
    summary="Make two customers one",
    tag="duplicates",
    body=MergeBody,
    returns=MergeAnswer,
    status=201,
)
async def merge(call: Call) -> dict[str, Any]:
    return {"merge": await call.parts.store.write(_merge, call.viewer, call.body)}


@route(
    "GET",
    "/api/v1/merges/{merge_id}",
    access=MERGE,
    summary="A merge, with what came since and does not say to whom of the two it belongs",
    tag="duplicates",
    returns=MergeWithUnclear,
)
async def get_merge(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(_get, call.viewer, call.path["merge_id"])


@route(
    "POST",
    "/api/v1/merges/{merge_id}/undo",
    access=MERGE,
    summary="Make two of one again",
    tag="duplicates",
    body=UndoBody,
    returns=MergeAnswer,
)
async def undo(call: Call) -> dict[str, Any]:
    return {"merge": await call.parts.store.write(_undo, call.viewer, call.path["merge_id"], call.body)}


@route(
    "GET",
    "/api/v1/parties/{party_id}/merges",
    access=needs(Permission.CUSTOMERS_READ),
    summary="What a customer was made of",
    tag="duplicates",
    returns=Merges,
)
async def merges_of(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(_of, call.viewer, PartyId(call.path["party_id"]))}


def _merge(tx: SqlTx, viewer: Viewer, body: MergeBody) -> dict[str, Any]:
    winner, loser = PartyId(body.winner), PartyId(body.loser)
    require_pair(tx, viewer, winner, loser)
    done = merges.merge(tx, winner, loser, viewer.user_id, body.take)
    audit.record(tx, viewer.user_id, "parties_merged", winner, loser=loser, merge=done.id, take=body.take)
    return _view(tx, [done])[0]


def _get(tx: SqlTx, viewer: Viewer, merge_id: str) -> dict[str, Any]:
    done = _find(tx, viewer, merge_id)
    return {"merge": _view(tx, [done])[0], "unclear": merges.unclear(tx, merge_id)}


def _undo(tx: SqlTx, viewer: Viewer, merge_id: str, body: UndoBody) -> dict[str, Any]:
    _find(tx, viewer, merge_id)
    done = merges.undo(tx, merge_id, viewer.user_id, body.give)
    audit.record(tx, viewer.user_id, "merge_undone", done.winner_id, loser=done.loser_id, merge=done.id)
    return _view(tx, [done])[0]


def _of(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> list[dict[str, Any]]:
    return _view(tx, merges.merges_of(tx, find(tx, viewer, party_id)))


def _find(tx: SqlTx, viewer: Viewer, merge_id: str) -> Merge:
    done = merges.get(tx, merge_id)
    find(tx, viewer, done.winner_id)
    return done


def _view(tx: SqlTx, done: list[Merge]) -> list[dict[str, Any]]:
    names = _names(tx, parties, [one.loser_id for one in done])
    staff = _names(tx, users, [UserId(one.by_id) for one in done if one.by_id])
    return [
        {
            "id": one.id,
            "winner_id": one.winner_id,
            "loser_id": one.loser_id,
            "loser_name": names.get(one.loser_id, ""),
            "at": one.at.isoformat(),
            "by_id": one.by_id,
            "by_name": staff.get(one.by_id or "", ""),
            "counts": dict(one.counts),
            "undone_at": one.undone_at.isoformat() if one.undone_at else None,
        }
        for one in done
    ]


def _names(tx: SqlTx, table: Any, ids: Any) -> dict[str, str]:
    rows = tx.conn.execute(select(table.c.id, table.c.name).where(table.c.id.in_(list(ids))))
    return {row.id: row.name for row in rows}
