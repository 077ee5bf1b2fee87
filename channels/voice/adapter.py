"""The telephone as a channel."""

from collections.abc import Mapping, Sequence
from typing import Any

from twilio.rest import Client

from channels.contract import Ground, Manifest, Outbound, Sent, Webhook
from channels.telephony.rest import check_account, provider_client
from channels.voice.calls import HANG_UP, LOOK, RELEASE, RING
from channels.voice.looking import Looking
from channels.voice.manifest import MANIFEST
from channels.voice.ringing import AgentAddress, Ringing
from channels.voice.send import speak
from channels.voice.webhooks import VoiceWebhooks, routes
from core.events import TaskHandler


class VoiceChannel:
    """Implements `Channel`; `tasks` are the outbox's tasks that it carries out.

    `agent_address` tells a user's own telephone, E.164, or None for `voice.agent_address` of the settings.
    """

    def __init__(self, agent_address: AgentAddress | None = None) -> None:
        self._agent_address = agent_address
        self._ground: Ground | None = None
        self._client: Client | None = None
        self._hooks: VoiceWebhooks | None = None
        self._ringing: Ringing | None = None
        self._looking: Looking | None = None

    @property
    def manifest(self) -> Manifest:
        return MANIFEST

    def webhooks(self) -> Sequence[Webhook]:
        return routes(self._running_hooks, self._running_ground)

    def namespaces(self) -> Sequence[Any]:
        return ()

    def tasks(self) -> Mapping[str, TaskHandler]:
        """By kind, of (payload, attempts); payloads are in `calls.py`. `TryLater` asks for another run."""
        return {
            RING: lambda payload, attempts: self._running_ringing().ring(payload, attempts),
            RELEASE: lambda payload, attempts: self._running_ringing().release(payload, attempts),
            HANG_UP: lambda payload, attempts: self._running_ringing().hang_up(payload, attempts),
            LOOK: lambda payload, attempts: self._running_looking().look(payload, attempts),
        }

    async def start(self, ground: Ground) -> None:
        self._client = provider_client(ground.settings.provider, ground.http)
        self._hooks = VoiceWebhooks(ground)
        self._ringing = Ringing(self._client, ground, self._agent_address)
        self._looking = Looking(self._client, ground)
        self._ground = ground

    async def stop(self) -> None:
        """Nothing runs on its own; requests under way end with the session they use."""

    async def send(self, outbound: Outbound) -> Sent:
        assert self._client is not None, "start comes before send"
        return await speak(self._client, self._running_ground(), outbound)

    async def check(self) -> None:
        assert self._client is not None, "start comes before check"
        await check_account(self._client)

    def _running_hooks(self) -> VoiceWebhooks:
        assert self._hooks is not None, "start comes before requests"
        return self._hooks

    def _running_ground(self) -> Ground:
        assert self._ground is not None, "start comes before requests"
        return self._ground

    def _running_ringing(self) -> Ringing:
        assert self._ringing is not None, "start comes before tasks"
        return self._ringing

    def _running_looking(self) -> Looking:
        assert self._looking is not None, "start comes before tasks"
        return self._looking
