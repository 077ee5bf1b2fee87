"""Who an answer by e-mail goes to, on both databases."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from core.errors import InvalidInput
from core.ids import ConversationId, UserId, new_id
from core.store import Store
from core.words import Assurance, ChannelName, ContactKind, HandlerKind
from crm.conversations.accept import Accepted, accept
from crm.conversations.handling import assign
from crm.conversations.joining import Limits
from crm.conversations.model import Delivery, Handler
from crm.conversations.recipients import MOST, Recipients, typed_recipients, usual_recipients
from crm.conversations.reply import Reply, send_reply
from crm.parties.model import Address
from routing.model import Presence
from storage.engine.feed import events_since, last_seq
from storage.schema import contact_points
from tests.fixtures import add_entry_point, add_queue, add_user, an_inbound

LEA, HUGO, ANA = "lea@example.com", "hugo@example.org", "ana@example.net"


def mail(address: str) -> Address:
    return Address(kind=ContactKind.EMAIL, value=address)


@dataclass
class Thread:
    """A conversation by e-mail that Léa begins, and the agent who answers in it."""

    store: Store
    conversation_id: ConversationId
    agent: UserId
    epoch: int

    async def written(self, sender: str, *, copied: Sequence[str] = (), **fields: Any) -> Accepted:
        told = {"sender": mail(sender), "copied": tuple(map(mail, copied)), **fields}
        item = an_inbound("Et alors ?", channel=ChannelName.EMAIL, refers_to=("mid:1",), **told)
        taken: Accepted = await self.store.write(accept, item, Limits())
        assert taken.conversation_id == self.conversation_id
        return taken

    async def usual(self) -> tuple[list[str], list[str]]:
        found: Recipients = await self.store.read(
            lambda tx: usual_recipients(tx, tx.conversations.get(self.conversation_id))
        )
        return list(found.to), list(found.cc)

    async def answer(self, **fields: Any) -> Delivery:
        holder = Handler(kind=HandlerKind.AGENT, ref=self.agent)
        told = {"holder": holder, "epoch": self.epoch, "text": "Bonjour", "key": new_id(), **fields}
        reply = Reply(conversation_id=self.conversation_id, **told)
        exchange = await self.store.write(send_reply, reply)
        delivery: Delivery = await self.store.read(lambda tx: tx.deliveries.of_exchange(exchange.id))
        return delivery


async def thread(store: Store, copied: Sequence[str] = ()) -> Thread:
    queue = await add_queue(store)
    for channel in (ChannelName.EMAIL, ChannelName.SMS):
        await add_entry_point(store, queue, channel)
    agent = await add_user(store, queues=[queue])
    told = {"sender": mail(LEA), "sender_name": "Léa", "copied": tuple(map(mail, copied))}
    item = an_inbound("Bonjour", channel=ChannelName.EMAIL, announces=("mid:1",), **told)
    taken = await store.write(accept, item, Limits())
    await store.write(lambda tx: tx.agents.set_presence(agent, Presence.AVAILABLE, "", tx.now))
    epoch = (await store.write(assign, taken.conversation_id, agent, "test")).epoch
    return Thread(store, taken.conversation_id, agent, epoch)


async def test_an_answer_to_one_person_goes_to_them(any_store: Store) -> None:
    talk = await thread(any_store)
    assert await talk.usual() == ([LEA], [])
    delivery = await talk.answer()
    assert (delivery.recipient, delivery.also_to, delivery.cc) == (LEA, (), ())


async def test_whom_the_customer_copied_stays_in_copy(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO, ANA])
    assert await talk.usual() == ([LEA], [ANA, HUGO])
    delivery = await talk.answer()
    assert (delivery.recipient, delivery.cc) == (LEA, (ANA, HUGO))


async def test_when_a_second_person_answers_the_asker_stays_addressed(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO, ANA])
    await talk.written(HUGO)
    assert await talk.usual() == ([HUGO, LEA], [ANA])
    delivery = await talk.answer()
    assert (delivery.recipient, delivery.also_to, delivery.cc) == (HUGO, (LEA,), (ANA,))


async def test_the_asker_back_again_is_answered_with_the_second_in_copy(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO])
    await talk.written(HUGO)
    await talk.written(LEA)
    assert await talk.usual() == ([LEA], [HUGO])


async def test_each_is_answered_where_they_want_answers(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO])
    await talk.written(LEA, reply_to="Lea.Bureau@example.com")
    await talk.written(HUGO, reply_to="hugo.team@example.org")
    assert await talk.usual() == (["hugo.team@example.org", "Lea.Bureau@example.com"], [])


async def test_the_asker_who_writes_from_another_of_their_addresses_is_one_person(any_store: Store) -> None:
    talk = await thread(any_store, copied=["lea@example.org"])

    def hers(tx: Any) -> None:
        mine = tx.parties.find(mail(LEA))[0].id
        point = tx.conn.execute(contact_points.select()).mappings().first()
        other = {**point, "id": new_id(), "value": "lea@example.org", "party_id": mine, "backwards": ""}
        tx.conn.execute(contact_points.insert().values(other))

    await any_store.write(hers)
    await talk.written("lea@example.org")
    assert await talk.usual() == (["lea@example.org"], [])


async def test_nobody_writes_to_a_blocked_address_unasked(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO])
    await talk.written(HUGO)
    await talk.written(LEA)
    blocked = contact_points.update().where(contact_points.c.value == HUGO)
    await any_store.write(
        lambda tx: tx.conn.execute(blocked.values(assurance=Assurance.BLOCKED.value)) and None
    )
    assert await talk.usual() == ([LEA], [])


async def test_the_agent_s_choice_counts_and_whoever_they_add_may_answer(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO])
    delivery = await talk.answer(recipients=typed_recipients([LEA], [ANA]))
    assert (delivery.recipient, delivery.also_to, delivery.cc) == (LEA, (), (ANA,))
    await talk.written(ANA)  # lands in this conversation


async def test_a_text_message_has_no_copies(any_store: Store) -> None:
    talk = await thread(any_store)
    with pytest.raises(InvalidInput, match="Only an e-mail"):
        await talk.answer(channel=ChannelName.SMS, recipients=typed_recipients([LEA], []))


async def test_a_second_person_does_not_change_the_conversation_s_name(any_store: Store) -> None:
    talk = await thread(any_store, copied=[HUGO])
    taken = await talk.written(HUGO, sender_name="Hugo Noël")
    name = await any_store.read(
        lambda tx: tx.parties.get(tx.conversations.get(talk.conversation_id).party_id).name
    )
    wrote = await any_store.read(lambda tx: tx.exchanges.get(taken.exchange_id).meta["author_name"])
    told = await any_store.read(last_told)
    assert (name, wrote, told) == ("Léa", "Hugo Noël", "Léa")


def last_told(tx: Any) -> str:
    """The customer's name in the newest event."""
    recorded = events_since(tx, last_seq(tx) - 1, 1)[0].event
    return str(recorded.conversation["party_name"])  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("to", "cc", "problem"),
    [
        ([], [LEA], "at least one"),
        (["lea"], [], "lea"),
        ([LEA], ["a@b@example.com"], "a@b@example.com"),
        ([LEA], [f"p{n}@example.com" for n in range(MOST)], "20 people at most"),
    ],
)
def test_what_cannot_be_sent_is_refused_with_the_reason(to: list[str], cc: list[str], problem: str) -> None:
    with pytest.raises(InvalidInput, match=problem):
        typed_recipients(to, cc)


def test_each_address_is_written_to_once() -> None:
    chosen = typed_recipients([LEA, "LEA@example.com"], [HUGO, LEA])
    assert (chosen.to, chosen.cc) == ((LEA,), (HUGO,))
