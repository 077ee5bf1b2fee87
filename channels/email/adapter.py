"""The e-mail channel: mail comes by IMAP or by a port of our own, and goes by SMTP."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from channels.contract import Ground, Manifest, Outbound, Sent, Webhook
from channels.email.compose import ascii_domain, compose, everyone
from channels.email.imap import Hands, MailboxReader, sign_in
from channels.email.intake import Intake
from channels.email.listen import Listener
from channels.email.manifest import MANIFEST
from channels.email.send import SmtpSender
from channels.email.threading import Own
from core.errors import CredentialsBad, InvalidInput, SettingsError
from core.settings import EmailSettings
from crm.conversations.model import SetAsideItem
from crm.identity.normalise import email_address


class EmailChannel:
    """One mailbox, the `[email]` section's; its servers may be anywhere that takes and keeps mail."""

    def __init__(self) -> None:
        self._running: _Running | None = None

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    @property
    def listen_port(self) -> int:
        """Where mail can be handed to us; 0 when nowhere."""
        return self._running.listener.port if self._running and self._running.listener else 0

    @property
    def problem(self) -> str:
        """What keeps mail from coming in now, "" for nothing."""
        return self._running.reader.problem if self._running and self._running.reader else ""

    def webhooks(self) -> Sequence[Webhook]:
        return ()

    def namespaces(self) -> Sequence[Any]:
        return ()

    async def start(self, ground: Ground) -> None:
        settings = ground.settings.email
        check_settings(settings)
        own = Own(address=settings.address.lower(), secret=ground.secret)
        intake = Intake(ground, own)
        listener = reader = None
        if settings.listen.port and ground.receiving:
            listener = Listener(settings.listen, own, intake, settings.max_message)
            await listener.start()
        if settings.imap.host and ground.receiving:
            hands = Hands(
                take_all=intake.take_all, set_aside=intake.set_aside, max_message=settings.max_message
            )
            reader = MailboxReader(settings.imap, hands)
            reader.start()
        self._running = _Running(
            ground=ground,
            own=own,
            intake=intake,
            sender=SmtpSender(settings.smtp),
            listener=listener,
            reader=reader,
        )

    async def stop(self) -> None:
        running, self._running = self._running, None
        if running is None:
            return
        if running.reader is not None:
            await running.reader.stop()
        if running.listener is not None:
            await running.listener.stop()
        await running.sender.close()

    async def send(self, outbound: Outbound) -> Sent:
        running = self._started()
        settings = running.ground.settings
        if not settings.email.smtp.host:
            raise CredentialsBad(service="SMTP", problem="no server is configured: set host in [email.smtp]")
        raw = compose(
            outbound,
            running.own,
            display_name=settings.email.display_name or settings.business.name,
            signature=settings.email.signature,
            reply_tags=settings.email.reply_tags,
        )
        recipients = [ascii_domain(one) for one in everyone(outbound)]
        refused = await running.sender.send(running.own.address, recipients, raw)
        message_id = running.own.message_id(outbound.delivery_id)
        return Sent(provider_id=message_id, announces=(f"mid:{message_id}",), reason=refused)

    async def check(self) -> None:
        running = self._started()
        settings = running.ground.settings.email
        if settings.smtp.host:
            await running.sender.check()
        if settings.imap.host:
            client = await asyncio.to_thread(sign_in, settings.imap)
            await asyncio.to_thread(client.shutdown)

    async def replay(self, item: SetAsideItem) -> None:
        """Tries a mail that was set aside again. Raises `Malformed` when it still cannot be read."""
        await self._started().intake.replay(item)

    def _started(self) -> "_Running":
        assert self._running is not None, "start first"
        return self._running


@dataclass(frozen=True, slots=True, kw_only=True)
class _Running:
    ground: Ground
    own: Own
    intake: Intake
    sender: SmtpSender
    listener: Listener | None
    reader: MailboxReader | None


def check_settings(settings: EmailSettings) -> None:
    """Raises `SettingsError` for what would only fail later, mail by mail."""
    try:
        email_address(settings.address)
    except InvalidInput as error:
        raise SettingsError(where="[email] address", problem=str(error)) from error
    if "+" in settings.address:
        problem = "give the address without its + part, which reply addresses use"
        raise SettingsError(where="[email] address", problem=problem)
