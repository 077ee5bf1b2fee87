"""What the front door tells browsers, and what it refuses whoever asks."""

import re
from base64 import b64encode
from hashlib import sha256

import pytest

from gateway.security_headers import inline_hashes
from tests.gateway.front import Front, Person


async def test_a_change_that_another_sites_page_sends_is_refused(front: Front, agent: Person):
    async with agent.http.patch(
        front.url + "/api/v1/me", json={"theme": "dark"}, headers={"Origin": "https://evil.example.com"}
    ) as response:
        body = await response.json()

    assert (response.status, body["error"]["code"]) == (403, "cross_site")


async def test_a_change_with_our_own_origin_needs_no_header(front: Front, agent: Person):
    async with agent.http.patch(
        front.url + "/api/v1/me", json={"theme": "dark"}, headers={"Origin": front.url}
    ) as response:
        assert response.status == 200


@pytest.mark.parametrize(
    "path", ["/", "/api/docs", "/api/openapi.json", "/api/v1/me", "/healthz", "/nowhere"]
)
async def test_every_answer_forbids_sniffing_framing_and_foreign_script(front: Front, path: str):
    answer = await front.nobody().call("GET", path)

    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy


async def test_the_pages_import_map_is_allowed_by_its_hash_and_nothing_else_inline_is(front: Front):
    answer = await front.nobody().call("GET", "/")
    page = answer.body.decode()
    import_map = re.search(r'<script type="importmap">(.*?)</script>', page, re.DOTALL)
    assert import_map is not None
    expected = b64encode(sha256(import_map[1].encode()).digest()).decode()

    assert inline_hashes(page) == (f"'sha256-{expected}'",)
    assert f"script-src 'self' 'sha256-{expected}';" in answer.headers["Content-Security-Policy"]


async def test_the_documentation_page_has_no_inline_script(front: Front):
    answer = await front.nobody().call("GET", "/api/docs")

    assert inline_hashes(answer.body.decode()) == ()


async def test_a_body_that_is_too_large_is_refused(agent: Person):
    answer = await agent.call("PATCH", "/api/v1/me", json={"name": "x" * 300_000})

    assert (answer.status, answer.code) == (413, "too_large")


async def test_a_body_nested_too_deep_is_refused_like_any_bad_input(agent: Person):
    deep = "[" * 100_000
    answer = await agent.call("PATCH", "/api/v1/me", data=deep, headers={"Content-Type": "application/json"})

    assert (answer.status, answer.code) == (400, "malformed")


async def test_a_nul_in_a_text_is_refused_before_the_database_sees_it(agent: Person):
    answer = await agent.call("PATCH", "/api/v1/me", json={"name": "a\0b"})

    assert (answer.status, answer.code) == (422, "invalid_input")


async def test_a_strange_id_is_simply_not_found(agent: Person):
    answer = await agent.call("GET", "/api/v1/conversations/%00%27")

    assert (answer.status, answer.code) == (404, "not_found")


async def test_the_callers_correlation_id_comes_back_when_it_is_harmless(front: Front):
    kept = await front.nobody().call("GET", "/healthz", headers={"X-Correlation-Id": "call-42"})
    replaced = await front.nobody().call("GET", "/healthz", headers={"X-Correlation-Id": "<script>"})

    assert kept.headers["X-Correlation-Id"] == "call-42"
    assert replaced.headers["X-Correlation-Id"] not in ("", "<script>")
