"""The five routes of a plain entity, from one declaration: list, read, add, change, remove.

What every such entity owes its users comes from here: permissions, validation, `ETag` and `If-Match` so that two
people who change the same one notice each other, unique names, the audit log, an `EntityChanged` for the consoles,
and its part of the OpenAPI document. `docs/adding-a-capability.md` shows one from end to end.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar

from aiohttp import web
from pydantic import BaseModel, create_model
from sqlalchemy import ColumnElement, func, select

from core.errors import Malformed, NameTaken, NotFound
from core.events import EntityChanged
from core.ids import new_id
from core.permissions import Access
from core.staff import Viewer
from gateway.routes import Call, Route, route
from gateway.shapes.basics import Output
from storage import audit
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx

M = TypeVar("M", bound=Any)
Facts = Callable[[SqlTx, Sequence[str]], Mapping[str, Mapping[str, Any]]]


async def nothing_more(call: Call) -> None:
    """The default of what follows a change after its commit."""


@dataclass(frozen=True, kw_only=True)
class Resource(Generic[M]):
    """One entity at the edge.

    `create` and `change` are what callers send; `change` has every field optional. `out` describes an answer.
    `unique` is the column no two may share, without case and accents; `emptied` are those a null takes the value of
    away, which changes nothing elsewhere. `owned` names the column that holds whose it
    is: others neither see nor change it unless `shared` holds. `facts` adds what is known about each beyond its row.
    `before_save` and `before_remove` check and do what follows in the same transaction; `after` follows the commit.
    """

    path: str
    entities: Entities[M]
    read: Access
    write: Access
    create: type[BaseModel]
    change: type[BaseModel]
    out: type[Output]
    unique: str | None = "name"
    emptied: frozenset[str] = frozenset()
    owned: str | None = None
    shared: str | None = None
    facts: Facts | None = None
    before_save: Callable[[SqlTx, Viewer, M | None, M], None] | None = None
    before_remove: Callable[[SqlTx, Viewer, M], None] | None = None
    after: Callable[[Call], Awaitable[None]] = nothing_more

    @property
    def what(self) -> str:
        return self.entities.what

    @property
    def key(self) -> str:
        """Its name in answers, in event data and in operation ids."""
        return self.what.replace(" ", "_")


def plain(thing: Any) -> dict[str, Any]:
    """A frozen dataclass as JSON."""
    return {name: _plain(value) for name, value in asdict(thing).items()}


def routes_of(resource: Resource[Any]) -> tuple[Route, ...]:
    """Declare them in a module as a tuple; `collect` finds them."""
    one, many = _answers(resource)
    what, plural = resource.what, resource.path.rsplit("/", 1)[-1].replace("-", "_")
    tag = plural.replace("_", " ")
    item = resource.path + "/{" + resource.key + "_id}"

    async def list_all(call: Call) -> dict[str, Any]:
        return {"items": await call.parts.store.read(_list, resource, call.viewer)}

    async def get(call: Call) -> web.Response:
        return _answer(
            resource, await call.parts.store.read(_get, resource, call.viewer, _id(resource, call))
        )

    async def add(call: Call) -> web.Response:
        made = await call.parts.store.write(_add, resource, call.viewer, call.body)
        await resource.after(call)
        return _answer(resource, made, 201)

    async def change(call: Call) -> web.Response:
        wanted, expected = _id(resource, call), _expected(call.request)
        done = await call.parts.store.write(_change, resource, call.viewer, wanted, expected, call.body)
        await resource.after(call)
        return _answer(resource, done)

    async def remove(call: Call) -> None:
        wanted, expected = _id(resource, call), _expected(call.request)
        await call.parts.store.write(_remove, resource, call.viewer, wanted, expected)
        await resource.after(call)

    handlers = {
        f"list_{plural}": list_all,
        f"get_{resource.key}": get,
        f"add_{resource.key}": add,
        f"change_{resource.key}": change,
        f"remove_{resource.key}": remove,
    }
    for name, handler in handlers.items():
        handler.__name__ = name
    read, write, path = resource.read, resource.write, resource.path
    versioned = "; If-Match names the version meant"
    return (
        route("GET", path, access=read, tag=tag, summary=f"All {tag}", returns=many)(list_all),
        route("GET", item, access=read, tag=tag, summary=f"One {what}", returns=one)(get),
        route(
            "POST",
            path,
            access=write,
            tag=tag,
            summary=f"Add a {what}",
            body=resource.create,
            returns=one,
            status=201,
        )(add),
        route(
            "PATCH",
            item,
            access=write,
            tag=tag,
            summary=f"Change a {what}{versioned}",
            body=resource.change,
            returns=one,
        )(change),
        route("DELETE", item, access=write, tag=tag, summary=f"Remove a {what}{versioned}", status=204)(
            remove
        ),
    )


def _answers(resource: Resource[Any]) -> tuple[type[BaseModel], type[BaseModel]]:
    """How one and all of them are described in the OpenAPI document."""
    name, out = resource.out.__name__, resource.out
    fields: dict[str, Any] = {resource.key: (out, ...)}
    listed: Any = list[out]  # type: ignore[valid-type]
    return (
        create_model(f"{name}Answer", __base__=Output, **fields),
        create_model(f"{name}List", __base__=Output, items=(listed, ...)),
    )


def _list(tx: SqlTx, resource: Resource[Any], viewer: Viewer) -> list[dict[str, Any]]:
    return _shown(tx, resource, resource.entities.all(tx, _seen(resource, viewer)))


def _get(tx: SqlTx, resource: Resource[Any], viewer: Viewer, thing_id: str) -> dict[str, Any]:
    thing = resource.entities.get(tx, thing_id)
    if not _sees(resource, viewer, thing):
        raise NotFound(what=resource.what, id=thing_id)
    return _shown(tx, resource, [thing])[0]


def _add(tx: SqlTx, resource: Resource[Any], viewer: Viewer, body: BaseModel) -> dict[str, Any]:
    own = {resource.owned: viewer.user_id} if resource.owned else {}
    thing = resource.entities.of(
        {**body.model_dump(), **own, "id": new_id(), "created_at": tx.now, "version": 1}
    )
    _check(tx, resource, viewer, None, thing)
    resource.entities.insert(tx, thing)
    return _done(tx, resource, viewer, "added", thing)


def _change(
    tx: SqlTx, resource: Resource[Any], viewer: Viewer, thing_id: str, expected: int | None, body: BaseModel
) -> dict[str, Any]:
    before = _to_change(tx, resource, viewer, thing_id, expected)
    told = body.model_dump(exclude_unset=True).items()
    wanted = {name: value for name, value in told if value is not None or name in resource.emptied}
    after = resource.entities.of({**asdict(before), **wanted})
    if after == before:
        return _shown(tx, resource, [before])[0]
    _check(tx, resource, viewer, before, after)
    return _done(tx, resource, viewer, "changed", resource.entities.save(tx, after), fields=sorted(wanted))


def _remove(tx: SqlTx, resource: Resource[Any], viewer: Viewer, thing_id: str, expected: int | None) -> None:
    thing = _to_change(tx, resource, viewer, thing_id, expected)
    if resource.before_remove is not None:
        resource.before_remove(tx, viewer, thing)
    resource.entities.remove(tx, thing)
    tx.emit(EntityChanged(kind=resource.key, id=thing.id, data=None, **_audience(resource, thing)))
    audit.record(tx, viewer.user_id, f"{resource.key}_removed", thing.id, **_name(thing))


def _to_change(
    tx: SqlTx, resource: Resource[Any], viewer: Viewer, thing_id: str, expected: int | None
) -> Any:
    """A shared thing of someone else is changed by who may share, as if it were theirs."""
    thing = resource.entities.to_change(tx, thing_id, expected)
    if not _sees(resource, viewer, thing):
        raise NotFound(what=resource.what, id=thing_id)
    return thing


def _check(tx: SqlTx, resource: Resource[Any], viewer: Viewer, before: Any, after: Any) -> None:
    if resource.before_save is not None:
        resource.before_save(tx, viewer, before, after)
    if resource.unique is None:
        return
    tx.lock(f"{resource.what}s")
    table, name = resource.entities.table, getattr(after, resource.unique)
    same = func.fold(table.c[resource.unique]) == func.fold(name)
    if tx.conn.execute(select(table.c.id).where(same, table.c.id != after.id)).first() is not None:
        raise NameTaken(what=resource.what, name=name)


def _done(
    tx: SqlTx, resource: Resource[Any], viewer: Viewer, act: str, thing: Any, **details: Any
) -> dict[str, Any]:
    tx.emit(EntityChanged(kind=resource.key, id=thing.id, data=plain(thing), **_audience(resource, thing)))
    audit.record(tx, viewer.user_id, f"{resource.key}_{act}", thing.id, **_name(thing), **details)
    return _shown(tx, resource, [thing])[0]


def _shown(tx: SqlTx, resource: Resource[Any], things: Sequence[Any]) -> list[dict[str, Any]]:
    facts = resource.facts(tx, [thing.id for thing in things]) if resource.facts else {}
    return [{**plain(thing), **facts.get(thing.id, {})} for thing in things]


def _seen(resource: Resource[Any], viewer: Viewer) -> ColumnElement[bool] | None:
    if resource.owned is None:
        return None
    table = resource.entities.table
    mine = table.c[resource.owned] == viewer.user_id
    return mine | table.c[resource.shared].is_(True) if resource.shared else mine


def _sees(resource: Resource[Any], viewer: Viewer, thing: Any) -> bool:
    if resource.owned is None or getattr(thing, resource.owned) == viewer.user_id:
        return True
    return bool(resource.shared and getattr(thing, resource.shared))


def _audience(resource: Resource[Any], thing: Any) -> dict[str, str]:
    """Who hears of it: whoever may read it."""
    permission = resource.read.permission
    alone = resource.owned is not None and not (resource.shared and getattr(thing, resource.shared))
    return {
        "permission": permission.value if permission else "",
        "user_id": getattr(thing, resource.owned) if alone and resource.owned else "",
    }


def _name(thing: Any) -> dict[str, Any]:
    name = getattr(thing, "name", None)
    return {"name": name} if name is not None else {}


def _id(resource: Resource[Any], call: Call) -> str:
    return call.path[f"{resource.key}_id"]


def _answer(resource: Resource[Any], shown: dict[str, Any], status: int = 200) -> web.Response:
    return web.json_response({resource.key: shown}, status=status, headers={"ETag": f'"{shown["version"]}"'})


def _expected(request: web.Request) -> int | None:
    """The version that `If-Match` names; None when any will do."""
    told = request.headers.get("If-Match", "*").strip()
    if told == "*":
        return None
    version = told.removeprefix("W/").strip('"')
    if not version.isdecimal() or len(version) > 9:
        raise Malformed(what="If-Match header", problem='send the ETag you were given, such as "3"')
    return int(version)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, frozenset | set):
        return sorted(_plain(one) for one in value)
    if isinstance(value, tuple | list):
        return [_plain(one) for one in value]
    return value
