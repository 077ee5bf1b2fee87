"""Mail handed to us directly: an SMTP (or LMTP) receiver for our own address and its + parts, nothing else.

"250" is said only after the commit; "451" while the store is away, so that the sender keeps the mail and tries again.
"""

import asyncio
import logging
from typing import Any

import structlog
from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from channels.email.intake import Intake
from channels.email.threading import Own
from core.errors import StoreUnavailable
from core.settings import SmtpListenSettings

IDLE_LIMIT = 120.0  # seconds a silent sender keeps their line
MAX_RECIPIENTS = 50
MAX_LINES = 50  # connections at once
log = structlog.get_logger(__name__)


class Receiver(SMTP):
    """Speaks LMTP to whoever greets with LHLO; lines may be longer than the RFC's, for many programs write such."""

    line_length_limit = 1_048_576

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - the library finds it by this name
        await self.smtp_EHLO(hostname)


class Door:
    """aiosmtpd's handler: who may be written to, and what becomes of a mail."""

    def __init__(self, own: Own, intake: Intake) -> None:
        self._own = own
        self._intake = intake

    async def handle_RCPT(  # noqa: N802 - the library finds it by this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        if not self._own.is_ours(address):
            return "550 5.1.1 No such mailbox here"
        if len(envelope.rcpt_tos) >= MAX_RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        content = envelope.original_content or b""
        try:
            await self._intake.take(content, tuple(envelope.rcpt_tos))
        except StoreUnavailable:
            return "451 4.3.0 The store cannot take it now, try again later"
        return "250 2.0.0 Recorded"

    async def handle_exception(self, error: Exception) -> str:
        log.error("smtp_receiver_failed", exc_info=error)
        return "451 4.3.0 An error on our side, try again later"


class Listener:
    """Listens on one port; `port` is the one it got."""

    def __init__(self, settings: SmtpListenSettings, own: Own, intake: Intake, max_message: int) -> None:
        self._settings = settings
        self._own = own
        self._door = Door(own, intake)
        self._max_message = max_message
        self._server: asyncio.Server | None = None
        self._lines: set[Receiver] = set()

    @property
    def port(self) -> int:
        assert self._server is not None, "start first"
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self) -> None:
        logging.getLogger("mail.log").setLevel(logging.WARNING)  # the library's: a line for each command
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            self._receiver, host=self._settings.host, port=self._settings.port
        )

    async def stop(self) -> None:
        """Ends listening; a sender cut off before their "250" tries again."""
        if self._server is not None:
            self._server.close()
            for line in tuple(self._lines):
                if line.transport is not None:
                    line.transport.close()
            await self._server.wait_closed()

    def _receiver(self) -> Receiver:
        self._lines = {line for line in self._lines if line.transport is not None}
        line = Receiver(
            self._door,
            data_size_limit=self._max_message,
            enable_SMTPUTF8=True,
            hostname=self._own.domain,
            ident="mail",
            timeout=IDLE_LIMIT,
            loop=asyncio.get_running_loop(),
        )
        self._lines.add(line)
        return line
