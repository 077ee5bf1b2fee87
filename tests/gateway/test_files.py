"""Files in and out: what they are is looked at, not believed; nothing runs in a browser."""

import base64

import aiohttp
import pytest

from core.words import ChannelName
from crm.conversations.inbound import InboundFile
from gateway.api.files import safe_name, sniffed
from routing.model import Queue
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message, offered

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PAGE = b"<!doctype html><script>alert(1)</script>"


async def upload(person: Person, data: bytes, name: str, kind: str) -> dict:
    headers = {"Content-Type": kind, "X-Filename": name}
    answer = await person.call("POST", "/api/v1/uploads", data=data, headers=headers)
    assert answer.status == 200, answer.body
    return answer.body


async def held(front: Front, agent: Person, queue: Queue, **fields) -> dict:
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await a_message(front.store, queue, **fields)
    await offered(front.store)
    item = (await agent.get("/api/v1/console/snapshot"))["offers"][0]["item"]["id"]
    return (await agent.post(f"/api/v1/offers/{item}/accept"))["conversation"]


async def test_a_file_is_uploaded_sent_and_fetched(front: Front, agent: Person, queue: Queue):
    file = await upload(agent, PNG, "plan%20d%27acc%C3%A8s.png", "image/png")
    conversation = await held(front, agent, queue)
    body = {"epoch": conversation["epoch"], "text": "", "key": "1", "attachments": [file["id"]]}
    path = f"/api/v1/conversations/{conversation['id']}/replies"
    sent = [
        (await agent.post(path, **body))["exchange"] for _ in range(2)
    ]  # the second is the first, repeated
    answer = await agent.call("GET", f"/api/v1/attachments/{sent[0]['attachments'][0]['id']}")

    assert sent[0] == sent[1]
    assert sent[0]["attachments"][0]["name"] == "plan d'accès.png"
    assert answer.body == PNG
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Disposition"].startswith("inline;")


async def test_a_form_with_one_file_serves_as_well(agent: Person):
    form = aiohttp.FormData()
    form.add_field("file", PNG, filename="photo.png", content_type="image/png")
    answer = await agent.call("POST", "/api/v1/uploads", data=form)

    assert (answer.status, answer.body["content_type"], answer.body["size"]) == (200, "image/png", len(PNG))


async def test_a_page_that_says_it_is_an_image_is_neither(front: Front, agent: Person, queue: Queue):
    file = InboundFile(name="cat.png", content_type="text/html", data=PAGE)
    conversation = await held(front, agent, queue, files=(file,))
    page = await agent.get(f"/api/v1/conversations/{conversation['id']}")
    answer = await agent.call("GET", f"/api/v1/attachments/{page['exchanges'][0]['attachments'][0]['id']}")

    assert sniffed("cat.png", "image/png", PAGE) == "application/octet-stream"
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox;")


async def test_a_colleague_cannot_send_my_upload(front: Front, agent: Person, queue: Queue):
    colleague = await front.person("agent", name="Léo Petit")
    file = await upload(colleague, PNG, "x.png", "image/png")
    conversation = await held(front, agent, queue)
    body = {"epoch": conversation["epoch"], "text": "x", "key": "1", "attachments": [file["id"]]}
    answer = await agent.call("POST", f"/api/v1/conversations/{conversation['id']}/replies", json=body)

    assert (answer.status, answer.code) == (404, "not_found")


async def test_an_empty_file_and_a_form_without_one_are_refused(agent: Person):
    empty = await agent.call("POST", "/api/v1/uploads", data=b"")
    form = await agent.call(
        "POST", "/api/v1/uploads", data=b"junk", headers={"Content-Type": "multipart/form-data; boundary=x"}
    )

    assert (empty.status, form.status) == (422, 400)


async def test_a_file_over_the_limit_is_refused(front: Front, agent: Person, monkeypatch):
    monkeypatch.setattr("gateway.api.files.read_bounded", _bounded_to(10))
    answer = await agent.call("POST", "/api/v1/uploads", data=b"x" * 11)

    assert (answer.status, answer.code) == (413, "too_large")


async def test_a_mails_own_html_comes_under_a_policy_that_runs_nothing(
    front: Front, agent: Person, queue: Queue
):
    image = InboundFile(name="logo.png", content_type="image/png", data=PNG, content_id="<logo@example.com>")
    html = '<p>Bonjour</p><img src="cid:logo@example.com"><img src="cid:other">'
    conversation = await held(front, agent, queue, channel=ChannelName.EMAIL, html=html, files=(image,))
    page = await agent.get(f"/api/v1/conversations/{conversation['id']}")
    answer = await agent.call("GET", f"/api/v1/exchanges/{page['exchanges'][0]['id']}/html")

    policy = answer.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; img-src data:;")
    assert b"data:image/png;base64," in answer.body
    assert b"cid:" not in answer.body


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\plan.pdf", "plan.pdf"),
        ('a"b\r\nX: 1.txt', "abX 1.txt"),
        ("...", "file"),
        ("é" * 300, "é" * 150),
    ],
)
def test_a_files_name_is_made_harmless(raw: str, safe: str):
    assert safe_name(raw) == safe


def _bounded_to(limit: int):
    from gateway.routes import read_bounded

    return lambda request, _, what: read_bounded(request, limit, what)
