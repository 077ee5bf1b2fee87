"""A written reply spoken to the customer on the telephone.

While the bot has the call, the gather webhook speaks what is queued, so that nothing is said twice: here one
only waits for it. In the room it is announced; on hold the call is sent to speak it and to hold again.
"""

import asyncio
from dataclasses import dataclass

from twilio.rest import Client

from channels.contract import Ground, Outbound, Sent
from channels.telephony.errors import SERVICE
from channels.voice.calls import end_call
from channels.voice.twiml import SAY
from channels.voice.waiting import news_of, pause
from core.errors import Refused, TryLater
from core.ids import ConversationId, DeliveryId
from crm.conversations.model import Call, CallState, DeliveryState
from crm.ports import CrmTx

PATIENCE = 1.5  # seconds for the gather webhook to speak it, before the outbox's slot is given back
POLL = 0.5
OVER_CODES = ("20404", "21220")  # the provider's: no such call or room, call not in progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The call the delivery is for, None when there is none any more, and how far the delivery is."""

    call: Call | None
    state: DeliveryState


async def speak(client: Client, ground: Ground, outbound: Outbound) -> Sent:
    """Has the text spoken; `Refused` when the call is over, so that the agent chooses another channel."""
    line = await _wait_for_room(ground, outbound)
    if line.state is not DeliveryState.QUEUED:
        return Sent(provider_id=_name(line.call, outbound), state=line.state)
    if line.call is None or line.call.state is CallState.ENDED:
        raise Refused(service="The telephone", problem="the call is over", provider_code="")
    if line.call.state is CallState.BOT:
        raise TryLater(service=SERVICE, problem="the caller is being listened to", after=1.0, in_doubt=False)
    try:
        await _have_it_said(client, ground, line.call, outbound)
    except Refused as error:
        if error.facts.get("provider_code") in OVER_CODES:
            await ground.store.write(end_call, line.call.id, None, "lost")
        raise
    return Sent(provider_id=_name(line.call, outbound))


async def _have_it_said(client: Client, ground: Ground, call: Call, outbound: Outbound) -> None:
    if call.state is CallState.TALKING:
        await _announce(client, ground, call, outbound)
        return
    url = _say_url(ground, call, outbound, then="hold")
    await client.calls(call.id).update_async(url=url, method="POST")


async def _wait_for_room(ground: Ground, outbound: Outbound) -> Line:
    deadline = asyncio.get_running_loop().time() + PATIENCE
    async with news_of(ground, outbound.conversation_id) as news:
        while True:
            news.clear()
            line = await ground.store.read(_look, outbound.conversation_id, outbound.delivery_id)
            waits = line.state is DeliveryState.QUEUED and line.call and line.call.state is CallState.BOT
            left = deadline - asyncio.get_running_loop().time()
            if not waits or left <= 0:
                return line
            await pause(news, min(left, POLL))


def _look(tx: CrmTx, conversation_id: str, delivery_id: str) -> Line:
    return Line(
        call=tx.calls.of_conversation(ConversationId(conversation_id)),
        state=tx.deliveries.get(DeliveryId(delivery_id)).state,
    )


async def _announce(client: Client, ground: Ground, call: Call, outbound: Outbound) -> None:
    conference = call.conference or await _find_room(client, call)
    await (
        client.conferences(conference)
        .participants(call.id)
        .update_async(announce_url=_say_url(ground, call, outbound), announce_method="POST")
    )


async def _find_room(client: Client, call: Call) -> str:
    rooms = await client.conferences.list_async(friendly_name=call.id, status="in-progress", limit=1)
    if not rooms:
        raise TryLater(service=SERVICE, problem="the call's room is not open yet", after=2.0, in_doubt=False)
    return str(rooms[0].sid)


def _say_url(ground: Ground, call: Call, outbound: Outbound, then: str = "") -> str:
    query = f"?call={call.id}" + (f"&then={then}" if then else "")
    return f"{ground.settings.server.url}{SAY}/{outbound.delivery_id}{query}"


def _name(call: Call | None, outbound: Outbound) -> str:
    return f"{call.id if call else 'call'}:{outbound.delivery_id}"
