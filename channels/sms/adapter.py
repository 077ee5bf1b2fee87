"""SMS as a channel."""

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.rest import Client

from channels.contract import Ground, Manifest, Outbound, Sent, Webhook
from channels.sms.asking import ASK, Asking
from channels.sms.manifest import MANIFEST
from channels.sms.send import send_message
from channels.sms.webhooks import SmsWebhooks, routes
from channels.telephony.rest import check_account, provider_client
from core.events import TaskHandler


class SmsChannel:
    """Implements `Channel`; `tasks` are the outbox's tasks that it carries out."""

    def __init__(self) -> None:
        self._ground: Ground | None = None
        self._client: Client | None = None
        self._hooks: SmsWebhooks | None = None
        self._asking: Asking | None = None

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    def webhooks(self) -> Sequence[Webhook]:
        return routes(self._running_hooks)

    def namespaces(self) -> Sequence[Any]:
        return ()

    def tasks(self) -> Mapping[str, TaskHandler]:
        """By kind, of (payload, attempts); payloads are in `asking.py`. `TryLater` asks for another run."""
        return {ASK: lambda payload, attempts: self._running_asking().ask(payload, attempts)}

    async def start(self, ground: Ground) -> None:
        self._client = provider_client(ground.settings.provider, ground.http)
        self._hooks = SmsWebhooks(ground)
        self._asking = Asking(self._client, ground)
        self._ground = ground

    async def stop(self) -> None:
        """Nothing runs on its own; requests under way end with the session they use."""

    async def send(self, outbound: Outbound) -> Sent:
        assert self._ground is not None, "start comes before send"
        return await send_message(self._client, self._ground, outbound)

    async def check(self) -> None:
        assert self._client is not None, "start comes before check"
        await check_account(self._client)

    def _running_hooks(self) -> SmsWebhooks:
        assert self._hooks is not None, "start comes before requests"
        return self._hooks

    def _running_asking(self) -> Asking:
        assert self._asking is not None, "start comes before tasks"
        return self._asking
