"""What comes late, again or from a machine: reports of an earlier attempt, reopenings, automatic mail."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from bots.reactions import TURN
from core.ids import ConversationId, DeliveryId, UserId
from core.store import Store
from core.words import ChannelName, ContactKind, HandlerKind
from crm.conversations.accept import Accepted, accept
from crm.conversations.handling import assign, hand_to_queue, resolve
from crm.conversations.joining import Limits
from crm.conversations.model import DeliveryState, Handler
from crm.conversations.reply import (
    Reply,
    begin_attempt,
    end_attempt,
    record_status,
    resend,
    send_reply,
)
from crm.parties.model import Address
from routing.model import Presence
from storage.schema import outbox
from tests.fixtures import add_entry_point, add_queue, add_user, an_inbound


async def taken_by(store: Store, accepted: Accepted, user: UserId) -> tuple[Handler, int]:
    await store.write(lambda tx: tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now))
    epoch = (await store.write(assign, accepted.conversation_id, user, "test")).epoch
    return Handler(kind=HandlerKind.AGENT, ref=user), epoch


@pytest.fixture
async def sent(any_store: Store) -> DeliveryId:
    """The delivery of a reply that the vendor took as SM1."""
    queue = await add_queue(any_store)
    accepted = await any_store.write(accept, an_inbound(), Limits())
    holder, epoch = await taken_by(any_store, accepted, await add_user(any_store, queues=[queue]))
    reply = Reply(
        conversation_id=ConversationId(accepted.conversation_id),
        holder=holder,
        epoch=epoch,
        text="Oui",
        key="1",
    )
    exchange = await any_store.write(send_reply, reply)
    delivery = await any_store.read(lambda tx: tx.deliveries.of_exchange(exchange.id))
    await attempt(any_store, delivery.id, "SM1")
    return DeliveryId(delivery.id)


async def attempt(store: Store, delivery_id: DeliveryId, sid: str) -> None:
    await store.write(begin_attempt, delivery_id)
    await store.write(end_attempt, delivery_id, DeliveryState.SENT, provider_id=sid)


async def report(store: Store, sid: str, state: DeliveryState, delivery_id: str) -> Any:
    return await store.write(
        record_status, ChannelName.SMS, state, provider_id=sid, delivery_id=delivery_id, reason=None
    )


async def test_a_late_report_of_the_first_message_says_nothing_of_the_second(
    any_store: Store, sent: DeliveryId
) -> None:
    await report(any_store, "SM1", DeliveryState.FAILED, sent)
    await any_store.write(resend, sent)
    await attempt(any_store, sent, "SM2")
    known = await report(any_store, "SM1", DeliveryState.FAILED, sent)
    delivery = await any_store.read(lambda tx: tx.deliveries.get(sent))
    assert (known, delivery.state, delivery.provider_id) == (True, DeliveryState.SENT, "SM2")


async def test_reports_that_arrive_together_leave_the_furthest_state(
    any_store: Store, sent: DeliveryId
) -> None:
    states = [DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.SENT] * 4
    await asyncio.gather(*(report(any_store, "SM1", state, sent) for state in states))
    delivery = await any_store.read(lambda tx: tx.deliveries.get(sent))
    assert delivery.state is DeliveryState.READ


async def test_a_reopened_conversation_waits_where_it_had_been_transferred_to(any_store: Store) -> None:
    first, other = await add_queue(any_store, "Accueil"), await add_queue(any_store, "Litiges")
    await add_entry_point(any_store, first, ChannelName.EMAIL)
    user = await add_user(any_store, queues=[first, other])
    mail = an_inbound(
        channel=ChannelName.EMAIL,
        sender=Address(kind=ContactKind.EMAIL, value="lea@example.com"),
        announces=("mid:1@example.com",),
    )
    accepted = await any_store.write(accept, mail, Limits())
    holder, epoch = await taken_by(any_store, accepted, user)
    moved: Any = {"queue_id": other.id, "reason": "transfer"}
    await any_store.write(hand_to_queue, accepted.conversation_id, holder, epoch, **moved)
    holder, epoch = await taken_by(any_store, accepted, user)
    await any_store.write(resolve, accepted.conversation_id, holder, epoch, outcome="done")
    answer = replace(mail, provider_id="2", refers_to=mail.announces)
    again = await any_store.write(accept, answer, Limits())
    item = await any_store.write(lambda tx: tx.work.live_of(accepted.conversation_id))
    assert again.conversation_id == accepted.conversation_id
    assert again.handler == Handler(kind=HandlerKind.QUEUE, ref=other.id)
    assert item.queue_id == other.id


async def test_a_bot_does_not_answer_an_absence_notice_in_its_own_conversation(any_store: Store) -> None:
    queue = await add_queue(any_store)
    await add_entry_point(any_store, queue, ChannelName.EMAIL, bot="accueil")
    mail = an_inbound(
        channel=ChannelName.EMAIL,
        sender=Address(kind=ContactKind.EMAIL, value="lea@example.com"),
        announces=("mid:1@example.com",),
    )
    await any_store.write(accept, mail, Limits())
    notice = replace(mail, provider_id="2", refers_to=mail.announces, automatic=True)
    accepted = await any_store.write(accept, notice, Limits())
    turns = await any_store.read(
        lambda tx: tx.conn.execute(select(outbox.c.payload).where(outbox.c.kind == TURN)).scalars().all()
    )
    assert accepted.handler.kind is HandlerKind.BOT
    assert accepted.exchange_id not in [turn["exchange_id"] for turn in turns]
    assert len(turns) == 1
