"""Looking after calls: one that ended while nobody here was told is ended all the same.

Each live call has the task `voice.look`. It comes up once a minute; on a call of which nothing was heard lately it asks
the provider about the caller's leg, then about the agent's, and says what the status webhook would have said.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import structlog
from twilio.rest import Client

from channels.contract import Ground
from channels.telephony.questions import TRIES, ask
from channels.voice.calls import Scene, agent_leg_over, end_call, find_scene, is_leg, look_later
from channels.voice.parse import FINAL, whole_seconds
from channels.voice.webhooks import NO_EPOCH
from core.errors import TryLater
from core.events import Finish
from core.words import ChannelName
from crm.conversations.model import CallState
from crm.ports import CrmTx

QUIET = timedelta(seconds=60)  # without a word on the call's conversation, before the provider is asked
LOST = "lost"  # the state of a leg that the provider does not know
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What the provider says of a leg: its word, and how long it lasted when that is known."""

    word: str
    over: bool
    seconds: int | None


class Looking:
    """The task. What it finds is written with its end; two that find the same change nothing twice."""

    def __init__(self, client: Client, ground: Ground) -> None:
        self._client = client
        self._ground = ground

    async def look(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        """One look; the answer stores the next one as long as the call lives."""
        scene = await self._ground.store.read(find_scene, payload["call"])
        if scene is None or scene.call.state is CallState.ENDED:
            return None
        again = partial(look_later, call_id=scene.call.id)
        if self._heard_lately(scene):
            return again
        try:
            return await self._ask(scene) or again
        except TryLater:
            if attempts < TRIES:
                raise
            return again

    def _heard_lately(self, scene: Scene) -> bool:
        """A moment that is still to come, by a clock since put back, proves nothing."""
        silence = self._ground.clock.now() - scene.conversation.last_activity_at
        return timedelta(0) <= silence < QUIET

    async def _ask(self, scene: Scene) -> Finish | None:
        """What to write when a leg is over; None when all is as we know it."""
        call = scene.call
        fate = await self._fate(call.id)
        if fate.over:
            log.warning("call_found_over", call=call.id, status=fate.word)
            self._ground.count(ChannelName.VOICE, "call_found_over")
            seconds = _heard_for(scene) if fate.seconds is None else fate.seconds
            return partial(end_call, call_id=call.id, seconds=seconds, word=fate.word)
        if is_leg(call.agent_leg) and (leg := await self._fate(call.agent_leg)).over:
            log.warning("agent_leg_found_over", call=call.id, leg=call.agent_leg, status=leg.word)
            self._ground.count(ChannelName.VOICE, "agent_leg_found_over")
            return partial(_without_agent, call_id=call.id, leg_id=call.agent_leg, word=leg.word)
        return None

    async def _fate(self, leg_id: str) -> Fate:
        leg = await ask(self._client.calls(leg_id).fetch_async())
        if leg is None:
            return Fate(word=LOST, over=True, seconds=None)
        word = str(leg.status)
        return Fate(word=word, over=word in FINAL, seconds=whole_seconds(leg.duration))


def _without_agent(tx: CrmTx, call_id: str, leg_id: str, word: str) -> None:
    agent_leg_over(tx, call_id, leg_id, NO_EPOCH, word)
    look_later(tx, call_id)


def _heard_for(scene: Scene) -> int:
    """Seconds from the call's start to what was last heard of it: all that is known of one that is lost."""
    return max(0, int((scene.conversation.last_activity_at - scene.call.started_at).total_seconds()))
