"""Files over HTTP: up with the ticket of an open chat, down by a signed address."""

import json
from urllib.parse import quote, unquote

from channels.contract import WebReply, WebRequest
from channels.webchat import history, parse
from channels.webchat.namespace import ChatNamespace
from channels.webchat.rates import Rates
from channels.webchat.talk import Talk, rooms
from channels.webchat.view import SHOWN_INLINE
from core.errors import NotFound
from core.ids import AttachmentId, ExchangeId
from core.store import Store

DOWN = {
    "Cache-Control": "private, max-age=3600",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Referrer-Policy": "no-referrer",
}


async def upload(namespace: ChatNamespace, talk: Talk, rates: Rates, request: WebRequest) -> WebReply:
    """The body is the file; answers like `say`, after the commit. Safe to repeat with its client id."""
    ticket = parse.header(request.headers, "x-upload-ticket")
    session, _ = talk.sessions.uploader(ticket)
    await rates.hit("upload", session.id)
    name = unquote(parse.header(request.headers, "x-filename"), errors="replace")
    client_id = parse.header(request.headers, "x-client-id")
    taken, answer = await talk.upload(ticket, client_id, name, request.body)
    if not taken.accepted.duplicate:
        where = rooms(session.id, taken.accepted.conversation_id)
        await namespace.emit("line", answer["line"], room=list(where))
    return WebReply(
        body=json.dumps(answer), content_type="application/json", headers={"Cache-Control": "no-store"}
    )


async def download(talk: Talk, store: Store, request: WebRequest) -> WebReply:
    """The file the ticket opens; harmless pictures are shown, all else is saved."""
    exchange_id, attachment_id = talk.sessions.file_of(request.query.get("f", ""))
    found = await store.read(history.file, ExchangeId(exchange_id), AttachmentId(attachment_id))
    if found is None or found.data is None:
        raise NotFound(what="file", id=attachment_id)
    how = "inline" if found.content_type in SHOWN_INLINE else "attachment"
    disposition = f"{how}; filename*=UTF-8''{quote(found.name)}"
    return WebReply(
        body=found.data, content_type=found.content_type, headers={**DOWN, "Content-Disposition": disposition}
    )
