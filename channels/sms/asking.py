"""Asking what became of a message that was sent, because the provider's word of it may have found nobody here.

Each message that leaves has the task `sms.ask`, for ten minutes later; one that is still under way then is asked about
once more after an hour. The customer's operator may take longer, or never tell: then it stays sent.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog
from twilio.rest import Client

from channels.contract import Ground
from channels.sms.parse import STATES, reason_of
from channels.telephony.questions import TRIES, ask, lane
from core.errors import TryLater
from core.events import Finish, Task
from core.ids import DeliveryId
from core.words import ChannelName
from crm.conversations.events import DeliveryUpdated
from crm.conversations.model import Delivery, DeliveryState
from crm.conversations.reply import record_status
from crm.ports import CrmTx

ASK = "sms.ask"  # payload: delivery, sid, asked
AFTER = (600.0, 3000.0)  # seconds from its sending to the first question, and from there to the second
SETTLED = (DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED)
log = structlog.get_logger(__name__)


def ask_later(tx: CrmTx, event: DeliveryUpdated) -> None:
    """A message was sent: its fate is asked for later, unless the provider tells it before."""
    if event.delivery["state"] != DeliveryState.SENT:
        return
    delivery = tx.deliveries.get(event.delivery["id"])
    if delivery.channel is ChannelName.SMS and delivery.provider_id:
        enqueue(tx, delivery.id, delivery.provider_id, asked=0)


def enqueue(tx: CrmTx, delivery_id: DeliveryId, sid: str, asked: int) -> None:
    """Stores the question that comes after `asked` others, if there is one."""
    if asked >= len(AFTER):
        return
    tx.enqueue(
        Task(
            kind=ASK,
            payload={"delivery": delivery_id, "sid": sid, "asked": asked},
            lane=lane(f"{ASK}:{asked}", delivery_id),
            delay=AFTER[asked],
        )
    )


class Asking:
    """The task. What it learns is written as the status webhook writes it."""

    def __init__(self, client: Client, ground: Ground) -> None:
        self._client = client
        self._ground = ground

    async def ask(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        """One question; None when there is nothing to ask any more, or the provider knows no such message."""
        delivery_id, sid = DeliveryId(payload["delivery"]), payload["sid"]
        delivery: Delivery = await self._ground.store.read(lambda tx: tx.deliveries.get(delivery_id))
        if delivery.state is not DeliveryState.SENT or delivery.provider_id != sid:
            return None  # told meanwhile, or sent again since
        again = partial(enqueue, delivery_id=delivery_id, sid=sid, asked=payload["asked"] + 1)
        try:
            message = await ask(self._client.messages(sid).fetch_async())
        except TryLater:
            if attempts < TRIES:
                raise
            return again
        if message is None:
            log.warning("message_unknown_to_provider", delivery_id=delivery_id, sid=sid)
            return None
        return self._learnt(str(message.status), message.error_code, sid) or again

    def _learnt(self, word: str, code: object, sid: str) -> Finish | None:
        state = STATES.get(word)
        if state not in SETTLED:
            return None
        self._ground.count(ChannelName.SMS, "status_asked_for")
        return partial(
            record_status,
            channel=ChannelName.SMS,
            state=state,
            provider_id=sid,
            reason=reason_of(state, word, "" if code is None else str(code)),
        )
