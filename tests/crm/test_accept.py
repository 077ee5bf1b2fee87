"""The way of an inbound item into the history, on both databases."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from core.errors import StaleHandler
from core.ids import UserId
from core.store import Store
from core.words import Assurance, ChannelName, ContactKind, HandlerKind
from crm.conversations.accept import Accepted, accept
from crm.conversations.handling import assign, resolve
from crm.conversations.inbound import Inbound
from crm.conversations.joining import Limits
from crm.conversations.model import Handler, Status
from crm.conversations.reply import Reply, send_reply
from crm.parties.model import Address
from routing.model import Presence
from storage.schema import conversations, exchanges, parties
from tests.fixtures import add_entry_point, add_queue, add_user, an_inbound

LIMITS = Limits()


async def taken(store: Store, inbound: Inbound, limits: Limits = LIMITS) -> Accepted:
    return await store.write(accept, inbound, limits)


def count(tx: Any, table: Any) -> int:
    return tx.conn.execute(select(func.count()).select_from(table)).scalar_one()


async def at_hand(store: Store, accepted: Accepted, user: UserId) -> int:
    """Gives the conversation to the user; answers the epoch."""
    await store.write(lambda tx: tx.agents.set_presence(user, Presence.AVAILABLE, "", tx.now))
    return (await store.write(assign, accepted.conversation_id, user, "test")).epoch


@pytest.fixture
async def queue(any_store: Store) -> Any:
    return await add_queue(any_store)


async def test_the_same_provider_id_twice_is_one_exchange(any_store: Store, queue: Any) -> None:
    item = an_inbound()
    first, again = await taken(any_store, item), await taken(any_store, item)
    assert (again.exchange_id, again.duplicate) == (first.exchange_id, True)
    assert await any_store.read(count, exchanges) == 1


async def test_fifty_first_messages_at_once_on_two_channels_make_one_party_and_one_conversation(
    any_store: Store, queue: Any
) -> None:
    items = [an_inbound(f"{n}", channel=(ChannelName.SMS, ChannelName.VOICE)[n % 2]) for n in range(50)]
    accepted = await asyncio.gather(*(taken(any_store, item) for item in items))
    assert await any_store.read(count, parties) == 1
    assert await any_store.read(count, conversations) == 1
    assert sorted(a.position for a in accepted) == list(range(1, 51))


async def test_a_repeated_webhook_at_the_same_instant_is_still_one_exchange(
    any_store: Store, queue: Any
) -> None:
    item = an_inbound()
    accepted = await asyncio.gather(*(taken(any_store, item) for _ in range(10)))
    assert len({a.exchange_id for a in accepted}) == 1
    assert sum(not a.duplicate for a in accepted) == 1


async def test_sms_joins_the_open_conversation_of_the_same_business_address_only(
    any_store: Store, queue: Any
) -> None:
    first = await taken(any_store, an_inbound())
    same = await taken(any_store, an_inbound())
    other = await taken(any_store, an_inbound(business_address="+33199000099"))
    assert same.conversation_id == first.conversation_id
    assert other.conversation_id != first.conversation_id
    assert other.party_id == first.party_id


async def test_a_call_joins_the_sms_conversation_of_the_same_number_and_not_after_a_day(
    any_store: Store, queue: Any
) -> None:
    sms = await taken(any_store, an_inbound())
    call = await taken(any_store, an_inbound(channel=ChannelName.VOICE))
    late = await taken(
        any_store,
        an_inbound(channel=ChannelName.VOICE, business_address="+33199000002"),
        replace(LIMITS, hop_within=timedelta(0)),
    )
    assert call.conversation_id == sms.conversation_id
    assert late.conversation_id != sms.conversation_id


async def test_an_unverified_chat_never_hops_into_a_telephone_conversation(
    any_store: Store, queue: Any
) -> None:
    chat = Address(kind=ContactKind.WEBCHAT, value="visitor-1")
    await taken(any_store, an_inbound())
    accepted = await taken(
        any_store,
        an_inbound(
            channel=ChannelName.WEBCHAT,
            sender=chat,
            claims=(Address(kind=ContactKind.PHONE, value="+33639980001"),),
        ),
    )
    assert accepted.position == 1
    assert await any_store.read(count, parties) == 2


def mail(text: str = "Bonjour", sender: str = "lea@example.com", **fields: Any) -> Inbound:
    return an_inbound(
        text,
        channel=ChannelName.EMAIL,
        sender=Address(kind=ContactKind.EMAIL, value=sender),
        business_address="contact@example.org",
        **fields,
    )


async def test_a_mail_joins_by_its_headers_and_opens_a_new_conversation_without(
    any_store: Store, queue: Any
) -> None:
    first = await taken(any_store, mail(announces=("mid:1@example.com",)))
    answer = await taken(any_store, mail(refers_to=("mid:1@example.com",)))
    fresh = await taken(any_store, mail(subject="Re: Bonjour"))
    assert answer.conversation_id == first.conversation_id
    assert fresh.conversation_id != first.conversation_id


async def test_a_stranger_who_quotes_the_headers_does_not_join_unless_he_was_copied(
    any_store: Store, queue: Any
) -> None:
    friend = Address(kind=ContactKind.EMAIL, value="ami@example.com")
    first = await taken(any_store, mail(announces=("mid:1@example.com",), copied=(friend,)))
    stranger = await taken(any_store, mail(sender="eve@example.net", refers_to=("mid:1@example.com",)))
    copied = await taken(any_store, mail(sender="ami@example.com", refers_to=("mid:1@example.com",)))
    assert stranger.conversation_id != first.conversation_id
    assert copied.conversation_id == first.conversation_id


async def test_a_resolved_conversation_reopens_when_referred_to_soon_and_is_followed_later(
    any_store: Store, queue: Any
) -> None:
    user = await add_user(any_store, queues=[queue])
    first = await taken(any_store, mail(announces=("mid:1@example.com",)))
    epoch = await at_hand(any_store, first, user)
    holder = Handler(kind=HandlerKind.AGENT, ref=user)
    await any_store.write(resolve, first.conversation_id, holder, epoch, outcome="done")
    late = await taken(
        any_store, mail(refers_to=("mid:1@example.com",)), replace(LIMITS, reopen_within=timedelta(0))
    )
    soon = await taken(any_store, mail(refers_to=("mid:1@example.com",)))
    followed = await any_store.read(lambda tx: tx.conversations.get(late.conversation_id))
    reopened = await any_store.read(lambda tx: tx.conversations.get(first.conversation_id))
    assert (followed.follows_id, soon.conversation_id) == (first.conversation_id, first.conversation_id)
    assert (reopened.status, reopened.handler.kind) == (Status.OPEN, HandlerKind.QUEUE)


async def test_an_automatic_mail_neither_reopens_nor_wakes_a_bot(any_store: Store, queue: Any) -> None:
    await add_entry_point(any_store, queue, ChannelName.EMAIL, bot="accueil")
    accepted = await taken(any_store, mail(automatic=True))
    assert accepted.handler.kind is HandlerKind.QUEUE


async def test_a_reply_from_a_former_handler_is_refused_and_nothing_is_recorded(
    any_store: Store, queue: Any
) -> None:
    first, second = [await add_user(any_store, n, queues=[queue]) for n in ("Camille Roux", "Ivan Petit")]
    accepted = await taken(any_store, an_inbound())
    old = await at_hand(any_store, accepted, first)
    await at_hand(any_store, accepted, second)
    stale = Reply(
        conversation_id=accepted.conversation_id,
        holder=Handler(kind=HandlerKind.AGENT, ref=first),
        epoch=old,
        text="trop tard",
        key="k1",
    )
    with pytest.raises(StaleHandler):
        await any_store.write(send_reply, stale)
    assert await any_store.read(count, exchanges) == 1


async def test_the_same_reply_command_twice_is_one_reply_with_one_delivery(
    any_store: Store, queue: Any
) -> None:
    user = await add_user(any_store, queues=[queue])
    accepted = await taken(any_store, an_inbound())
    reply = Reply(
        conversation_id=accepted.conversation_id,
        holder=Handler(kind=HandlerKind.AGENT, ref=user),
        epoch=await at_hand(any_store, accepted, user),
        text="Bonjour !",
        key="k1",
    )
    sent = [await any_store.write(send_reply, reply) for _ in range(2)]
    delivery = await any_store.read(lambda tx: tx.deliveries.of_exchange(sent[0].id))
    assert sent[0].id == sent[1].id
    assert (delivery.recipient, delivery.state.value) == ("+33639980001", "queued")


async def test_a_name_learnt_later_replaces_the_number_and_assurance_only_rises(
    any_store: Store, queue: Any
) -> None:
    accepted = await taken(any_store, an_inbound())
    await taken(any_store, an_inbound(sender_name="Léa Martin", assurance=Assurance.VERIFIED))
    await taken(any_store, an_inbound(sender_name="Someone Else"))
    party = await any_store.read(lambda tx: tx.parties.get(accepted.party_id))
    points = await any_store.read(lambda tx: tx.parties.contact_points(accepted.party_id))
    assert party.name == "Léa Martin"
    assert [p.assurance for p in points] == [Assurance.VERIFIED]
