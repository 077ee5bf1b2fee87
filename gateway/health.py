"""Is it alive, is it ready, and what does it count: for orchestrators and for whoever is called at night."""

import asyncio
from ipaddress import ip_address

import structlog
from aiohttp import web

from core.errors import OutsideNetwork, StoreUnavailable
from core.permissions import PUBLIC
from gateway.parts import Check, Parts
from gateway.routes import Call, route
from gateway.shapes.basics import Output
from storage.engine.outbox import dead_tasks
from storage.views.feed import feed_bounds
from storage.views.wall import queue_sizes

PATIENCE = 3.0  # seconds a check may take before it counts as failed
PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"
log = structlog.get_logger(__name__)


class Alive(Output):
    status: str


class Ready(Output):
    status: str
    checks: dict[str, str]


@route("GET", "/healthz", access=PUBLIC, summary="The process answers", tag="health", returns=Alive)
async def healthz(call: Call) -> dict[str, str]:
    return {"status": "ok"}


@route(
    "GET",
    "/readyz",
    access=PUBLIC,
    summary="Everything it needs is there, or 503 with what is not",
    tag="health",
    returns=Ready,
)
async def readyz(call: Call) -> web.Response:
    checks = await _checks(call.parts)
    well = all(found == "ok" for found in checks.values())
    if not well:
        log.warning("not_ready", checks=checks)
    body = {"status": "ok" if well else "not ready", "checks": checks}
    return web.json_response(body, status=200 if well else 503)


@route(
    "GET",
    "/metrics",
    access=PUBLIC,
    summary="Prometheus' counts; from this network only",
    tag="health",
    sends="text/plain",
)
async def metrics(call: Call) -> web.Response:
    if not _near(call.request):
        raise OutsideNetwork
    try:
        call.parts.metrics.set_waiting(await call.parts.store.read(queue_sizes))
        call.parts.metrics.dead_tasks.set(await call.parts.store.read(dead_tasks))
    except StoreUnavailable:
        log.warning("queue_sizes_unread")  # the other counts are wanted all the more
    return web.Response(body=call.parts.metrics.render(), headers={"Content-Type": PROMETHEUS})


async def _checks(parts: Parts) -> dict[str, str]:
    """Every check at once, each "ok" or what is wrong with it."""

    async def store() -> None:
        await parts.store.read(feed_bounds)
        if parts.store.trouble:  # a full disk answers every read
            raise StoreUnavailable(problem=parts.store.trouble)

    wanted: dict[str, Check] = {"store": store, **parts.checks}
    found = await asyncio.gather(*(_tried(check) for check in wanted.values()))
    return dict(zip(wanted, found, strict=True))


async def _tried(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE):
            await check()
    except TimeoutError:
        return f"no answer within {PATIENCE:g} seconds"
    except Exception as error:
        return str(error) or type(error).__name__
    return "ok"


def _near(request: web.Request) -> bool:
    """Straight from a private address: what came through a proxy came from anywhere."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.remote or "").is_private
    except ValueError:
        return False
