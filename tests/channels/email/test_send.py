"""What the SMTP server says to a mail for several people."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from channels.email.send import SmtpSender
from core.errors import Refused
from core.settings import SmtpSettings

OURS, LUCIE, GONE = "support@example.com", "lucie@example.org", "gone@example.org"


class Picky:
    """Takes mail for everyone but the one who is gone."""

    def __init__(self) -> None:
        self.taken: list[list[str]] = []

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address == GONE:
            return "550 5.1.1 No such person here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope.rcpt_tos)
        return "250 OK"


@asynccontextmanager
async def line_to(server: Picky) -> AsyncIterator[SmtpSender]:
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(server, loop=loop), "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    settings: dict[str, Any] = {"host": "127.0.0.1", "port": port, "starttls": False}
    sender = SmtpSender(SmtpSettings.model_validate(settings))
    try:
        yield sender
    finally:
        await sender.close()
        listening.close()


async def test_who_is_refused_is_told_and_the_others_get_the_mail() -> None:
    server = Picky()
    async with line_to(server) as sender:
        assert await sender.send(OURS, [LUCIE], b"Subject: x\r\n\r\nx") is None
        refused = await sender.send(OURS, [LUCIE, GONE], b"Subject: x\r\n\r\nx")
    assert refused == f"{GONE}: 550 5.1.1 No such person here"
    assert server.taken == [[LUCIE], [LUCIE]]


async def test_a_mail_that_everyone_is_refused_has_failed() -> None:
    server = Picky()
    async with line_to(server) as sender:
        with pytest.raises(Refused, match="No such person"):
            await sender.send(OURS, [GONE], b"Subject: x\r\n\r\nx")
    assert server.taken == []
