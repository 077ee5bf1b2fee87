"""The console's files: what is served, how often it is sent, and that a change is seen."""

import os
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from gateway.pages import mount_pages, served
from tests.gateway.front import WEB, Front


async def test_the_page_and_every_file_it_may_load_are_served(front: Front):
    nobody = front.nobody()
    assert b'<div id="app">' in await nobody.get("/")
    for file in served(WEB):
        answer = await nobody.call("GET", "/console/" + file.relative_to(WEB).as_posix())
        assert answer.status == 200, file


def test_what_only_node_runs_is_not_served():
    names = {file.name for file in served(WEB)}

    assert "replay.mjs" not in names
    assert "package.json" not in names


async def test_what_the_browser_has_is_not_sent_again(front: Front):
    first = await front.nobody().call("GET", "/console/app.js")
    again = await front.nobody().call(
        "GET", "/console/app.js", headers={"If-None-Match": first.headers["ETag"]}
    )

    assert (first.status, again.status, again.body) == (200, 304, b"")


async def test_text_is_packed_for_who_can_unpack_it(front: Front):
    packed = await front.nobody().call("GET", "/console/app.js", headers={"Accept-Encoding": "gzip"})
    plain = await front.nobody().call("GET", "/console/app.js", headers={"Accept-Encoding": "identity"})

    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in plain.headers
    assert packed.body == plain.body == (WEB / "app.js").read_bytes()


async def test_a_file_that_changes_on_disk_is_read_again(tmp_path: Path):
    for name in ("index.html", "app.js"):
        (tmp_path / name).write_text("old")
    app = web.Application()
    mount_pages(app, tmp_path)
    async with TestClient(TestServer(app)) as client:
        before = await (await client.get("/console/app.js")).text()
        (tmp_path / "app.js").write_text("new")
        os.utime(tmp_path / "app.js", ns=(1, 1))
        after = await (await client.get("/console/app.js")).text()

    assert (before, after) == ("old", "new")


async def test_nothing_outside_the_folder_is_reached(front: Front):
    for path in ("/console/../gateway/app.py", "/console/%2e%2e/server/sockets.py", "/console/nothing.js"):
        assert (await front.nobody().call("GET", path)).status == 404
