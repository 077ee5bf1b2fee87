"""Files go up with the ticket of an open chat, come down by a signed address, and are never run by a browser."""

import json
from typing import Any
from urllib.parse import quote

import aiohttp

from channels.webchat.manifest import MAX_FILE
from tests.channels.webchat.conftest import Chat, Visitor, eventually

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64


async def upload(chat: Chat, visitor: Visitor, data: bytes, **headers: str) -> tuple[int, dict[str, Any]]:
    sent = {
        "X-Upload-Ticket": visitor.session.get("upload", ""),
        "X-Client-Id": "a-good-client-id",
        "X-Filename": quote("été.png"),
        **headers,
    }
    async with chat.http.post(f"{chat.url}/widget/api/upload", data=data, headers=sent) as answer:
        return answer.status, json.loads(await answer.text())


async def get(chat: Chat, path: str) -> tuple[aiohttp.ClientResponse, bytes]:
    async with chat.http.get(f"{chat.url}{path}") as answer:
        return answer, await answer.read()


async def test_a_file_is_a_line_of_the_chat_and_comes_back_whole(chat: Chat) -> None:
    visitor = await chat.visitor()

    status, answer = await upload(chat, visitor, PNG)
    await eventually(lambda: visitor.lines == [""])
    (file,) = answer["line"]["attachments"]
    got, data = await get(chat, file["url"])

    assert status == 200
    assert (file["name"], file["content_type"], file["size"]) == ("été.png", "image/png", len(PNG))
    assert data == PNG
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Content-Disposition"].startswith("inline")


async def test_the_same_upload_twice_is_one_line(chat: Chat) -> None:
    visitor = await chat.visitor()

    _, first = await upload(chat, visitor, PNG)
    _, second = await upload(chat, visitor, PNG)

    assert first["line"]["id"] == second["line"]["id"]


async def test_a_page_in_disguise_is_only_ever_saved(chat: Chat) -> None:
    visitor = await chat.visitor()

    _, answer = await upload(chat, visitor, b"<html><script>alert(1)</script>", **{"X-Filename": "photo.png"})
    (file,) = answer["line"]["attachments"]
    got, _ = await get(chat, file["url"])

    assert file["inline"] is False
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in got.headers["Content-Security-Policy"]


async def test_uploads_without_ticket_id_or_measure_are_refused(chat: Chat) -> None:
    visitor = await chat.visitor()

    forged = await upload(chat, visitor, PNG, **{"X-Upload-Ticket": visitor.session["token"]})
    nameless = await upload(chat, visitor, PNG, **{"X-Client-Id": ""})
    empty = await upload(chat, visitor, b"")
    huge = await upload(chat, visitor, b"x" * (MAX_FILE + 1))

    assert [forged[0], nameless[0], empty[0], huge[0]] == [403, 400, 400, 413]


async def test_a_store_that_is_away_asks_for_the_upload_again(chat: Chat) -> None:
    visitor = await chat.visitor()
    chat.store.down = True

    status, answer = await upload(chat, visitor, PNG)

    assert (status, answer["error"]["code"]) == (503, "store_unavailable")


async def test_a_changed_address_opens_no_file(chat: Chat) -> None:
    visitor = await chat.visitor()
    _, answer = await upload(chat, visitor, PNG)
    url = answer["line"]["attachments"][0]["url"]

    changed, _ = await get(chat, f"{url[:-4]}AAAA")
    bare, _ = await get(chat, "/widget/api/file")

    assert (changed.status, bare.status) == (403, 403)
