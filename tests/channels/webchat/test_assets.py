"""The widget is small, cached by what it is, and asks little of the site that carries it."""

import gzip
import hashlib
import json

from channels.webchat import assets
from tests.channels.webchat.conftest import Chat

LIMIT = 60 * 1024  # bytes, all scripts together, gzipped
LOADER_LIMIT = 4 * 1024


def test_the_whole_widget_is_under_sixty_kilobytes() -> None:
    scripts = [name for name in assets.served() if name.endswith(".js") and not name.startswith("demo")]
    sizes = {name: len(gzip.compress((assets.WEB / name).read_bytes(), 9)) for name in scripts}

    assert sizes["loader.js"] < LOADER_LIMIT
    assert sum(sizes.values()) < LIMIT, sizes


def test_the_vendored_library_is_the_one_that_was_recorded() -> None:
    manifest = json.loads((assets.WEB / "vendor" / "manifest.json").read_text())

    for name, digest in manifest["files"].items():
        assert hashlib.sha256((assets.WEB / "vendor" / name).read_bytes()).hexdigest() == digest


async def test_the_loader_may_be_used_by_any_site_and_is_not_sent_twice(chat: Chat) -> None:
    async with chat.http.get(f"{chat.url}/widget.js") as first:
        etag = first.headers["ETag"]
    async with chat.http.get(f"{chat.url}/widget.js", headers={"If-None-Match": etag}) as second:
        status = second.status

    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert first.headers["Content-Encoding"] == "gzip"
    assert "Set-Cookie" not in first.headers
    assert status == 304


async def test_the_frame_allows_itself_alone(chat: Chat) -> None:
    async with chat.http.get(f"{chat.url}/widget/frame") as answer:
        policy = answer.headers["Content-Security-Policy"]
        page = await answer.text()

    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert 'content="Filrouge"' in page


async def test_no_test_and_no_licence_is_served() -> None:
    assert not [name for name in assets.served() if name.endswith((".test.js", ".txt", ".json"))]


def test_only_the_named_sites_may_carry_the_chat() -> None:
    policy = assets.frame_policy(["https://boutique.example.com"], "https://chat.example.com")

    assert policy.endswith("frame-ancestors 'self' https://boutique.example.com")
    assert "connect-src 'self' wss://chat.example.com;" in policy
