"""The channels' public routes: what a source is told, and that every outcome is counted."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from channels.contract import Ground, Manifest, Outbound, Sent, Webhook, WebReply, WebRequest
from core.bus import Bus
from core.errors import BadSignature, Malformed, StoreUnavailable
from core.store import Store
from core.words import ChannelName, ContactKind
from tests.fixtures import sqlite_settings
from tests.gateway.front import Front


class Probe:
    """A channel whose webhook does what its query asks, and remembers what it saw."""

    manifest = Manifest(name=ChannelName.SMS, contact_kind=ContactKind.PHONE, capabilities=frozenset())

    def __init__(self) -> None:
        self.seen: list[WebRequest] = []

    def webhooks(self) -> Sequence[Webhook]:
        page = Webhook(method="GET", path="/probe/page", handle=self.page)
        return (Webhook(method="POST", path="/webhooks/probe", handle=self.handle, max_body=100), page)

    def namespaces(self) -> Sequence[object]:
        return ()

    async def start(self, ground: Ground) -> None:
        pass

    async def stop(self) -> None:
        pass

    async def check(self) -> None:
        pass

    async def send(self, outbound: Outbound) -> Sent:
        raise AssertionError("a probe is not sent with")

    async def handle(self, request: WebRequest) -> WebReply:
        self.seen.append(request)
        match request.query.get("do"):
            case "sign":
                raise BadSignature(what="webhook")
            case "mangle":
                raise Malformed(what="message", problem="it has no From")
            case "lose":
                raise StoreUnavailable(problem="disk full")
            case "break":
                raise RuntimeError("boom")
        return WebReply(body="<Response/>", content_type="text/xml", headers={"X-Own": "1"})

    async def page(self, request: WebRequest) -> WebReply:
        return WebReply(body="<script>let a = 1</script>", content_type="text/html; charset=utf-8")


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
async def outside(store: Store, bus: Bus, tmp_path: Path, probe: Probe) -> AsyncIterator[Front]:
    settings = sqlite_settings(tmp_path)
    server = settings.server.model_copy(update={"public_url": "https://desk.example.com/"})
    settings = settings.model_copy(update={"server": server})
    front = await Front.open(store, bus, settings, channels=(probe,))
    yield front
    await front.close()


async def test_a_webhook_sees_the_public_url_that_its_sender_signed(outside: Front, probe: Probe):
    answer = await outside.nobody().call("POST", "/webhooks/probe?a=1&b=%20x", data=b"hello")

    seen = probe.seen[0]
    assert seen.url == "https://desk.example.com/webhooks/probe?a=1&b=%20x"
    assert (seen.method, seen.path, seen.body, seen.query) == (
        "POST",
        "/webhooks/probe",
        b"hello",
        {"a": "1", "b": " x"},
    )
    assert seen.headers["x-filrouge"] == "1"
    assert (answer.status, answer.body, answer.headers["X-Own"]) == (200, b"<Response/>", "1")


@pytest.mark.parametrize(
    ("wanted", "status", "code"),
    [
        ("sign", 403, "bad_signature"),
        ("mangle", 400, "malformed"),
        ("lose", 503, "store_unavailable"),
        ("break", 500, "error"),
    ],
)
async def test_a_source_is_told_what_was_wrong(outside: Front, wanted: str, status: int, code: str):
    answer = await outside.nobody().call("POST", f"/webhooks/probe?do={wanted}")

    assert (answer.status, answer.code) == (status, code)
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "boom" not in str(answer.body)


async def test_a_body_over_the_webhooks_limit_is_refused_unread(outside: Front, probe: Probe):
    known = await outside.nobody().call("POST", "/webhooks/probe", data=b"x" * 101)
    chunked = await outside.nobody().call("POST", "/webhooks/probe", data=_chunks())

    assert (known.status, chunked.status) == (413, 413)
    assert probe.seen == []


async def test_every_outcome_is_counted(outside: Front):
    nobody = outside.nobody()
    for wanted in ("ok", "sign", "sign", "mangle", "lose", "break"):
        await nobody.call("POST", f"/webhooks/probe?do={wanted}")
    text = outside.parts.metrics.render().decode()

    for outcome, times in {
        "ok": 1,
        "bad_signature": 2,
        "malformed": 1,
        "store_unavailable": 1,
        "failed": 1,
    }.items():
        assert f'filrouge_webhooks_total{{outcome="{outcome}",path="/webhooks/probe"}} {times}.0' in text


async def test_a_channels_page_runs_its_own_inline_scripts_only(outside: Front):
    answer = await outside.nobody().call("GET", "/probe/page")

    assert "script-src 'self' 'sha256-" in answer.headers["Content-Security-Policy"]


async def test_webhooks_are_in_the_document(outside: Front):
    paths = (await outside.nobody().get("/api/openapi.json"))["paths"]

    assert paths["/webhooks/probe"]["post"]["x-access"] == "public"


async def _chunks() -> AsyncIterator[bytes]:
    for _ in range(20):
        yield b"x" * 10
