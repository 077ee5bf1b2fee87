"""The console's page and its modules: plain files, each by its own route, under a strict policy."""

import re
from collections.abc import Awaitable, Callable
from functools import partial
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from filrouge.gateway.security_headers import page_policy

AT = "/console/"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
NOT_SERVED = re.compile(r"(\.test\.m?js|\.mjs|package\.json)$")  # run by node, not by browsers
REVALIDATE = "no-cache"  # every load asks, and is told 304: a new version is there at once
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


def mount_pages(app: web.Application, folder: Path) -> None:
    """`/` answers the console's page, `/console/…` its files; nothing when the folder holds no page."""
    page = folder / "index.html"
    if not page.is_file():
        return
    app.router.add_get("/", page_endpoint(page))
    app.router.add_get("/favicon.ico", _no_icon)
    for file in served(folder):
        app.router.add_get(AT + file.relative_to(folder).as_posix(), partial(_file, file))


def served(folder: Path) -> tuple[Path, ...]:
    """The files a browser may load."""
    return tuple(
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in TYPES and not NOT_SERVED.search(file.name)
    )


def page_endpoint(page: Path) -> Endpoint:
    """A page with the policy of its own inline scripts."""

    text = page.read_text(encoding="utf-8")

    async def endpoint(request: web.Request) -> web.StreamResponse:
        response = web.Response(text=text, content_type="text/html")
        response.headers["Content-Security-Policy"] = page_policy(text)
        response.headers["Cache-Control"] = REVALIDATE
        response.etag = sha256(text.encode()).hexdigest()[:32]
        return response

    return endpoint


async def _file(file: Path, request: web.Request) -> web.StreamResponse:
    headers = {"Content-Type": TYPES[file.suffix], "Cache-Control": REVALIDATE}
    return web.FileResponse(file, headers=headers)


async def _no_icon(request: web.Request) -> web.StreamResponse:
    raise web.HTTPFound(f"{AT}icon.svg")
