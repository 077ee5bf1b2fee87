"""Sends by SMTP over a few lines that are kept open between mails."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import AsyncIterator, Sequence

import aiosmtplib
from aiosmtplib import (
    SMTPException,
    SMTPNotSupported,
    SMTPRecipientsRefused,
    SMTPResponseException,
)

from core.errors import CredentialsBad, FilrougeError, Refused, TryLater
from core.settings import SmtpSettings

LINES = 8  # at once
KEPT = 20.0  # seconds a line is kept for the next mail
LONGEST = 300  # characters of a reason
NEEDS_SIGN_IN = {530, 534, 535, 538}


class SmtpSender:
    """The way out through one server. Its errors are `TryLater`, `CredentialsBad` and `Refused`."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings
        self._free: list[tuple[float, aiosmtplib.SMTP]] = []
        self._room = asyncio.Semaphore(LINES)

    @property
    def service(self) -> str:
        return f"SMTP {self._settings.host}:{self._settings.port}"

    async def send(self, sender: str, recipients: Sequence[str], raw: bytes) -> str | None:
        """Hands one mail over; returns when the server took it, for some if not for all: then says for whom not."""
        async with self._errors(), self._line() as line:
            options = [] if f"{sender}{''.join(recipients)}".isascii() else ["SMTPUTF8"]  # RFC 6531
            refused, _ = await line.sendmail(sender, list(recipients), raw, mail_options=options)
        told = (f"{who}: {answer.code} {_one_line(answer.message)}" for who, answer in refused.items())
        return "; ".join(told)[:LONGEST] or None

    async def check(self) -> None:
        """Signs in and out again."""
        async with self._errors(), self._line() as line:
            await line.noop()

    async def close(self) -> None:
        while self._free:
            await self._end(self._free.pop()[1])

    @contextlib.asynccontextmanager
    async def _line(self) -> AsyncIterator[aiosmtplib.SMTP]:
        async with self._room:
            line = await self._open()
            try:
                yield line
            except BaseException:
                line.close()
                raise
            self._free.append((time.monotonic(), line))

    async def _open(self) -> aiosmtplib.SMTP:
        while self._free:
            since, line = self._free.pop()
            if line.is_connected and time.monotonic() - since < KEPT:
                with contextlib.suppress(SMTPException, OSError):
                    await line.noop()
                    return line
            line.close()
        s = self._settings
        line = aiosmtplib.SMTP(
            hostname=s.host,
            port=s.port,
            username=s.user or None,
            password=s.password.get_secret_value() or None,
            use_tls=s.tls,
            start_tls=s.starttls and not s.tls,
            timeout=s.timeout,
            local_hostname="localhost",
        )
        await line.connect()
        return line

    async def _end(self, line: aiosmtplib.SMTP) -> None:
        with contextlib.suppress(SMTPException, OSError):
            await line.quit()
        line.close()

    @contextlib.asynccontextmanager
    async def _errors(self) -> AsyncIterator[None]:
        try:
            yield
        except (SMTPException, OSError, ssl.SSLError, ValueError) as error:
            raise self._mapped(error) from error

    def _mapped(self, error: Exception) -> FilrougeError:
        """Codes 4xx and a dead line: later. 5xx about who we are: credentials. Any other 5xx: refused."""
        if isinstance(error, SMTPRecipientsRefused) and error.recipients:
            error = error.recipients[0]
        problem = _one_line(str(error))[:LONGEST] or type(error).__name__
        if isinstance(error, SMTPNotSupported):
            return CredentialsBad(service=self.service, problem=problem)
        if isinstance(error, SMTPResponseException) and error.code >= 500:
            kind = CredentialsBad if error.code in NEEDS_SIGN_IN else Refused
            return kind(service=self.service, problem=f"{error.code} {_one_line(error.message)}"[:LONGEST])
        if isinstance(error, ValueError) and not isinstance(error, ssl.SSLError):
            return Refused(service=self.service, problem=problem)
        return TryLater(service=self.service, problem=problem, after=None)


def _one_line(text: str) -> str:
    return " ".join(text.split())
