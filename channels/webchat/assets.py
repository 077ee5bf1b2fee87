"""The widget's own files: read once, compressed once, answered with an ETag."""

import gzip
import html
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from channels.contract import WebReply, WebRequest

WEB = Path(__file__).parent / "web"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".svg": "image/svg+xml",
}
LOADER, FRAME, DEMO = "loader.js", "frame.html", "demo.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    body: bytes
    packed: bytes
    etag: str
    content_type: str


def served() -> tuple[str, ...]:
    """The files under /widget/static/, by their path in web/."""
    files = (path.relative_to(WEB).as_posix() for path in sorted(WEB.rglob("*")) if path.is_file())
    return tuple(f for f in files if Path(f).suffix in (".js", ".css", ".svg") and not f.endswith(".test.js"))


def load(name: str, fill: Mapping[str, str] | None = None) -> Asset:
    """The file, with `{{name}}` replaced by the (escaped) words of `fill`."""
    text = (WEB / name).read_text("utf-8")
    for word, value in (fill or {}).items():
        text = text.replace("{{" + word + "}}", html.escape(value, quote=True))
    body = text.encode()
    return Asset(
        body=body,
        packed=gzip.compress(body, 9, mtime=0),
        etag=f'"{sha256(body).hexdigest()[:20]}"',
        content_type=TYPES[Path(name).suffix],
    )


def answer(asset: Asset, request: WebRequest, headers: Mapping[str, str]) -> WebReply:
    """The asset, or 304 when the browser has it."""
    common = {
        "ETag": asset.etag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
        **headers,
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return WebReply(status=304, content_type=asset.content_type, headers=common)
    if "gzip" in request.headers.get("accept-encoding", ""):
        packed = {**common, "Content-Encoding": "gzip"}
        return WebReply(body=asset.packed, content_type=asset.content_type, headers=packed)
    return WebReply(body=asset.body, content_type=asset.content_type, headers=common)


def frame_policy(origins: list[str], url: str) -> str:
    """The chat's page may load itself, talk to us, and stand in the frames of the business's sites."""
    socket = url.replace("http", "ws", 1)
    ancestors = " ".join(("'self'", *origins)) if origins else "*"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
        f"connect-src 'self' {socket}; base-uri 'none'; form-action 'none'; frame-ancestors {ancestors}"
    )


DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; frame-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
)
