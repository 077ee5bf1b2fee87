"""One text message out, and, after an attempt whose end is not known, the question what became of it."""

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from typing import Any

from twilio.rest import Client

from channels.contract import Ground, Outbound, Sent
from channels.sms.parse import STATES
from channels.sms.segments import count_segments
from channels.sms.webhooks import STATUS
from channels.telephony.errors import SERVICE
from core.errors import CredentialsBad, Refused
from core.words import ChannelName
from crm.conversations.model import DeliveryState
from crm.ports import CrmTx

WHATSAPP = "whatsapp:"  # before both numbers of a message on that network
SKEW = timedelta(seconds=5)  # between our clock and the provider's
LOOK_BACK = 200  # messages to one number, newest first


async def send_message(client: Client, ground: Ground, outbound: Outbound) -> Sent:
    """Sends the text once; in doubt, finds what an earlier attempt sent instead of sending it twice."""
    check_length(outbound.text, ground.settings.sms.max_segments)
    sender = outbound.sender or ground.settings.sms.number
    if outbound.recipient.startswith(WHATSAPP) and not sender.startswith(("MG", WHATSAPP)):
        sender = f"{WHATSAPP}{sender}"
    if outbound.in_doubt_since and (found := await _find(client, ground, outbound, sender)):
        return found
    who = {"messaging_service_sid": sender} if sender.startswith("MG") else {"from_": sender}
    callback = f"{ground.settings.server.url}{STATUS}?delivery={outbound.delivery_id}"
    message = await client.messages.create_async(
        to=outbound.recipient, body=outbound.text, status_callback=callback, **who
    )
    return _sent(message)


def check_length(text: str, most: int) -> None:
    """Raises `Refused` for a text of more than `most` segments."""
    segments = count_segments(text)
    if segments.count > most:
        raise Refused(
            service="SMS",
            problem=f"the text takes {segments.count} segments ({segments.encoding}) and {most} are allowed; "
            "shorten it or answer by another channel",
            provider_code="",
        )


async def _find(client: Client, ground: Ground, outbound: Outbound, sender: str) -> Sent | None:
    """The message an earlier attempt left at the provider.

    No date is asked for: the provider filters by the date it was sent, which a message still queued has not.
    """
    assert outbound.in_doubt_since is not None
    since = outbound.in_doubt_since - SKEW
    only = {} if sender.startswith("MG") else {"from_": sender}
    messages = await client.messages.list_async(to=outbound.recipient, limit=LOOK_BACK, **only)
    ours = [m for m in messages if m.body == outbound.text and _made(m) >= since]
    others = await ground.store.read(_known_to_others, [m.sid for m in ours], outbound.delivery_id)
    mine = [m for m in ours if m.sid not in others]
    return _sent(mine[0]) if mine else None


def _known_to_others(tx: CrmTx, sids: Collection[str], delivery_id: str) -> set[str]:
    """Those of the provider's ids that are another delivery's."""
    found = {sid: tx.deliveries.by_provider_id(ChannelName.SMS, sid) for sid in sids}
    return {sid for sid, delivery in found.items() if delivery and delivery.id != delivery_id}


def _made(message: Any) -> datetime:
    made: datetime | None = message.date_created
    return made if made is not None else datetime.min.replace(tzinfo=UTC)


def _sent(message: Any) -> Sent:
    """An unknown status counts as sent: the provider took it, and its callbacks will say more."""
    if not message.sid:
        raise CredentialsBad(
            service=SERVICE, problem="it answered without a message id; check provider.api_url"
        )
    state = STATES.get(str(message.status), DeliveryState.SENT)
    return Sent(
        provider_id=str(message.sid), state=DeliveryState.SENT if state is DeliveryState.QUEUED else state
    )
