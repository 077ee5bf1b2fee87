"""The route decorator: one line says what a route is, who may call it, what it takes and what it gives.

The same declaration guards the call, validates its input, and feeds the OpenAPI document (`openapi.py`), so that
the three cannot drift apart. A decorated function becomes a `Route`; modules are collected by the assembly.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from aiohttp import web
from pydantic import BaseModel, ValidationError

from core.errors import Forbidden, Malformed, NotFound, NotSignedIn, TooLarge
from core.permissions import Access
from core.staff import Session, Viewer
from gateway.errors import validation_response
from gateway.parts import Parts

COOKIE = "filrouge_session"
MAX_JSON = 262_144  # bytes; only uploads are larger
ID = re.compile(r"[0-9A-Za-z_.-]{1,64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request as a handler sees it: checked, its body and query validated into the route's models.

    `viewer` and `session` are None on public routes for callers who are not signed in.
    """

    parts: Parts
    request: web.Request
    path: Mapping[str, str]
    body: Any
    query: Any
    who: Viewer | None
    session: Session | None

    @property
    def viewer(self) -> Viewer:
        """The signed-in caller."""
        if self.who is None:
            raise NotSignedIn
        return self.who


Handle = Callable[[Call], Awaitable[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A declared route. `sends` is the media type of what it answers when that is not JSON."""

    method: str
    path: str
    access: Access
    handle: Handle
    summary: str
    tag: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    returns: type[BaseModel] | None = None
    status: int = 200
    takes: str = "application/json"
    sends: str = "application/json"

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the path's parameters."""
        return tuple(re.findall(r"\{(\w+)\}", self.path))


def route(
    method: str,
    path: str,
    *,
    access: Access,
    summary: str,
    tag: str,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    returns: type[BaseModel] | None = None,
    status: int = 200,
    takes: str = "application/json",
    sends: str = "application/json",
) -> Callable[[Handle], Route]:
    """Makes a handler a `Route`. A handler answers JSON-able data, None for 204, or a response of its own."""

    def declare(handle: Handle) -> Route:
        return Route(
            method=method,
            path=path,
            access=access,
            handle=handle,
            summary=summary,
            tag=tag,
            body=body,
            query=query,
            returns=returns,
            status=status,
            takes=takes,
            sends=sends,
        )

    return declare


def collect(*modules: ModuleType) -> tuple[Route, ...]:
    """All routes declared in the modules, alone or in tuples, in the order they were written."""
    return tuple(_routes(modules))


def _routes(modules: Iterable[ModuleType]) -> Iterator[Route]:
    for module in modules:
        for value in vars(module).values():
            if isinstance(value, Route):
                yield value
            elif isinstance(value, tuple) and value and all(isinstance(one, Route) for one in value):
                yield from value


def mount(app: web.Application, parts: Parts, routes: Iterable[Route]) -> None:
    """Puts the routes on the application."""
    for declared in routes:
        app.router.add_route(declared.method, declared.path, _endpoint(parts, declared))


def _endpoint(parts: Parts, declared: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def endpoint(request: web.Request) -> web.StreamResponse:
        session, who = await parts.sign_in.identify(request.cookies.get(COOKIE, ""))
        check_access(declared.access, who)
        path = _path(request)
        try:
            query = declared.query.model_validate(_query(request)) if declared.query else None
        except ValidationError as error:
            return validation_response(error, "query")
        try:
            body = await _body(request, declared.body)
        except ValidationError as error:
            return validation_response(error, "body")
        call = Call(parts=parts, request=request, path=path, body=body, query=query, who=who, session=session)
        return _response(await declared.handle(call), declared.status)

    return endpoint


def check_access(access: Access, who: Viewer | None) -> None:
    """Raises `NotSignedIn` or `Forbidden` for a caller the route is not for."""
    if access.public:
        return
    if who is None:
        raise NotSignedIn
    if not access.allows(who.permissions):
        raise Forbidden(permission=str(access))


async def read_bounded(request: web.Request, limit: int, what: str) -> bytes:
    """The whole body, refused as soon as it is known to be over `limit` bytes."""
    if (request.content_length or 0) > limit:
        raise TooLarge(what=what, limit=f"{limit} bytes")
    parts: list[bytes] = []
    size = 0
    async for chunk in request.content.iter_chunked(65_536):
        size += len(chunk)
        if size > limit:
            raise TooLarge(what=what, limit=f"{limit} bytes")
        parts.append(chunk)
    return b"".join(parts)


async def _body(request: web.Request, model: type[BaseModel] | None) -> BaseModel | None:
    if model is None:
        return None
    if request.content_type not in ("application/json", "application/octet-stream"):
        raise Malformed(what="body", problem=f"its type is {request.content_type}, send application/json")
    return model.model_validate_json(await read_bounded(request, MAX_JSON, "body"))


def _query(request: web.Request) -> dict[str, str]:
    """Every parameter once; a repeated one cannot be meant."""
    query = request.query
    for name in query:
        if len(query.getall(name)) > 1:
            raise Malformed(what="query", problem=f"{name} is given twice")
    return dict(query)


def _path(request: web.Request) -> Mapping[str, str]:
    for name, value in request.match_info.items():
        if not ID.fullmatch(value):
            raise NotFound(what=name.removesuffix("_id").replace("_", " "), id="by that name")
    return dict(request.match_info)


def _response(result: Any, status: int) -> web.StreamResponse:
    if isinstance(result, web.StreamResponse):
        return result
    if result is None:
        return web.Response(status=204)
    if isinstance(result, BaseModel):
        result = result.model_dump(mode="json")
    return web.json_response(result, status=status)
