"""From a visitor's bytes to the history's words: pure, bounded in size and depth, raising `Malformed`.

Every model is flat and forbids what it does not know, so that no payload is deeper than two levels.
"""

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

import filetype
from pydantic import Field, ValidationError

from channels.webchat.payload import Payload, well_formed
from channels.webchat.session import Sender, Session, SignedIdentity
from core.errors import InvalidInput, Malformed, TooLarge
from core.words import ChannelName, Language
from crm.conversations.inbound import Inbound, InboundFile
from crm.identity.normalise import typed_email_address
from crm.parties.model import Address

ClientId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
Thread = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{0,64}$")]
Position = Annotated[int, Field(ge=0, le=2**31 - 1)]
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
BREAK = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would show a file's name backwards
UNSAFE_NAME = re.compile(r'[/\\:*?"<>|]')
MAX_NAME = 120


class Introduction(Payload):
    """Who a visitor says they are: a claim, never more."""

    name: Annotated[str, Field(max_length=MAX_NAME)] = ""
    email: Annotated[str, Field(max_length=254)] = ""


class Cursor(Payload):
    """Up to where the widget read the history: a thread and the position in it."""

    thread: Thread = ""
    position: Position = 0


class Hello(Payload):
    """What the widget says when it connects."""

    session: Annotated[str, Field(max_length=1000)] | None = None
    language: Annotated[str, Field(max_length=35)] = ""
    page: Annotated[str, Field(max_length=2000)] = ""
    entry: Annotated[str, Field(pattern=r"^[a-z0-9_-]{0,40}$")] = ""
    identity: SignedIdentity | None = None
    after: Cursor | None = None
    visitor: Introduction | None = None


class Say(Payload):
    id: ClientId
    text: str


class Resume(Payload):
    after: Position = 0
    thread: Thread = ""


class Mark(Payload):
    """The widget has, or its visitor has read, all up to `position`."""

    position: Position
    thread: Thread = ""


class Nothing(Payload):
    pass


P = TypeVar("P", bound=Payload)


def page_address(page: str) -> str:
    """The page's address without what follows `?` or `#`, which may hold anything; empty when it is none."""
    try:
        parts = urlsplit(page)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.netloc or CONTROL.search(page):
        return ""
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


def payload(model: type[P], raw: object, what: str) -> P:
    """The payload as its model; raises `Malformed` or `TooLarge` naming the first field to mend."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part)[:40] for part in first["loc"]) or what
        if first["type"] == "string_too_long":
            raise TooLarge(what=where, limit=f"{first['ctx']['max_length']} characters") from None
        raise Malformed(what=what, problem=f"{where}: {first['msg']}") from None


def language_of(raw: str) -> Language | None:
    """The language of a BCP 47 tag, when we speak it."""
    primary = raw.strip().lower().split("-")[0]
    return Language(primary) if primary in set(Language) else None


def clean(text: str) -> str:
    """Without control characters, with plain line ends, in NFC, trimmed."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", CONTROL.sub("", text)).strip()


def message(
    say: Say,
    session: Session,
    sender: Sender,
    introduction: Introduction,
    now: datetime,
    max_text: int,
    **said: Any,
) -> Inbound:
    """One typed message; raises `Malformed` when nothing of it can be seen."""
    if len(say.text) > max_text:
        raise TooLarge(what="message", limit=f"{max_text} characters")
    text = clean(say.text)
    if not text:
        raise Malformed(what="message", problem="it is empty")
    return _inbound(say.id, session, sender, introduction, now, text=text, **said)


def upload(
    client_id: str,
    name: str,
    data: bytes,
    session: Session,
    sender: Sender,
    now: datetime,
    max_file: int,
    **said: Any,
) -> Inbound:
    """One file; its type is sniffed, its name harmless."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{8,64}", client_id):
        raise Malformed(what="upload", problem="X-Client-Id is missing or no id")
    if len(data) > max_file:
        raise TooLarge(what="file", limit=f"{max_file} bytes")
    if not data:
        raise Malformed(what="upload", problem="the file is empty")
    file = InboundFile(name=file_name(name), content_type=sniff(data), data=data)
    return _inbound(client_id, session, sender, Introduction(), now, files=(file,), subject=file.name, **said)


def _inbound(
    client_id: str,
    session: Session,
    sender: Sender,
    introduction: Introduction,
    now: datetime,
    *,
    text: str = "",
    subject: str = "",
    files: tuple[InboundFile, ...] = (),
    language: Language | None = None,
    entry: str = "",
    page: str = "",
) -> Inbound:
    meta = {"session": session.id, "client_id": client_id, **({"page": page} if page else {})}
    return Inbound(
        channel=ChannelName.WEBCHAT,
        account=session.id,
        provider_id=client_id,
        sender=sender.address,
        sender_name=sender.name or clean(introduction.name),
        assurance=sender.assurance,
        business_address=entry,
        reply_to=session.id,
        text=text,
        subject=subject,
        occurred_at=now,
        language=language,
        files=files,
        meta=meta,
        claims=claims(introduction) if not sender.verified else (),
    )


def claims(introduction: Introduction) -> tuple[Address, ...]:
    """The e-mail address a visitor typed, if it is one."""
    if not introduction.email.strip():
        return ()
    try:
        return (typed_email_address(clean(introduction.email)),)
    except InvalidInput:
        return ()


def file_name(raw: str) -> str:
    """A name without folders, control characters or tricks of writing direction."""
    name = UNSAFE_NAME.sub("_", BIDI.sub("", BREAK.sub(" ", well_formed(raw)))).strip(" .")
    if len(name) > MAX_NAME:
        stem, dot, suffix = name.rpartition(".")
        name = f"{stem[: MAX_NAME - 12]}.{suffix[:10]}" if dot else name[:MAX_NAME]
    return name or "file"


def sniff(data: bytes) -> str:
    """The type its bytes say; text that is surely text; else plain bytes. Never what the visitor says."""
    kind = filetype.guess(data[:8192])
    if kind is not None:
        return str(kind.mime)
    try:
        text = data[:65_536].decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < 65_536 - 4:
            return "application/octet-stream"
        text = data[: error.start].decode("utf-8")
    return "application/octet-stream" if CONTROL.search(text) else "text/plain"


def header(headers: Mapping[str, str], name: str) -> str:
    return headers.get(name.lower(), "").strip()
