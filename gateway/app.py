"""The front door as one aiohttp application: routes, webhooks, sockets, pages, and what every request goes through."""

import asyncio
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any
from weakref import WeakSet

import socketio
from aiohttp import WSCloseCode, web

from core.settings import Settings
from core.signals import STAFF_CHANGED
from gateway import health, lists
from gateway.api import (
    account,
    addresses,
    audit,
    bots,
    console,
    conversations,
    duplicates,
    entry_points,
    fields,
    files,
    history,
    jobs,
    merges,
    orders,
    parties,
    queues,
    relationships,
    roles,
    saved_views,
    set_aside,
    speakers,
    tags,
    users,
)
from gateway.middleware import refuse_other_sites, trace
from gateway.openapi import document
from gateway.pages import endpoint, mount_pages
from gateway.parts import Parts
from gateway.routes import Route, collect, mount
from gateway.security_headers import add_headers
from gateway.sign_in import SignIn
from gateway.webhooks import mount_webhooks, webhooks_of

DOCS = Path(__file__).parent / "docs"
HANG_UP = 2.0  # seconds for lines to be ended politely
SOCKET_BUFFER = 1_048_576  # bytes of one packet from a client


def all_routes() -> tuple[Route, ...]:
    """Every route of our own, in the order of the document."""
    return collect(
        account,
        addresses,
        console,
        conversations,
        parties,
        duplicates,
        merges,
        fields,
        history,
        orders,
        relationships,
        tags,
        lists,
        saved_views,
        jobs,
        bots,
        files,
        users,
        roles,
        queues,
        entry_points,
        set_aside,
        speakers,
        audit,
        health,
    )


def socket_server(settings: Settings) -> socketio.AsyncServer:
    """The Socket.IO server for `/console` and the channels' namespaces; over Redis when there are several nodes."""
    redis_url = settings.storage.redis_url
    return socketio.AsyncServer(
        async_mode="aiohttp",
        client_manager=socketio.AsyncRedisManager(redis_url, channel="filrouge:sockets")
        if redis_url
        else None,
        cors_allowed_origins=_origins(settings),
        max_http_buffer_size=SOCKET_BUFFER,
        ping_interval=15,
        ping_timeout=10,
        logger=False,
        engineio_logger=False,
    )


def build_app(parts: Parts) -> web.Application:
    """The application, ready to be served. It starts and stops the console's sockets with itself."""
    app = web.Application(
        middlewares=[trace(parts.metrics), refuse_other_sites(parts.settings.server.url)],
        client_max_size=parts.settings.server.max_body,
    )
    app.on_response_prepare.append(add_headers)
    routes = all_routes()
    mount(app, parts, routes)
    mount_webhooks(app, parts.channels, parts.settings.server, parts.metrics)
    _mount_document(app, parts, routes)
    _mount_sockets(app, parts)
    mount_pages(app, parts.web)
    parts.signals.subscribe(partial(_staff_changed, parts.sign_in))
    app.on_startup.append(lambda _: parts.console.start())
    _hang_up_at_the_end(app)
    app.on_cleanup.append(lambda _: parts.console.stop())
    return app


def _hang_up_at_the_end(app: web.Application) -> None:
    """Ends the lines of consoles and chats, which come back by themselves; else the web server waits for them."""
    lines: WeakSet[web.WebSocketResponse] = WeakSet()

    async def note(request: web.Request, response: web.StreamResponse) -> None:
        if isinstance(response, web.WebSocketResponse):
            lines.add(response)

    async def hang_up(app: web.Application) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(HANG_UP):
                await asyncio.gather(*(line.close(code=WSCloseCode.GOING_AWAY) for line in set(lines)))

    app.on_response_prepare.append(note)
    app.on_shutdown.append(hang_up)


async def _staff_changed(sign_in: SignIn, name: str, data: Mapping[str, Any]) -> None:
    """Whoever was signed out or given a queue on another node is so here at once."""
    if name == STAFF_CHANGED:
        sign_in.forget()


def _mount_document(app: web.Application, parts: Parts, routes: tuple[Route, ...]) -> None:
    described = document(
        routes, webhooks_of(parts.channels), version=parts.version, server=parts.settings.server.url
    )
    text = json.dumps(described, ensure_ascii=False)

    async def openapi(request: web.Request) -> web.StreamResponse:
        return web.Response(text=text, content_type="application/json")

    app.router.add_get("/api/openapi.json", openapi)
    app.router.add_get("/api/docs", endpoint(DOCS / "index.html"))
    for name in ("docs.css", "docs.js"):
        app.router.add_get(f"/api/docs/{name}", endpoint(DOCS / name))


def _mount_sockets(app: web.Application, parts: Parts) -> None:
    parts.sockets.register_namespace(parts.console)
    for channel in parts.channels:
        for namespace in channel.namespaces():
            parts.sockets.register_namespace(namespace)
    parts.sockets.attach(app)


def _origins(settings: Settings) -> Callable[[str | None, Mapping[str, Any]], bool]:
    """Sites that embed the chat connect from elsewhere. The console checks once more that it is our own page."""
    listed = set(settings.webchat.origins)

    def allowed(origin: str | None, environ: Mapping[str, Any]) -> bool:
        own = f"//{environ.get('HTTP_HOST', '')}"
        ours = origin is None or origin == settings.server.url or origin.partition(":")[2] == own
        return not listed or ours or origin in listed

    return allowed
