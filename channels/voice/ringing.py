"""What the provider is asked to do with legs, after the commit: ring an agent, free one, hang up."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import structlog
from twilio.rest import Client

from channels.contract import Ground
from channels.voice.calls import (
    Scene,
    adopt_leg,
    agent_leg_over,
    asked_for,
    end_call,
    find_scene,
)
from channels.voice.parse import whole_seconds
from channels.voice.twiml import AGENT, HOLD, STATUS
from core.errors import CredentialsBad, Refused
from core.words import ChannelName
from crm.conversations.model import CallState
from crm.ports import CrmTx

RING_SECONDS = 25
SKEW = timedelta(seconds=5)
ALIVE = ("queued", "ringing", "in-progress")
AgentAddress = Callable[[str], Awaitable[str | None]]
log = structlog.get_logger(__name__)


class Ringing:
    """The tasks. Each may be run again after a crash at any point, and then rings nobody twice."""

    def __init__(self, client: Client, ground: Ground, agent_address: AgentAddress | None) -> None:
        self._client = client
        self._ground = ground
        self._agent_address = agent_address

    async def ring(self, payload: Mapping[str, Any], attempts: int) -> None:
        """Rings the agent who holds the conversation now; raises `TryLater` while the provider is away."""
        call_id, user_id, epoch = payload["call"], payload["user"], payload["epoch"]
        if not await self._customer_is_there(call_id):
            return
        began_before = await self._ground.store.write(_ask_for_leg, call_id, epoch)
        if began_before is None:
            return
        try:
            leg = await self._leg(call_id, user_id, epoch, began_before)
        except (Refused, CredentialsBad) as error:
            log.warning("agent_not_rung", call=call_id, user=user_id, problem=str(error))
            self._ground.count(ChannelName.VOICE, "agent_not_rung")
            await self._ground.store.write(agent_leg_over, call_id, asked_for(epoch), epoch, "refused")
            return
        if not await self._ground.store.write(adopt_leg, call_id, leg, epoch):
            await self._end(leg)

    async def release(self, payload: Mapping[str, Any], attempts: int) -> None:
        """Ends a leg that is wanted no more; `redirect` puts the customer back on hold."""
        await self._end(payload["leg"])
        scene = await self._ground.store.read(find_scene, payload["call"])
        if payload["redirect"] and scene is not None and scene.call.state is CallState.HOLDING:
            await self._send_to(scene.call.id, f"{HOLD}?call={scene.call.id}&again=1")

    async def hang_up(self, payload: Mapping[str, Any], attempts: int) -> None:
        await self._end(payload["leg"])

    async def _customer_is_there(self, call_id: str) -> bool:
        """Nobody is rung for a caller who hung up while we were not there to be told."""
        seconds = None
        try:
            leg = await self._client.calls(call_id).fetch_async()
            status, seconds = leg.status, whole_seconds(leg.duration)
        except Refused:
            status = "lost"
        if status in ALIVE:
            return True
        await self._ground.store.write(end_call, call_id, seconds, str(status))
        return False

    async def _leg(self, call_id: str, user_id: str, epoch: int, began_before: bool) -> str:
        scene: Scene | None = await self._ground.store.read(find_scene, call_id)
        assert scene is not None, "its row was just written"
        address = await self._address(user_id)
        sender = self._ground.settings.voice.number or scene.call.to_number
        if began_before and (found := await self._find(address, sender, scene)):
            return found
        url = self._ground.settings.server.url
        made = await self._client.calls.create_async(
            to=address,
            from_=sender,
            url=f"{url}{AGENT}?call={call_id}&epoch={epoch}",
            method="POST",
            status_callback=f"{url}{STATUS}?leg=agent&call={call_id}&epoch={epoch}",
            status_callback_method="POST",
            timeout=RING_SECONDS,
        )
        return str(made.sid)

    async def _find(self, address: str, sender: str, scene: Scene) -> str | None:
        """The leg that an attempt before a crash left ringing."""
        since = scene.call.started_at - SKEW
        calls = await self._client.calls.list_async(to=address, from_=sender, limit=20)
        alive = (
            c for c in calls if c.status in ALIVE and (c.date_created is None or c.date_created >= since)
        )
        return next((str(c.sid) for c in alive), None)

    async def _address(self, user_id: str) -> str:
        own = await self._agent_address(user_id) if self._agent_address else None
        return own or self._ground.settings.voice.agent_address.format(user_id=user_id)

    async def _send_to(self, leg_id: str, path: str) -> None:
        try:
            await self._client.calls(leg_id).update_async(
                url=f"{self._ground.settings.server.url}{path}", method="POST"
            )
        except Refused as error:
            log.info("leg_already_over", leg=leg_id, problem=str(error))

    async def _end(self, leg_id: str) -> None:
        """Ends a leg; one that is over already is what was wanted."""
        try:
            await self._client.calls(leg_id).update_async(status="completed")
        except Refused as error:
            log.info("leg_already_over", leg=leg_id, problem=str(error))


def _ask_for_leg(tx: CrmTx, call_id: str, epoch: int) -> bool | None:
    """Notes that a leg is being asked for; None: there is no need.

    True: it was asked for before, by an attempt whose end is not known.
    """
    scene = find_scene(tx, call_id)
    if scene is None or scene.call.state is not CallState.HOLDING or scene.conversation.epoch != epoch:
        return None
    if scene.call.agent_leg == asked_for(epoch):
        return True
    if scene.call.agent_leg:
        return None
    tx.calls.save(replace(scene.call, agent_leg=asked_for(epoch)))
    return False
