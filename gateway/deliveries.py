"""Sends what transactions queued: the task `deliver`, from the outbox to a channel and back into the history."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import structlog

from channels.contract import Channel, Outbound, Sent
from core.clock import Clock
from core.errors import CredentialsBad, InvalidInput, Refused, TryLater
from core.events import Finish
from core.ids import DeliveryId
from core.store import Store
from core.words import AuthorKind, ChannelName, Language
from crm.conversations.model import DeliveryState
from crm.conversations.reply import begin_attempt, end_attempt
from storage.outgoing import Outgoing, outgoing

GIVE_UP = timedelta(hours=24)  # a vendor away for longer: the agent is told, and may send again
MEND = 30.0  # seconds between tries while the credentials are bad

log = structlog.get_logger(__name__)


class Deliveries:
    """Runs `deliver` tasks. A crash at any point leaves a doubt that the next attempt asks the vendor about."""

    def __init__(
        self, store: Store, clock: Clock, channels: Mapping[ChannelName, Channel], language: Language
    ) -> None:
        self._store = store
        self._clock = clock
        self._channels = channels
        self._language = language

    async def deliver(self, payload: Mapping[str, Any], attempts: int) -> Finish | None:
        """Makes one attempt. Raises `TryLater` when there should be another."""
        delivery_id = DeliveryId(payload["delivery_id"])
        begun = await self._store.write(begin_attempt, delivery_id)
        if begun is None:
            return None
        what = await self._store.read(outgoing, delivery_id)
        channel = self._channels.get(begun.channel)
        if channel is None:
            return _failed(delivery_id, f"the channel {begun.channel.value} is switched off")
        try:
            sent = await channel.send(self._outbound(what, begun.in_doubt_since))
        except (Refused, InvalidInput) as error:
            log.warning("delivery_refused", delivery_id=delivery_id, error=str(error))
            return _failed(delivery_id, str(error))
        except CredentialsBad as error:
            await self._store.write(end_attempt, delivery_id, DeliveryState.QUEUED, reason=str(error))
            raise TryLater(service=begun.channel.value, problem=str(error), after=MEND) from error
        except TryLater as error:
            if self._clock.now() - what.exchange.recorded_at > GIVE_UP:
                return _failed(delivery_id, str(error))
            raise
        return _sent(what, sent)

    def _outbound(self, what: Outgoing, in_doubt_since: Any) -> Outbound:
        return Outbound(
            delivery_id=what.delivery.id,
            exchange_id=what.exchange.id,
            conversation_id=what.conversation.id,
            sender=what.delivery.sender,
            recipient=what.delivery.recipient,
            also_to=what.delivery.also_to,
            cc=what.delivery.cc,
            text=what.exchange.text,
            subject=what.conversation.subject,
            language=(what.conversation.language or self._language).value,
            author_name=what.author_name,
            automatic=what.exchange.author is not AuthorKind.AGENT,
            attachments=what.exchange.attachments,
            references=what.references,
            in_doubt_since=in_doubt_since,
        )


def _failed(delivery_id: DeliveryId, reason: str) -> Finish:
    return lambda tx: end_attempt(tx, delivery_id, DeliveryState.FAILED, reason=reason)


def _sent(what: Outgoing, sent: Sent) -> Finish:
    def write(tx: Any) -> None:
        end_attempt(tx, what.delivery.id, sent.state, provider_id=sent.provider_id, reason=sent.reason)
        tx.conversations.announce(sent.announces, what.conversation.id)

    return write
