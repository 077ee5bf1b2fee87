"""What every request goes through: a correlation id, the clock of the metrics, the error table, the CSRF check."""

import re
from time import perf_counter
from urllib.parse import urlsplit

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from core.ids import new_id
from gateway.errors import CrossSite, answer, error_response
from gateway.metrics import Metrics

CORRELATION = "X-Correlation-Id"
PLAUSIBLE = re.compile(r"[\w.:-]{1,64}", re.ASCII)
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
SOCKETS = "/socket.io/"
OWN_HEADER = "X-Filrouge"  # a form or an image of another site cannot set it


def correlation_of(request: web.Request) -> str:
    """The caller's own id when it is harmless, else a fresh one; it follows the request into the log and events."""
    given = request.headers.get(CORRELATION, "")
    return given if PLAUSIBLE.fullmatch(given) else new_id()


def trace(metrics: Metrics) -> Middleware:
    """Outermost: names the request, times it, and turns whatever goes wrong into an answer."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        correlation = correlation_of(request)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(correlation=correlation)
        began = perf_counter()
        try:
            response = await handler(request)
        except BaseException as error:
            response = await answer(error, correlation)
        if not response.prepared:
            response.headers[CORRELATION] = correlation
        route = _route_name(request)
        metrics.requests.labels(request.method, route, str(response.status)).inc()
        if route != SOCKETS:  # lives as long as its page, and would drown the others
            metrics.latency.labels(request.method, route).observe(perf_counter() - began)
        return response

    return middleware


def refuse_other_sites(public_url: str) -> Middleware:
    """Changes under /api/ need our header or our own Origin; webhooks are signed instead."""
    own = _origin(public_url)

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        guarded = request.path.startswith("/api/") and request.method not in SAFE_METHODS
        if guarded and not _same_site(request, own):
            return error_response(CrossSite())
        return await handler(request)

    return middleware


def _same_site(request: web.Request, own: str) -> bool:
    if OWN_HEADER in request.headers:
        return True
    origin = request.headers.get("Origin", "")
    return origin != "" and origin in (own, f"{request.scheme}://{request.host}")


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _route_name(request: web.Request) -> str:
    """The route's pattern, never the path itself: labels must stay few."""
    resource = request.match_info.route.resource
    if resource is None:
        return "none"
    name = resource.canonical
    if name.startswith(SOCKETS):
        return SOCKETS
    return name if name.startswith(("/api/", "/webhooks/", "/healthz", "/readyz", "/metrics")) else "pages"
