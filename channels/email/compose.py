"""The mail that a delivery becomes: pure, and the same bytes each time it is made, so that a mail sent again after a
doubtful attempt is recognised as the one before by its Message-ID, and differs in nothing."""

import re
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256
from html import escape

from channels.contract import Outbound
from channels.email.charset import one_line
from channels.email.files import safe_name
from channels.email.headers import ADDRESS, MAX_ID
from channels.email.threading import Own
from core.errors import InvalidInput

POLICY = SMTP.clone(cte_type="7bit")  # no server needs to know 8BITMIME
REPLY = re.compile(r"(?i)^\s*(re|r[ée]f?|rép|aw|sv|antw)\s*(\[\d+\])?\s*:")
NO_SUBJECT = {"fr": "Votre message", "en": "Your message"}
KEPT_REFERENCES = 20
LINK = re.compile(r"(https?://[^\s<>\"]{3,2000}?)(?=[.,;:!?)\]]*(?:\s|$|&lt;|&gt;|&quot;))")


def compose(outbound: Outbound, own: Own, *, display_name: str, signature: str, reply_tags: bool) -> bytes:
    """The whole mail, ready for SMTP. Raises `InvalidInput` for a recipient that is no address."""
    for recipient in everyone(outbound):
        if not ADDRESS.fullmatch(recipient):
            raise InvalidInput(
                problem=f"“{recipient[:100]}” is not an e-mail address; mend the contact point"
            )
    message = EmailMessage(policy=POLICY)
    message["From"] = _mailbox(own.address, display_name)
    message["Subject"] = subject_of(outbound)
    if made_at := _made_at(outbound.delivery_id):
        message["Date"] = format_datetime(made_at)
    if reply_tags and (reply_to := own.reply_address(outbound.conversation_id)):
        message["Reply-To"] = _mailbox(reply_to, display_name)
    if outbound.automatic:
        message["Auto-Submitted"] = "auto-replied"
    if outbound.language:
        message["Content-Language"] = outbound.language
    text = _text(outbound.text, signature)
    message.set_content(text)
    message.add_alternative(to_html(text, outbound.language), subtype="html")
    for attachment in outbound.attachments:
        _attach(message, attachment.name, attachment.content_type, attachment.data or b"")
    _name_boundaries(message, outbound.delivery_id)
    return _identity(outbound, own) + message.as_bytes()


def everyone(outbound: Outbound) -> tuple[str, ...]:
    """All it goes to."""
    return (outbound.recipient, *outbound.also_to, *outbound.cc)


def subject_of(outbound: Outbound) -> str:
    """The conversation's subject as an answer to it, unless we write first."""
    subject = one_line(outbound.subject, 300)
    if not subject:
        return NO_SUBJECT.get(outbound.language, NO_SUBJECT["en"])
    if REPLY.match(subject) or not _earlier(outbound.references):
        return subject
    return f"Re: {subject}"


def to_html(text: str, language: str) -> str:
    """The text as simple HTML: paragraphs, line breaks, links."""
    paragraphs = re.split(r"\n{2,}", text.strip("\n"))
    body = "".join(f"<p>{LINK.sub(_link, escape(p)).replace(chr(10), '<br>')}</p>" for p in paragraphs)
    return f'<!DOCTYPE html><html lang="{escape(language or "und")}"><body>{body}</body></html>\n'


def _link(match: re.Match[str]) -> str:
    return f'<a href="{match[1]}">{match[1]}</a>'


def _identity(outbound: Outbound, own: Own) -> bytes:
    """To, Message-ID, In-Reply-To and References: the library would make encoded words of long or foreign ones."""
    earlier = _earlier(outbound.references)
    lines = [
        f"To: {_listed((outbound.recipient, *outbound.also_to))}",
        *([f"Cc: {_listed(outbound.cc)}"] if outbound.cc else []),
        f"Message-ID: <{own.message_id(outbound.delivery_id)}>",
    ]
    if earlier:
        lines.append(f"In-Reply-To: <{earlier[-1]}>")
        kept = earlier if len(earlier) <= KEPT_REFERENCES else [earlier[0], *earlier[1 - KEPT_REFERENCES :]]
        lines.append("References: " + "\r\n ".join(f"<{item}>" for item in kept))
    return "".join(f"{line}\r\n" for line in lines).encode()


def _listed(addresses: Sequence[str]) -> str:
    return ",\r\n ".join(f"<{ascii_domain(address)}>" for address in addresses)


def _earlier(references: Sequence[str]) -> list[str]:
    """The Message-IDs among the references that can stand in a header."""
    ids = (reference.removeprefix("mid:") for reference in references if reference.startswith("mid:"))
    return [item for item in ids if item.isascii() and item.isprintable() and 0 < len(item) <= MAX_ID]


def _text(text: str, signature: str) -> str:
    text = text.replace("\r\n", "\n").rstrip()
    return f"{text}\n\n-- \n{signature.strip()}\n" if signature.strip() else f"{text}\n"


def _mailbox(address: str, display_name: str) -> Address:
    local, _, domain = ascii_domain(address).rpartition("@")
    return Address(display_name=one_line(display_name, 120), username=local, domain=domain)


def ascii_domain(address: str) -> str:
    """The address with its domain as the DNS knows it (RFC 5890); the local part may keep its letters."""
    local, at, domain = address.rpartition("@")
    if domain.isascii():
        return address
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError as error:
        raise InvalidInput(problem=f"“{domain[:100]}” is not a domain; mend the contact point") from error


def _made_at(delivery_id: str) -> datetime | None:
    """When the delivery was made: its id, a UUID version 7 (RFC 9562 §5.7), tells it in milliseconds."""
    try:
        made = uuid.UUID(delivery_id)
    except ValueError:
        return None
    return datetime.fromtimestamp((made.int >> 80) / 1000, UTC) if made.version == 7 else None


def _attach(message: EmailMessage, name: str, content_type: str, data: bytes) -> None:
    main, _, sub = content_type.partition("/")
    if main in ("message", "multipart", "") or not re.fullmatch(r"[\w.+-]{1,80}", sub) or not main.isalnum():
        main, sub = "application", "octet-stream"
    message.add_attachment(data, maintype=main, subtype=sub, filename=safe_name(name) or "attachment")


def _name_boundaries(message: EmailMessage, delivery_id: str) -> None:
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"=_{sha256(f'{delivery_id}:{number}'.encode()).hexdigest()[:32]}")
