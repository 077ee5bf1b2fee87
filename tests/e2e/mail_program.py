"""A customer's own mail program: writes by SMTP, reads their mailbox by IMAP, answers as such programs do."""

import asyncio
import imaplib
import time
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import make_msgid
from itertools import count

from tests.servers.mail import Mailbox, MailServer
from tests.servers.test_servers import send


class MailProgram:
    def __init__(self, server: MailServer, box: Mailbox) -> None:
        self._server = server
        self._box = box

    async def write(self, to: str, subject: str, text: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._box.address, to, subject
        message["Message-ID"] = make_msgid(domain="mail.example.com")
        message.set_content(text)
        await asyncio.to_thread(send, self._server, self._box, message)
        return message

    async def answer(self, received: EmailMessage, text: str) -> EmailMessage:
        """To its Reply-To, with its headers, and with what is answered quoted below."""
        message = EmailMessage()
        message["From"], message["To"] = self._box.address, received["Reply-To"] or received["From"]
        message["Subject"] = received["Subject"]
        message["Message-ID"] = make_msgid(domain="mail.example.com")
        message["In-Reply-To"] = received["Message-ID"]
        message["References"] = f"{received['References'] or ''} {received['Message-ID']}".strip()
        quoted = "".join(f"> {line}\n" for line in words_of(received).splitlines())
        message.set_content(f"{text}\n\nLe 22 novembre 2026, Atelier Sorbier a écrit :\n{quoted}")
        await asyncio.to_thread(send, self._server, self._box, message)
        return message

    async def receive(self, number: int, seconds: float = 30.0) -> EmailMessage:
        """Mail `number` of the inbox, counted from one; waits for it."""
        deadline = time.monotonic() + seconds
        for attempt in count(1):
            mails = await asyncio.to_thread(self._inbox)
            if len(mails) >= number:
                return mails[number - 1]
            assert time.monotonic() < deadline, (
                f"{len(mails)} mails after {attempt} looks\n{self._server.log()}"
            )
            await asyncio.sleep(0.2)
        raise AssertionError

    def _inbox(self) -> list[EmailMessage]:
        with imaplib.IMAP4(self._server.host, self._server.imap_port, timeout=10) as line:
            line.login(self._box.address, self._box.password)
            line.select("INBOX", readonly=True)
            _, found = line.search(None, "ALL")
            return [self._fetched(line, number) for number in found[0].split()]

    def _fetched(self, line: imaplib.IMAP4, number: bytes) -> EmailMessage:
        _, parts = line.fetch(number.decode(), "(RFC822)")
        message = message_from_bytes(parts[0][1], policy=policy.default)  # type: ignore[index,arg-type]
        assert isinstance(message, EmailMessage)
        return message


def words_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())
