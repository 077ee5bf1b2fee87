"""Asking after messages whose fate nobody told us: when, how often, and what is made of the answer."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from channels.sms.adapter import SmsChannel
from channels.sms.asking import AFTER, ASK
from channels.telephony.questions import TRIES
from core.errors import TryLater
from core.ids import DeliveryId
from core.words import ChannelName
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.conversations.model import Delivery, DeliveryState
from crm.conversations.reply import Reply, end_attempt, record_status, resend, send_reply
from storage.engine.opening import Opened
from storage.schema import outbox
from tests.channels.asked import Asked, asked_provider
from tests.fixtures import add_entry_point, add_queue, an_inbound

SID = "SM" + "1" * 32
SENT, DELIVERED = {"sid": SID, "status": "sent"}, {"sid": SID, "status": "delivered"}


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message that left, and the provider that knows of it."""

    provider: Asked
    channel: SmsChannel
    opened: Opened
    delivery_id: DeliveryId

    async def tasks(self) -> list[Any]:
        query = outbox.select().where(outbox.c.kind == ASK)
        return list(await self.opened.store.read(lambda tx: tx.conn.execute(query).mappings().all()))

    async def question(self, attempts: int = 0) -> None:
        """Runs the stored question to its end, as the outbox does."""
        (task,) = await self.tasks()
        finish = await self.channel.tasks()[ASK](task["payload"], attempts)

        def write(tx: Any) -> None:
            if finish is not None:
                finish(tx)
            tx.conn.execute(outbox.delete().where(outbox.c.id == task["id"]))

        await self.opened.store.write(write)

    async def delivery(self) -> Delivery:
        found: Delivery = await self.opened.store.read(lambda tx: tx.deliveries.get(self.delivery_id))
        return found


@pytest.fixture
async def sent(any_opened: Opened, tmp_path: Path) -> AsyncIterator[Sent]:
    queue = await add_queue(any_opened.store)
    await add_entry_point(any_opened.store, queue, ChannelName.SMS, bot="accueil")
    accepted = await any_opened.store.write(accept, an_inbound(), Limits())

    def answer(tx: Any) -> DeliveryId:
        reply = Reply(
            conversation_id=accepted.conversation_id,
            holder=accepted.handler,
            epoch=accepted.epoch,
            text="Bonjour",
            key="first",
        )
        delivery = tx.deliveries.of_exchange(send_reply(tx, reply).id)
        end_attempt(tx, delivery.id, DeliveryState.SENT, provider_id=SID)
        return DeliveryId(delivery.id)

    delivery_id = await any_opened.store.write(answer)
    async with asked_provider(any_opened, tmp_path) as (provider, ground):
        channel = SmsChannel()
        await channel.start(ground)
        yield Sent(provider=provider, channel=channel, opened=any_opened, delivery_id=delivery_id)


async def test_the_question_is_stored_with_the_sending_for_ten_minutes_later(sent: Sent) -> None:
    (task,) = await sent.tasks()
    due_in = (task["due_at"] - (await sent.delivery()).updated_at).total_seconds()
    assert due_in == pytest.approx(AFTER[0], abs=1)


async def test_a_message_that_was_delivered_meanwhile_is_so_in_the_history(sent: Sent) -> None:
    sent.provider.answers[SID] = DELIVERED
    await sent.question()
    assert ((await sent.delivery()).state, await sent.tasks()) == (DeliveryState.DELIVERED, [])


async def test_a_message_that_failed_meanwhile_says_why(sent: Sent) -> None:
    sent.provider.answers[SID] = {"sid": SID, "status": "undelivered", "error_code": 30003}
    await sent.question()
    found = await sent.delivery()
    assert (found.state, found.reason) == (DeliveryState.FAILED, "undelivered (30003)")


async def test_a_message_still_under_way_is_asked_about_once_more_and_then_left(sent: Sent) -> None:
    sent.provider.answers[SID] = SENT
    await sent.question()
    (second,) = await sent.tasks()
    await sent.question()
    assert second["payload"]["asked"] == 1
    assert (len(sent.provider.questions), await sent.tasks()) == (2, [])
    assert (await sent.delivery()).state is DeliveryState.SENT


async def test_a_message_whose_fate_was_told_is_not_asked_about(sent: Sent) -> None:
    await sent.opened.store.write(record_status, ChannelName.SMS, DeliveryState.DELIVERED, provider_id=SID)
    await sent.question()
    assert (sent.provider.questions, await sent.tasks()) == ([], [])


async def test_a_message_sent_again_is_not_judged_by_the_first(sent: Sent) -> None:
    def again(tx: Any) -> None:
        record_status(tx, ChannelName.SMS, DeliveryState.FAILED, provider_id=SID)
        resend(tx, sent.delivery_id)

    await sent.opened.store.write(again)
    await sent.question()
    assert sent.provider.questions == []
    assert (await sent.delivery()).state is DeliveryState.QUEUED


async def test_a_message_the_provider_does_not_know_is_left_as_it_is(sent: Sent) -> None:
    await sent.question()
    assert ((await sent.delivery()).state, await sent.tasks()) == (DeliveryState.SENT, [])


@pytest.mark.parametrize("status", [500, 429, 401, 400, 302])
async def test_a_provider_that_does_not_say_is_asked_later(sent: Sent, status: int) -> None:
    sent.provider.status = status
    with pytest.raises(TryLater):
        await sent.question()
    assert ((await sent.delivery()).state, len(await sent.tasks())) == (DeliveryState.SENT, 1)


async def test_a_provider_that_never_says_is_left_alone_until_the_second_question(sent: Sent) -> None:
    sent.provider.status = 500
    await sent.question(attempts=TRIES)
    assert [task["payload"]["asked"] for task in await sent.tasks()] == [1]
