"""Files in and out: sniffed, bounded, and never shown as anything a browser would run."""

import re
from base64 import b64encode
from typing import Any
from urllib.parse import quote, unquote

import filetype
from aiohttp import BodyPartReader, web

from core.errors import InvalidInput, Malformed, TooLarge
from core.ids import AttachmentId, ExchangeId
from core.permissions import Permission, needs
from crm.conversations.inbound import InboundFile
from crm.conversations.model import Attachment
from gateway.routes import Call, read_bounded, route
from gateway.security_headers import MAIL_POLICY
from gateway.shapes.conversations import UploadOut
from storage.uploads import keep_upload
from storage.views import conversations as views

INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})  # images that cannot carry script
PLAIN_TEXT = frozenset({"text/plain", "text/csv", "text/calendar"})
UNKNOWN = "application/octet-stream"
CID = re.compile(r"cid:([^\"'\s)>]+)", re.IGNORECASE)
MOST_INLINED = 4_194_304  # bytes of images put into one e-mail's page


@route(
    "POST",
    "/api/v1/uploads",
    access=needs(Permission.DESK_WORK),
    summary="A file to send later: the raw body with X-Filename, or multipart with one file",
    tag="files",
    takes="application/octet-stream",
    returns=UploadOut,
)
async def upload(call: Call) -> dict[str, Any]:
    file = await _incoming(call.request, call.parts.settings.server.max_body)
    upload_id = await call.parts.store.write(keep_upload, call.viewer.user_id, file)
    return {"id": upload_id, "name": file.name, "content_type": file.content_type, "size": len(file.data)}


@route(
    "GET",
    "/api/v1/attachments/{attachment_id}",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="A file of the history",
    tag="files",
    sends=UNKNOWN,
)
async def get_attachment(call: Call) -> web.Response:
    attachment_id = AttachmentId(call.path["attachment_id"])
    found = await call.parts.store.read(views.attachment, call.viewer, attachment_id)
    inline = found.content_type in INLINE
    disposition = f"{'inline' if inline else 'attachment'}; filename*=UTF-8''{quote(found.name, safe='')}"
    return web.Response(
        body=found.data or b"",
        content_type=found.content_type if inline else UNKNOWN,
        headers={
            "Content-Disposition": disposition,
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "Cache-Control": "private, max-age=31536000, immutable",
        },
    )


@route(
    "GET",
    "/api/v1/exchanges/{exchange_id}/html",
    access=needs(Permission.CONVERSATIONS_READ),
    summary="An e-mail as its sender drew it, for a sandboxed frame",
    tag="files",
    sends="text/html",
)
async def get_exchange_html(call: Call) -> web.Response:
    exchange_id = ExchangeId(call.path["exchange_id"])
    html, files = await call.parts.store.read(views.exchange_html, call.viewer, exchange_id)
    return web.Response(
        text=with_images(html, files),
        content_type="text/html",
        headers={"Content-Security-Policy": MAIL_POLICY},
    )


def with_images(html: str, files: tuple[Attachment, ...]) -> str:
    """Images that came inside the mail in place of their `cid:` links; others stay dead links."""
    room = MOST_INLINED
    images: dict[str, str] = {}
    for file in files:
        if file.content_id and file.content_type in INLINE and file.data and file.size <= room:
            room -= file.size
            data = b64encode(file.data).decode()
            images[file.content_id.strip("<>")] = f"data:{file.content_type};base64,{data}"
    return CID.sub(lambda match: images.get(unquote(match[1]), ""), html)


def sniffed(name: str, claimed: str, data: bytes) -> str:
    """What the bytes are; a claim is believed only for plain text without a NUL."""
    kind = filetype.guess_mime(data)
    if kind:
        return str(kind)
    claimed = claimed.split(";")[0].strip().lower()
    return claimed if claimed in PLAIN_TEXT and b"\0" not in data else UNKNOWN


def safe_name(raw: str) -> str:
    """The last part of a path, without what would confuse a file system or a header."""
    name = re.split(r"[/\\]", raw)[-1]
    name = "".join(c for c in name if c.isprintable() and c not in '<>:"|?*').strip(" .")
    return name[-150:] or "file"


async def _incoming(request: web.Request, limit: int) -> InboundFile:
    if request.content_type.startswith("multipart/"):
        name, claimed, data = await _multipart(request, limit)
    else:
        name = unquote(request.headers.get("X-Filename", "file"))
        claimed, data = request.content_type, await read_bounded(request, limit, "file")
    if not data:
        raise InvalidInput(problem="The file is empty; choose another")
    return InboundFile(name=safe_name(name), content_type=sniffed(name, claimed, data), data=data)


async def _multipart(request: web.Request, limit: int) -> tuple[str, str, bytes]:
    try:
        reader = await request.multipart()
        part = await reader.next()
    except ValueError as error:
        raise Malformed(what="form", problem=str(error)) from error
    if not isinstance(part, BodyPartReader):
        raise Malformed(what="form", problem="it has no file")
    data = bytearray()
    while chunk := await part.read_chunk(65_536):
        data += chunk
        if len(data) > limit:
            raise TooLarge(what="file", limit=f"{limit} bytes")
    return part.filename or "file", part.headers.get("Content-Type", ""), bytes(data)
