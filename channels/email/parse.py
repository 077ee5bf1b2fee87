"""One raw mail becomes one inbound item of the history, or a report on something we sent. Pure: no clock, no I/O."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from html import unescape
from textwrap import dedent
from typing import Any

from channels.email import headers, html, mime, replies
from channels.email.automatic import why_automatic
from channels.email.bounces import Report, read_report
from channels.email.charset import clean, decode
from channels.email.files import inbound_file, numbered, safe_name
from channels.email.flowed import unflow
from channels.email.headers import Mailbox
from channels.email.mime import Part
from channels.email.threading import Own, message_id, refers_to
from channels.email.trust import judge
from core.errors import InvalidInput, Malformed
from core.words import ChannelName, Language
from crm.conversations.inbound import Inbound, InboundFile
from crm.identity.normalise import email_address
from crm.parties.model import Address

MAX_TEXT = 100_000  # characters shown; a longer text is kept whole as a file
MAX_QUOTED = 4_000  # characters of the quoted mail that the history shows again
MAX_SIGNATURE = 1_000
MAX_FILES = 100
FORWARD = re.compile(r"(?i)^\s*(fwd?|tr|wg|i|rv|enc)\s*:")
BARE_NAME = re.compile(r"^\s*<?([A-Za-z][\w.+-]{0,63})>?\s*(?:\(.*)?$", re.ASCII)
NOWHERE = "localhost"  # where mail comes from that names no domain
LANGUAGE = re.compile(r"(?i)^\s*(fr|en)\b")
ROUTED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Forwarded-To")


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """A mail of ours that came back to us, as a copy; it is in the history already."""

    delivery_id: str


@dataclass(slots=True)
class _Body:
    plain: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[InboundFile] = field(default_factory=list)
    nameless: list[InboundFile] = field(default_factory=list)  # those of the files whose part named none


def parse(
    raw: bytes,
    own: Own,
    received_at: datetime,
    *,
    account: str = "",
    trusted_mx: str = "",
    recipients: Sequence[str] = (),
) -> Inbound | Report | Echo:
    """What the mail is. `recipients` are the envelope's, where they are known. Raises `Malformed`.

    The same mail fetched twice, or delivered by two ways, has the same `provider_id`: its Message-ID, sender, date and
    body name it. The Message-ID alone does not: broken senders give many mails one, and a later mail must not be lost.
    """
    part = mime.read(raw)
    head = part.head
    senders = headers.mailboxes(head, "From", "Sender", limit=2) or headers.mailboxes(
        head, "Reply-To", "Return-Path"
    )
    subject = headers.text(head, "Subject", 500)
    sender = senders[0] if senders else _without_domain(headers.text(head, "From", 100))
    report = read_report(own, part, sender.address, subject)
    if report is not None:
        return report
    own_id = message_id(head)
    if own.is_ours(sender.address) and (delivery_id := own.delivery_of(own_id)):
        return Echo(delivery_id=delivery_id)
    address = _address(sender.address)
    if address is None:
        raise Malformed(
            what="mail",
            problem=f"its sender “{sender.address or headers.text(head, 'From', 100)}” is no address",
        )
    body = _Body()
    _collect(part, body)
    text, source = _text(body)
    _name_files(body, source or "")
    parts = replies.split(text, forward=bool(FORWARD.match(subject)))
    to, cc = headers.mailboxes(head, "To"), headers.mailboxes(head, "Cc")
    addressed_to = (*recipients, *(m.address for m in (*to, *cc, *headers.mailboxes(head, *ROUTED))))
    verdict = judge(head, sender.address, trusted_mx)
    automatic = why_automatic(head, sender.address, subject) or (
        "own address" if own.is_ours(sender.address) else ""
    )
    return Inbound(
        channel=ChannelName.EMAIL,
        account=account or own.address,
        provider_id=_provider_id(part, own_id, sender.address),
        sender=address,
        sender_name=sender.name,
        business_address=own.address,
        reply_to=_reply_to(part, own, sender.address, address),
        copied=_copied((*to, *cc), own, address),
        subject=subject,
        text=_shown(parts, text, body),
        html=source,
        occurred_at=headers.written_at(head, received_at),
        language=_language(part),
        assurance=verdict.assurance,
        refers_to=refers_to(own, head, addressed_to),
        announces=(f"mid:{own_id}",) if own_id else (),
        files=tuple(body.files[:MAX_FILES]),
        meta=_meta(
            subject=subject,
            message_id=own_id,
            to=[m.address for m in to[:20]],
            cc=[m.address for m in cc[:20]],
            auth=verdict.results,
            quoted=parts.quoted[:MAX_QUOTED] if parts.new else "",
            signature=parts.signature[:MAX_SIGNATURE],
            automatic=automatic,
        ),
        automatic=bool(automatic),
    )


def _collect(part: Part, body: _Body) -> None:
    """Sorts the leaves into text, HTML and files; of alternatives the first plain one and the first HTML one count."""
    if part.parts:
        if part.kind != "multipart/alternative":
            for inner in part.parts:
                _collect(inner, body)
            return
        either = _Body()
        for inner in part.parts:
            _collect(inner, either)
        body.plain += next(([text] for text in either.plain if text.strip()), [])
        body.html += either.html[:1]
        body.files += either.files
        body.nameless += either.nameless
        return
    if part.kind.startswith(("multipart/", "message/rfc822")):
        data = part.content() if part.kind == "message/rfc822" else part.whole
        body.files.append(inbound_file(part.name or _subject_name(data), "message/rfc822", data))
    elif part.kind in ("text/plain", "text/html") and part.disposition != "attachment" and not part.name:
        text = clean(decode(part.content(), part.charset, part.hint))
        if part.kind == "text/html":
            body.html.append(text)
        else:
            body.plain.append(unflow(part.head, text))
    elif len(body.files) < MAX_FILES:
        file = inbound_file(part.name, part.kind, part.content(), part.content_id)
        body.files.append(file)
        if not part.name:
            body.nameless.append(file)


def _name_files(body: _Body, source: str) -> None:
    """A picture without a name gets the words that the mail shows in its place, or what it is and a number."""
    words = {unescape(cid): unescape(alt) for cid, alt in html.described(source)}
    taken = Counter[str]()
    for place, file in enumerate(body.files):
        if any(file is one for one in body.nameless):
            ending = file.name.rpartition(".")[2]
            told = safe_name(words.get(file.content_id, "")).removesuffix(f".{ending}")
            name = f"{told}.{ending}" if told else file.name
            taken[name] += 1
            body.files[place] = replace(file, name=numbered(name, taken[name]) if taken[name] > 1 else name)


def _text(body: _Body) -> tuple[str, str | None]:
    """(the text, the HTML made harmless or None). What is too long to be shown is kept as a file."""
    raw_html = "\n".join(body.html)
    source = html.sanitise(raw_html) if raw_html.strip() else None
    if raw_html.strip() and source is None:
        body.files.append(inbound_file("message.html", "text/html", raw_html.encode()))
    text = html.tidy("\n".join(body.plain))
    if not text and raw_html.strip():
        text = dedent(html.to_text(raw_html, source))
    if len(text) > MAX_TEXT:
        body.files.append(inbound_file("message.txt", "text/plain", text.encode()))
        text = text[:MAX_TEXT]
    return text, source


def _shown(parts: replies.Split, text: str, body: _Body) -> str:
    """The new text; a mail that seems to say nothing new is shown whole, unless it brought files."""
    new = parts.new if body.plain else dedent(parts.new)
    return new or ("" if body.files else text)


def _without_domain(told: str) -> Mailbox:
    """A program of some machine, which named itself only (`MAILER-DAEMON (Mail Delivery System)`)."""
    found = BARE_NAME.match(told)
    return (
        Mailbox(name=told, address=f"{found[1].lower()}@{NOWHERE}") if found else Mailbox(name="", address="")
    )


def _address(raw: str) -> Address | None:
    try:
        return email_address(raw)
    except InvalidInput:
        return None


def _reply_to(part: Part, own: Own, sender: str, address: Address) -> str:
    """Where an answer goes when that is not the sender's normalised address."""
    for wanted in headers.mailboxes(part.head, "Reply-To", limit=3):
        if not own.is_ours(wanted.address) and _address(wanted.address) is not None:
            return "" if wanted.address.lower() == address.value else wanted.address
    return "" if sender.lower() == address.value else sender


