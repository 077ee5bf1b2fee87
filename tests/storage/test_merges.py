"""Two parties become one and two again, on both databases: nothing is lost, whatever came between."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from core.errors import InvalidInput
from core.ids import ContactPointId, PartyId, UserId, new_id
from core.store import Store
from core.words import Assurance, ContactKind, Language
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.duplicates.model import PairState
from crm.merges.model import Merge
from crm.parties.model import Address, ContactPoint, Fact, Family, Party, PartyKind
from crm.tags.model import Colour, Tag
from storage.duplicates import alike, keep_found, pairs_of, reopen, say_not_same
from storage.match_keys import keep_keys
from storage.merges import merge, merges_of, unclear, undo
from storage.schema import conversations, facts, parties
from storage.tags import TAGS, tag_party, tags_of_parties
from storage.views.search import matching
from tests.fixtures import add_queue, an_inbound

INES = UserId("ines")


async def party(store: Store, name: str, phone: str = "", **told: Any) -> PartyId:
    def write(tx: Any) -> PartyId:
        made = Party(
            id=PartyId(new_id()), kind=PartyKind.PERSON, name=name, language=Language.FR, created_at=tx.now
        )
        tx.parties.insert(made)
        if phone:
            tx.parties.insert_contact_point(point(tx, made.id, phone))
        for field, value in told.items():
            tx.parties.insert_fact(made.id, fact(tx, field, value))
        return made.id

    return await store.write(write)


def point(tx: Any, party_id: PartyId, phone: str) -> ContactPoint:
    return ContactPoint(
        id=ContactPointId(new_id()),
        party_id=party_id,
        kind=ContactKind.PHONE,
        value=phone,
        assurance=Assurance.VERIFIED,
        preferred=True,
        source="test",
        created_at=tx.now,
    )


def fact(tx: Any, field: str, value: Any, rank: int = 50) -> Fact:
    return Fact(family=Family.IDENTITY, field=field, value=value, source="test", rank=rank, at=tx.now)


def text_from(phone: str) -> Any:
    return an_inbound(sender=Address(kind=ContactKind.PHONE, value=phone))


@pytest.fixture(autouse=True)
async def queue(any_store: Store) -> None:
    await add_queue(any_store)


async def phones(store: Store, party_id: PartyId) -> set[str]:
    points = await store.read(lambda tx: tx.parties.contact_points(party_id))
    return {point.value for point in points}


async def won(store: Store, party_id: PartyId) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in await store.read(lambda tx: tx.parties.facts(party_id)):
        found.setdefault(one.field, one.value)
    return found


async def holder_of(store: Store, conversation_id: str) -> str:
    query = select(conversations.c.party_id).where(conversations.c.id == conversation_id)
    return str(await store.read(lambda tx: tx.conn.execute(query).scalar_one()))


async def found_by(store: Store, text: str) -> set[str]:
    query = select(parties.c.id)
    return set(
        await store.read(
            lambda tx: (
                tx.conn.execute(
                    query.where(matching(tx, text, like=False).condition, parties.c.merged_into.is_(None))
                )
                .scalars()
                .all()
            )
        )
    )


async def merged(store: Store, winner: PartyId, loser: PartyId, take: tuple[str, ...] = ()) -> Merge:
    return await store.write(merge, winner, loser, INES, take)


async def test_everything_moves_and_moves_back(any_store: Store) -> None:
    one = await party(any_store, "Léa Martin", "+33639981001", birth_date="1984-03-12")
    other = await party(any_store, "Lea Martain", "+33639981002", customer_number="CF-1234")
    talk = (await any_store.write(accept, text_from("+33639981002"), Limits())).conversation_id
    done = await merged(any_store, one, other)
    assert await phones(any_store, one) == {"+33639981001", "+33639981002"}
    assert await won(any_store, one) == {"birth_date": "1984-03-12", "customer_number": "CF-1234"}
    assert await holder_of(any_store, talk) == one
    assert await found_by(any_store, "1234") == {one}
    assert (done.counts["contact_points"], done.counts["conversations"]) == (1, 1)
    await any_store.write(undo, done.id, INES)
    assert (await phones(any_store, one), await phones(any_store, other)) == (
        {"+33639981001"},
        {"+33639981002"},
    )
    assert await won(any_store, one) == {"birth_date": "1984-03-12"}
    assert await won(any_store, other) == {"customer_number": "CF-1234"}
    assert await holder_of(any_store, talk) == other
    assert await found_by(any_store, "1234") == {other}
    assert await any_store.read(merges_of, one) == []


async def test_who_merges_says_which_values_stay(any_store: Store) -> None:
    one = await party(any_store, "L. Martin", job="nurse")
    other = await party(any_store, "Léa Martin", job="doctor")
    done = await merged(any_store, one, other, ("name", "identity.job"))
    file = await any_store.read(lambda tx: tx.parties.get(one))
    assert (file.name, (await won(any_store, one))["job"]) == ("Léa Martin", "doctor")
    assert await found_by(any_store, "martin") == {one}
    await any_store.write(undo, done.id, INES)
    file = await any_store.read(lambda tx: tx.parties.get(one))
    assert (file.name, await won(any_store, one)) == ("L. Martin", {"job": "nurse"})
    assert await won(any_store, other) == {"job": "doctor"}


async def test_what_came_by_their_address_is_theirs_and_the_rest_is_asked_for(any_store: Store) -> None:
    one = await party(any_store, "Léa Martin", "+33639981001")
    other = await party(any_store, "Lea Martain", "+33639981002")
    done = await merged(any_store, one, other)
    theirs = (await any_store.write(accept, text_from("+33639981002"), Limits())).conversation_id
    await any_store.write(lambda tx: tx.parties.insert_contact_point(point(tx, one, "+33639981003")))
    await any_store.write(lambda tx: tx.parties.insert_fact(one, fact(tx, "job", "nurse")))
    asked = await any_store.read(unclear, done.id)
    assert {(item["what"], item["label"]) for item in asked} == {
        ("contact_points", "+33639981003"),
        ("facts", "job"),
    }
    await any_store.write(undo, done.id, INES, [item["ref"] for item in asked if item["what"] == "facts"])
    assert await holder_of(any_store, theirs) == other
    assert (await won(any_store, other), await won(any_store, one)) == ({"job": "nurse"}, {})
    assert "+33639981003" in await phones(any_store, one)


@pytest.mark.parametrize("first", [0, 1])
async def test_merges_of_merges_are_undone_in_any_order(any_store: Store, first: int) -> None:
    a, b, c = [await party(any_store, f"Léa {n}", f"+3363998100{n}") for n in range(3)]
    chain = [await merged(any_store, b, a), await merged(any_store, c, b)]
    assert len(await phones(any_store, c)) == 3
    assert [one.id for one in await any_store.read(merges_of, c)] == [chain[1].id, chain[0].id]
    for done in (chain[first], chain[1 - first]):
        await any_store.write(undo, done.id, INES)
    assert [await phones(any_store, one) for one in (a, b, c)] == [
        {"+33639981000"},
        {"+33639981001"},
        {"+33639981002"},
    ]


async def test_tags_of_both_are_kept_and_given_back(any_store: Store) -> None:
    one, other = await party(any_store, "Léa Martin"), await party(any_store, "Lea Martain")
    for name in ("vip", "press"):
        tag = Tag(id=name, name=name, colour=Colour.RED, created_at=datetime.now(UTC))
        await any_store.write(TAGS.insert, tag)
    await any_store.write(tag_party, one, ["vip"], [])
    await any_store.write(tag_party, other, ["vip", "press"], [])
    done = await merged(any_store, one, other)
    assert (await any_store.read(tags_of_parties, [one]))[one] == ("press", "vip")
    await any_store.write(undo, done.id, INES)
    both = await any_store.read(tags_of_parties, [one, other])
    assert both == {one: ("vip",), other: ("press", "vip")}


async def test_what_cannot_be_merged_says_why(any_store: Store) -> None:
    one, other = await party(any_store, "Léa Martin"), await party(any_store, "Lea Martain")
    third = await party(any_store, "Léo Martin")
    shop = await party(any_store, "Boulangerie du Port")
    await any_store.write(
        lambda tx: (
            tx.conn.execute(update(parties).where(parties.c.id == shop).values(kind="organisation")) and None
        )
    )
    with pytest.raises(InvalidInput, match="one customer already"):
        await merged(any_store, one, one)
    with pytest.raises(InvalidInput, match="person and an organisation"):
        await merged(any_store, one, shop)
    done = await merged(any_store, one, other)
    with pytest.raises(InvalidInput, match="merged meanwhile"):
        await merged(any_store, third, other)
    with pytest.raises(InvalidInput, match="one customer already"):
        await merged(any_store, other, one)
    await any_store.write(undo, done.id, INES)
    with pytest.raises(InvalidInput, match="undone already"):
        await any_store.write(undo, done.id, INES)


async def look(store: Store, party_id: PartyId) -> None:
    def found(tx: Any) -> None:
        profile = keep_keys(tx.conn, [party_id]).get(party_id)
        keep_found(tx, party_id, alike(tx, profile, base=10_000, but=party_id) if profile else [])

    await store.write(found)


async def test_alike_parties_are_found_once_and_what_was_said_is_remembered(any_store: Store) -> None:
    one = await party(any_store, "Léa Martin", birth_date="1984-03-12")
    other = await party(any_store, "MARTAIN Lea", birth_date="1984-03-12")
    await party(any_store, "Paul Durand", birth_date="1984-03-12")
    for party_id in (one, other, one):
        await look(any_store, party_id)
    (pair,) = await any_store.read(pairs_of, one)
    assert {pair.one_id, pair.other_id} == {one, other}
    assert pair.probability > 0.9
    assert pair.reasons[0]["field"] == "birth_date"
    await any_store.write(say_not_same, one, other, INES)
    await look(any_store, other)
    assert await any_store.read(pairs_of, one) == []
    assert len(await any_store.read(pairs_of, other, PairState.NOT_SAME)) == 1


async def test_a_pair_goes_when_its_reason_goes(any_store: Store) -> None:
    one = await party(any_store, "Léa Martin", birth_date="1984-03-12")
    other = await party(any_store, "Léa Martin", birth_date="1984-03-12")
    for party_id in (one, other):
        await look(any_store, party_id)
    assert await any_store.read(pairs_of, one)
    await any_store.write(
        lambda tx: tx.parties.insert_fact(other, fact(tx, "birth_date", "1951-07-30", rank=10))
    )
    await look(any_store, other)
    assert await any_store.read(pairs_of, one) == []


async def test_merging_takes_over_who_it_is_not_and_undoing_says_they_are_two(any_store: Store) -> None:
    one, other = await party(any_store, "Léa Martin"), await party(any_store, "Lea Martain")
    third = await party(any_store, "Léa Martin")
    await any_store.write(say_not_same, other, third, INES)
    done = await merged(any_store, one, other)
    (pair,) = await any_store.read(pairs_of, one, PairState.NOT_SAME)
    assert third in (pair.one_id, pair.other_id)
    await any_store.write(undo, done.id, INES)
    (pair,) = await any_store.read(pairs_of, one, PairState.NOT_SAME)
    assert other in (pair.one_id, pair.other_id)


@pytest.mark.parametrize(("by", "job"), [(INES, "nurse"), (None, "doctor")])
async def test_no_value_is_lost_and_what_somebody_saw_kept_is_kept(
    any_store: Store, by: UserId | None, job: str
) -> None:
    one = await party(any_store, "Léa Martin", job="nurse")
    other = await party(any_store, "Lea Martain", job="doctor")
    done = await any_store.write(merge, one, other, by)
    query = select(facts.c.value).where(facts.c.party_id == one)
    told = await any_store.read(lambda tx: tx.conn.execute(query).scalars().all())
    assert (set(told), (await won(any_store, one))["job"]) == ({"nurse", "doctor"}, job)
    await any_store.write(undo, done.id, INES)
    assert (await won(any_store, one), await won(any_store, other)) == ({"job": "nurse"}, {"job": "doctor"})


async def test_two_of_one_find_each_other_at_once(any_store: Store) -> None:
    """A pair that is reopened is not taken for gone while the other's own look is still to come."""
    one = await party(any_store, "Léa Martin", birth_date="1984-03-12")
    other = await party(any_store, "MARTAIN Lea", birth_date="1984-03-12")
    for party_id in (one, other):
        await look(any_store, party_id)
    done = await merged(any_store, one, other)
    await any_store.write(undo, done.id, INES)
    await any_store.write(reopen, one, other)
    await look(any_store, one)
    assert len(await any_store.read(pairs_of, one)) == 1
