"""The page on which one plays the customer, with its scripts and styles."""

from collections.abc import Sequence
from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).parent / "page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self' ws: wss:; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)


def page_routes() -> Sequence[web.RouteDef]:
    files = {path.name: path for path in sorted(FOLDER.iterdir()) if path.suffix in TYPES}

    async def page(request: web.Request) -> web.StreamResponse:
        return _file(FOLDER / "sandbox.html", "text/html", {"Content-Security-Policy": POLICY})

    async def static(request: web.Request) -> web.StreamResponse:
        path = files.get(request.match_info["name"])
        if path is None:
            raise web.HTTPNotFound
        return _file(path, TYPES[path.suffix], {})

    return [web.get("/sandbox", page), web.get("/sandbox/", page), web.get("/sandbox/static/{name}", static)]


def _file(path: Path, content_type: str, headers: dict[str, str]) -> web.Response:
    return web.Response(
        body=path.read_bytes(),
        content_type=content_type,
        charset="utf-8",
        headers={"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff", **headers},
    )