def _copied(recipients: Sequence[Mailbox], own: Own, sender: Address) -> tuple[Address, ...]:
    """Whom the sender brought in: everyone else the mail was written to."""
    others = (_address(m.address) for m in recipients if not own.is_ours(m.address))
    return tuple(dict.fromkeys(other for other in others if other is not None and other != sender))


def _language(part: Part) -> Language | None:
    for name in ("Content-Language", "Accept-Language"):
        if found := LANGUAGE.match(str(part.head.get(name) or "")[:20]):
            return Language(found[1].lower())
    return None


def _subject_name(data: bytes) -> str:
    subject = headers.text(headers.parse_head(data[:20_000])[0], "Subject", 80)
    return f"{subject or 'message'}.eml"


def _provider_id(part: Part, own_id: str, sender: str) -> str:
    date = str(part.head.get("Date") or "")[:100].strip()
    named = sha256(f"{own_id}\0{sender.lower()}\0{date}\0".encode("utf-8", "replace"))
    named.update(part.raw.replace(b"\r\n", b"\n").rstrip())  # line ends change on the way
    return f"{own_id[:200]}#{named.hexdigest()[:32]}"


def _meta(**facts: Any) -> dict[str, Any]:
    """What the console may show of the mail besides its text; only what there is."""
    return {name: value for name, value in facts.items() if value}
