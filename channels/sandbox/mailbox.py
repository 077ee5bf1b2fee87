"""The customers' mail server, played: takes what the product sends, and sends it what customers write.

Real SMTP and real MIME both ways, so that the product's own adapter is what runs. Mails are kept in memory, the last
thousand of them.
"""

import asyncio
import mimetypes
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, getaddresses, parseaddr
from typing import Any

import aiosmtplib
import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session

from core.ids import new_id

KEPT = 1000  # mails
MAX_MAIL = 26_214_400  # bytes
PATIENCE = 20.0  # seconds for the product to take a mail
DOMAIN = "mail.example.com"
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxMail:
    """A mail as its customer sees it; `outgoing` is one they wrote themselves."""

    message_id: str
    sender: str
    sender_name: str
    to: str
    subject: str
    text: str
    html: str | None
    at: datetime
    in_reply_to: str
    references: tuple[str, ...]
    outgoing: bool
    attachments: tuple[str, ...]
    reply_to: str = ""


class Mailbox:
    """Every customer's mailbox at once; whose a mail is, its addresses say."""

    def __init__(self) -> None:
        self._mails: deque[SandboxMail] = deque(maxlen=KEPT)
        self._listeners: list[Callable[[SandboxMail], None]] = []
        self._server: asyncio.Server | None = None
        self._product = ("", 0)

    @property
    def port(self) -> int:
        """Where the product sends its mail."""
        assert self._server is not None, "start first"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(
        self, *, product_host: str, product_port: int, host: str = "127.0.0.1", port: int = 0
    ) -> None:
        """`product_*` is where the product listens for mail."""
        self._product = (product_host, product_port)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._line, host=host, port=port)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None

    def subscribe(self, callback: Callable[[SandboxMail], None]) -> Callable[[], None]:
        """Calls back for every mail, either way; the answer ends that."""
        self._listeners.append(callback)
        return lambda: self._listeners.remove(callback)

    def messages(self, address: str) -> list[SandboxMail]:
        """The mails to and from the address, oldest first."""
        wanted = address.strip().lower()
        return [mail for mail in self._mails if wanted == (mail.sender if mail.outgoing else mail.to).lower()]

    async def send(
        self,
        *,
        sender: str,
        sender_name: str,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        in_reply_to: str | None = None,
        references: Sequence[str] = (),
        files: Sequence[tuple[str, bytes]] = (),
        cc: Sequence[str] = (),
    ) -> str:
        """Sends a customer's mail to the product and answers its Message-ID; `files` are (name, bytes).

        Raises aiosmtplib's errors when the product does not take it.
        """
        message = EmailMessage(policy=SMTP_POLICY)
        message["From"] = _mailbox(sender, sender_name)
        message["To"] = _mailbox(to, "")
        if cc:
            message["Cc"] = ", ".join(cc)
        message["Subject"] = " ".join(subject.split())
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = f"<{new_id()}@{DOMAIN}>"
        if in_reply_to:
            message["In-Reply-To"] = in_reply_to
        if references:
            message["References"] = " ".join(references)
        message.set_content(text)
        if html:
            message.add_alternative(html, subtype="html")
        for name, data in files:
            main, _, sub = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
            message.add_attachment(data, maintype=main, subtype=sub, filename=name)
        host, port = self._product
        await aiosmtplib.send(
            message,
            sender=sender,
            recipients=[to],
            hostname=host,
            port=port,
            start_tls=False,
            timeout=PATIENCE,
            local_hostname=DOMAIN,
        )
        self._keep(message, sender, to, outgoing=True)
        return str(message["Message-ID"])

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """aiosmtpd's hook: a mail of the product has come."""
        message = message_from_bytes(envelope.original_content or b"", policy=SMTP_POLICY)
        assert isinstance(message, EmailMessage)
        for recipient in envelope.rcpt_tos:
            self._keep(message, parseaddr(str(message["From"]))[1], recipient, outgoing=False)
        return "250 2.0.0 OK"

    def _line(self) -> SMTP:
        return SMTP(
            self,
            data_size_limit=MAX_MAIL,
            enable_SMTPUTF8=True,
            hostname=DOMAIN,
            loop=asyncio.get_running_loop(),
        )

    def _keep(self, message: EmailMessage, sender: str, to: str, *, outgoing: bool) -> None:
        mail = SandboxMail(
            message_id=str(message["Message-ID"] or "").strip(),
            sender=sender,
            sender_name=parseaddr(str(message["From"] or ""))[0],
            to=to,
            subject=str(message["Subject"] or ""),
            text=_body(message, "plain") or "",
            html=_body(message, "html"),
            at=datetime.now(UTC),
            in_reply_to=str(message["In-Reply-To"] or "").strip(),
            references=tuple(str(message["References"] or "").split()),
            outgoing=outgoing,
            attachments=tuple(part.get_filename() or "" for part in message.iter_attachments()),
            reply_to=next((a for _, a in getaddresses([str(message["Reply-To"] or "")]) if a), ""),
        )
        self._mails.append(mail)
        for listener in tuple(self._listeners):
            try:
                listener(mail)
            except Exception:
                log.exception("mailbox_listener_failed")


def _mailbox(address: str, name: str) -> Address:
    local, _, domain = address.rpartition("@")
    return Address(display_name=" ".join(name.split()), username=local, domain=domain)


def _body(message: EmailMessage, kind: str) -> str | None:
    part: Any = message.get_body((kind,))
    return part.get_content() if part is not None else None
