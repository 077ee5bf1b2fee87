"""The headers that tell a browser how little our answers may do."""

import re
from base64 import b64encode
from hashlib import sha256

from aiohttp import web

INLINE = re.compile(r"<script(?P<attributes>[^>]*)>(?P<text>.*?)</script>", re.DOTALL | re.IGNORECASE)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
MAIL_POLICY = "sandbox; default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self), autoplay=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def inline_hashes(html: str) -> tuple[str, ...]:
    """CSP sources for the inline scripts of a page we ship (the import map), as `'sha256-…'`."""
    scripts = (m for m in INLINE.finditer(html) if "src=" not in m["attributes"])
    return tuple(f"'sha256-{b64encode(sha256(m['text'].encode()).digest()).decode()}'" for m in scripts)


def page_policy(html: str) -> str:
    """The policy of a page: our own files and its own inline scripts, nothing else, in nobody's frame."""
    scripts = " ".join(("'self'", *inline_hashes(html)))
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self'; img-src 'self' data: blob:; "
        "font-src 'self'; media-src 'self' blob:; connect-src 'self' ws: wss:; frame-src 'self'; "
        "manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Put on every answer as it goes out; a handler that set its own policy keeps it."""
    for name, value in FIXED.items():
        response.headers.setdefault(name, value)
    if "Content-Security-Policy" not in response.headers:
        response.headers["Content-Security-Policy"] = API_POLICY
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
