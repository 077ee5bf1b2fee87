"""The console's page and its modules: plain files, each by its own route, under a strict policy.

They are kept in memory, packed once, and answered with an ETag: a console is some sixty small modules, and each
reload asks for all of them. A file that changed on disk is read again, so whoever works on the pages need not
restart anything.
"""

import gzip
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from aiohttp import web

from gateway.security_headers import page_policy

AT = "/console/"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
}
PACKED_ALREADY = frozenset({".png", ".woff2", ".ico"})
NOT_SERVED = re.compile(r"(\.test\.js|package\.json)$")  # run by node, not by browsers
REVALIDATE = "no-cache"  # every load asks, and is told 304: a new version is there at once
Endpoint = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file as it was read: its bytes, the same gzipped when that is shorter, and what names this version."""

    body: bytes
    packed: bytes | None
    etag: str
    policy: str | None


class Asset:
    """One file to serve."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._read_at = -1
        self.content_type = TYPES[file.suffix]
        self._content = self.current()

    def current(self) -> Content:
        """The present content; looks at the file's date, which costs microseconds, and reads it when it is new."""
        changed = self._file.stat().st_mtime_ns
        if changed != self._read_at:
            self._content = self._read()
            self._read_at = changed
        return self._content

    def _read(self) -> Content:
        body = self._file.read_bytes()
        packed = None if self._file.suffix in PACKED_ALREADY else gzip.compress(body, mtime=0)
        is_page = self._file.suffix == ".html"
        return Content(
            body=body,
            packed=packed if packed is not None and len(packed) < len(body) else None,
            etag=sha256(body).hexdigest()[:32],
            policy=page_policy(body.decode("utf-8")) if is_page else None,
        )


def mount_pages(app: web.Application, folder: Path) -> None:
    """`/` answers the console's page, `/console/…` its files; nothing when the folder holds no page."""
    page = folder / "index.html"
    if not page.is_file():
        return
    app.router.add_get("/", endpoint(page))
    app.router.add_get("/favicon.ico", _icon)
    app.router.add_get(f"{AT}kit", _kit)
    app.router.add_get(AT + "kit/{part:[a-z]*}", _kit)
    for file in served(folder):
        app.router.add_get(AT + file.relative_to(folder).as_posix(), endpoint(file))


def served(folder: Path) -> tuple[Path, ...]:
    """The files a browser may load."""
    return tuple(
        file
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix in TYPES and not NOT_SERVED.search(file.name)
    )


def endpoint(file: Path) -> Endpoint:
    """Serves the file; a page comes with the policy of its own inline scripts."""
    asset = Asset(file)

    async def serve(request: web.Request) -> web.StreamResponse:
        return _answer(request, asset.content_type, asset.current())

    return serve


def _answer(request: web.Request, content_type: str, content: Content) -> web.Response:
    headers = {"Cache-Control": REVALIDATE, "ETag": f'"{content.etag}"', "Vary": "Accept-Encoding"}
    if content.policy is not None:
        headers["Content-Security-Policy"] = content.policy
    known = request.if_none_match or ()
    if any(tag.value == content.etag for tag in known):
        return web.Response(status=304, headers=headers)
    headers["Content-Type"] = content_type
    if content.packed is not None and "gzip" in request.headers.get("Accept-Encoding", ""):
        return web.Response(body=content.packed, headers={**headers, "Content-Encoding": "gzip"})
    return web.Response(body=content.body, headers=headers)


async def _kit(request: web.Request) -> web.StreamResponse:
    """The pages of examples are part of the console; their own address is easier to hand around."""
    part = request.match_info.get("part", "")
    return web.Response(status=302, headers={"Location": f"/#/kit/{part}".rstrip("/")})


async def _icon(request: web.Request) -> web.StreamResponse:
    return web.Response(status=302, headers={"Location": f"{AT}icon.svg"})
