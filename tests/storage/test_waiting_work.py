"""What waits is read by need, each in its order of place, alike on both databases."""

from typing import Any

import pytest

from core.store import Store
from core.words import ChannelName, ContactKind
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.parties.model import Address
from routing.model import Need, Queue, WorkState
from storage.schema import work_items
from tests.fixtures import add_queue, an_inbound
from tests.routing.builders import after, an_item


@pytest.fixture
async def queue(any_store: Store) -> Queue:
    return await add_queue(any_store)


async def waits(store: Store, queue: Queue, name: str, **fields: Any) -> None:
    """An item of a conversation of its own, beside which the product's own is put away."""

    def put(tx: Any) -> None:
        sender = Address(kind=ContactKind.PHONE, value=f"+33639980{name:0>3}")
        made = accept(tx, an_inbound(sender=sender), Limits())
        tx.conn.execute(work_items.delete().where(work_items.c.conversation_id == made.conversation_id))
        tx.work.insert(an_item(name, queue_id=queue.id, conversation_id=made.conversation_id, **fields))

    await store.write(put)


def need(queue: Queue, channel: ChannelName = ChannelName.WEBCHAT, **skills: int) -> Need:
    return Need(queue_id=queue.id, channel=channel, skills=skills)


async def first(store: Store, need: Need, limit: int = 10) -> list[str]:
    return [item.id for item in await store.read(lambda tx: tx.work.first(need, limit))]


async def test_each_need_of_what_waits_is_told_once(any_store: Store, queue: Queue) -> None:
    for name in ("1", "2"):
        await waits(any_store, queue, name, skills={"fr": 3})
    await waits(any_store, queue, "3", channel=ChannelName.SMS)
    await waits(any_store, queue, "4", channel=ChannelName.VOICE, state=WorkState.CANCELLED)
    found = await any_store.read(lambda tx: tx.work.needs())

    assert sorted(found, key=lambda n: n.channel) == [need(queue, ChannelName.SMS), need(queue, fr=3)]


async def test_a_needs_items_come_by_priority_then_time_then_id(any_store: Store, queue: Queue) -> None:
    await waits(any_store, queue, "1", queued_at=after(5))
    await waits(any_store, queue, "2", queued_at=after(0))
    await waits(any_store, queue, "4", queued_at=after(9), priority=2)
    await waits(any_store, queue, "3", queued_at=after(0))

    assert await first(any_store, need(queue)) == ["4", "2", "3", "1"]
    assert await first(any_store, need(queue), limit=2) == ["4", "2"]


async def test_other_needs_are_left_out(any_store: Store, queue: Queue) -> None:
    other = await add_queue(any_store, "Comptabilité")
    await waits(any_store, queue, "1", skills={"fr": 3, "vip": 1})
    await waits(any_store, queue, "2", skills={"fr": 3})
    await waits(any_store, queue, "3", skills={"fr": 3, "vip": 1}, channel=ChannelName.SMS)
    await waits(any_store, other, "4", skills={"fr": 3, "vip": 1})
    await waits(any_store, queue, "5", skills={"fr": 3, "vip": 1}, state=WorkState.CANCELLED)

    assert await first(any_store, need(queue, fr=3, vip=1)) == ["1"]
