"""Customers are found by the words of their names and by either end of an address, alike on both databases."""

from dataclasses import asdict, replace
from typing import Any

import pytest
from sqlalchemy import select, text

from core.folding import numbers_of, words_of
from core.ids import ContactPointId, PartyId, UserId, new_id
from core.permissions import ROLE_PERMISSIONS
from core.slips import slips_of
from core.staff import Viewer
from core.store import Store
from core.words import Assurance, ChannelName, ContactKind, Role
from crm.conversations.accept import Accepted, accept
from crm.conversations.joining import Limits
from crm.parties.model import Address, ContactPoint, Fact, Family
from routing.model import Queue
from storage.match_keys import keep_keys
from storage.schema import parties, party_words
from storage.views import search as views
from storage.views.finding import by_rarity
from tests.fixtures import add_entry_point, add_queue, an_inbound

BOSS = Viewer(user_id=UserId("boss"), permissions=ROLE_PERMISSIONS[Role.SUPERVISOR], queues=frozenset())


@pytest.fixture
async def queue(any_store: Store) -> Queue:
    queue = await add_queue(any_store)
    await add_entry_point(any_store, queue, ChannelName.SMS)
    await add_entry_point(any_store, queue, ChannelName.EMAIL)
    return queue


async def customer(store: Store, name: str, last: int = 1, **fields: Any) -> Accepted:
    """Who writes from a number that ends with `last`."""
    sender = Address(kind=ContactKind.PHONE, value=f"+336399800{last:02d}")
    return await store.write(accept, an_inbound(sender_name=name, **{"sender": sender, **fields}), Limits())


def a_point(tx: Any, party_id: PartyId, address: Address) -> ContactPoint:
    fields = {"assurance": Assurance.UNVERIFIED, "preferred": False, "source": "staff", "created_at": tx.now}
    return ContactPoint(id=ContactPointId(new_id()), party_id=party_id, **asdict(address), **fields)


async def found(store: Store, text: str, viewer: Viewer = BOSS) -> list[str]:
    answer = await store.read(views.search, viewer, text, dial="33")
    return [party["name"] for party in answer["items"]]


@pytest.mark.parametrize(
    "text", ["lea", "LÉA", "martin", "MARTIN lea", "lea mar", "picard", "Martin-Picard", "l m p"]
)
async def test_a_customer_is_found_by_the_beginnings_of_words_in_any_order(
    any_store: Store, queue: Queue, text: str
) -> None:
    await customer(any_store, "Léa Martin-Picard", 1)
    await customer(any_store, "Hugo Noël", 2)
    assert await found(any_store, text) == ["Léa Martin-Picard"]


@pytest.mark.parametrize("text", ["ea", "lea hugo", "martinet", "%", "_", "\\", "'"])
async def test_what_no_word_begins_with_finds_nobody(any_store: Store, queue: Queue, text: str) -> None:
    await customer(any_store, "Léa Martin", 1)
    assert await found(any_store, text) == []


@pytest.mark.parametrize(
    "text",
    ["+3363998", "+33 6 39 98 00 01", "0639980001", "06 39 98", "00336399", "80001", "9980001"],
)
async def test_a_customer_is_found_by_either_end_of_a_number(
    any_store: Store, queue: Queue, text: str
) -> None:
    await customer(any_store, "Léa Martin", 1)
    await customer(any_store, "Hugo Noël", sender=Address(kind=ContactKind.PHONE, value="+33199000002"))
    assert await found(any_store, text) == ["Léa Martin"]


@pytest.mark.parametrize(
    "text", ["lea.martin", "LEA.MARTIN@example", "@example.com", "example.com", "lea@", "lea"]
)
async def test_a_customer_is_found_by_either_end_of_an_e_mail_address(
    any_store: Store, queue: Queue, text: str
) -> None:
    local = "lea" if text == "lea@" else "lea.martin"
    mine = Address(kind=ContactKind.EMAIL, value=f"{local}@example.com")
    other = Address(kind=ContactKind.EMAIL, value="hugo@example.org")
    await customer(any_store, "Cliente", channel=ChannelName.EMAIL, sender=mine)
    await customer(any_store, "Hugo Noël", channel=ChannelName.EMAIL, sender=other)
    assert await found(any_store, text) == ["Cliente"]


@pytest.mark.parametrize(
    "text",
    [
        *("39 98 11", "399811", "9811 12", "3 99 81", "9811"),  # digits of the middle of a number
        *("archand", "Saint aubin", "ÉLÈNE", "aint-aub", "rchand élèn"),
        *("CF-10234", "cf 10234", "CF10234", "10234", "0234", "#10234", "commande CF-10234"),
        *("2026/778", "2026778", "FR7-00419"),
        *("hand@exampl", "h.marchand", "EXAMPLE.ORG"),
    ],
)
async def test_a_customer_is_found_by_the_middle_of_words_and_by_numbers_they_wrote_about(
    any_store: Store, queue: Queue, text: str
) -> None:
    sender = Address(kind=ContactKind.PHONE, value="+33639981112")
    await customer(any_store, "Luc Petit", 1)
    known = await customer(
        any_store, "Hélène Marchand-Saint-Aubin", sender=sender, text="Où est ma commande CF-10234 ?"
    )
    party_id = PartyId(known.party_id)
    mail = Address(kind=ContactKind.EMAIL, value="h.marchand@example.org")

    def tell(tx: Any) -> None:
        fact = Fact(
            family=Family.BEHAVIOURAL, field="contract", value="FR7-00419", source="api", rank=1, at=tx.now
        )
        tx.parties.insert_fact(party_id, fact)
        tx.parties.insert_contact_point(a_point(tx, party_id, mail))

    await any_store.write(tell)
    await customer(any_store, "", sender=mail, channel=ChannelName.EMAIL, subject="Facture 2026/778")
    assert await found(any_store, text) == ["Hélène Marchand-Saint-Aubin"]


async def test_who_has_it_in_the_middle_comes_after_who_begins_with_it(
    any_store: Store, queue: Queue
) -> None:
    await customer(any_store, "Archie Chandler", 1)
    await customer(any_store, "Paul Marchand", 2)
    assert await found(any_store, "arch") == ["Archie Chandler", "Paul Marchand"]


async def test_a_number_is_found_in_the_conversations_that_one_may_see(
    any_store: Store, queue: Queue
) -> None:
    await customer(any_store, "Léa Martin", 1, text="CF-10234")
    other = await add_queue(any_store, "Comptabilité")
    agents = [
        Viewer(user_id=UserId("a"), permissions=ROLE_PERMISSIONS[Role.AGENT], queues=frozenset({q.id}))
        for q in (queue, other)
    ]
    assert [await found(any_store, "CF-10234", agent) for agent in agents] == [["Léa Martin"], []]
    assert [await found(any_store, "0234", agent) for agent in agents] == [["Léa Martin"], []]


async def test_whole_words_come_before_beginnings_and_then_who_was_active_last(
    any_store: Store, queue: Queue
) -> None:
    for last, name in enumerate(["Martine Petit", "Luc Martin", "Zoé Martin", "Martial Roux"], 1):
        await customer(any_store, name, last)
    await customer(any_store, "Luc Martin", 2)
    assert await found(any_store, "martin") == ["Luc Martin", "Zoé Martin", "Martine Petit"]


async def test_where_much_begins_so_the_whole_words_are_not_lost(
    any_store: Store, queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "MOST_LOOKED_AT", 1)
    for last, name in enumerate(["Martine Petit", "Martial Roux", "Marc Mart"], 1):
        await customer(any_store, name, last)
    assert await found(any_store, "mart") == ["Marc Mart"]


async def test_a_new_name_is_found_and_so_is_the_one_of_before(any_store: Store, queue: Queue) -> None:
    known = await customer(any_store, "Léa Martin", 1)

    def marry(tx: Any) -> None:
        tx.parties.save(replace(tx.parties.get(PartyId(known.party_id)), name="Léa Noël"))

    await any_store.write(marry)
    assert [await found(any_store, text) for text in ("noel", "lea", "martin")] == [
        ["Léa Noël"],
        ["Léa Noël"],
        ["Léa Noël"],
    ]


async def test_who_may_not_see_a_customer_does_not_find_him(any_store: Store, queue: Queue) -> None:
    await customer(any_store, "Léa Martin", 1)
    other = await add_queue(any_store, "Comptabilité")
    agents = [
        Viewer(user_id=UserId("a"), permissions=ROLE_PERMISSIONS[Role.AGENT], queues=frozenset({q.id}))
        for q in (queue, other)
    ]
    assert [await found(any_store, "martin", agent) for agent in agents] == [["Léa Martin"], []]
    assert [await found(any_store, "+336399", agent) for agent in agents] == [["Léa Martin"], []]


@pytest.mark.parametrize(
    "text",
    [
        "lefevbre",  # two letters swapped
        "lefebre",
        "leffebvre",
        "lefebvte",
        "Elodie Lefebrve",
        "elodei lefebvre",
        "Lefèvre Élodi",
        "Hélaudie Lefaivre",  # as it sounds
        "06 39 98 70 25",
        "+33 6 39 98 70 4",
        "elodie.lefebvre@exmaple.com",
        "elodie.lefevbre@example.com",
        "elodi.lefebvre@example.com",
        "CF-10243",
    ],
)
async def test_where_nobody_is_found_one_slip_is_forgiven(any_store: Store, queue: Queue, text: str) -> None:
    sender = Address(kind=ContactKind.PHONE, value="+33639987024")
    known = await customer(any_store, "Élodie Lefebvre", sender=sender)
    mail = Address(kind=ContactKind.EMAIL, value="elodie.lefebvre@example.com")
    await customer(any_store, "Hugo Noël", 2)

    def tell(tx: Any) -> None:
        party_id = PartyId(known.party_id)
        tx.parties.insert_contact_point(a_point(tx, party_id, mail))
        order = Fact(
            family=Family.BEHAVIOURAL, field="order", value="CF-10234", source="api", rank=1, at=tx.now
        )
        tx.parties.insert_fact(party_id, order)
        keep_keys(tx.conn, [party_id])

    await any_store.write(tell)
    answer = await any_store.read(views.search, BOSS, text, dial="33")
    assert ([party["name"] for party in answer["items"]], answer["near"]) == (["Élodie Lefebvre"], True)
    listed = await any_store.read(lambda tx: _listed(tx, views.matching(tx, text, dial="33")))
    assert listed == (["Élodie Lefebvre"], True)


def _listed(tx: Any, matching: views.Matching) -> tuple[list[str], bool]:
    named = select(parties.c.name).where(matching.condition)
    return list(tx.conn.execute(named).scalars()), matching.near


@pytest.mark.parametrize(
    "text", ["lea", "leo", "zz", "lefebvre elodie zoe", "06 39", "bernard", "nobody@example.com"]
)
async def test_what_is_further_away_than_a_slip_is_not_shown(
    any_store: Store, queue: Queue, text: str
) -> None:
    sender = Address(kind=ContactKind.PHONE, value="+33189987024")
    await customer(any_store, "Élodie Lefebvre", sender=sender)
    await customer(any_store, "Luc Petit", sender=replace(sender, value="+33149801234"))
    assert await found(any_store, text) == []


async def test_who_has_the_text_is_shown_without_those_who_nearly_do(any_store: Store, queue: Queue) -> None:
    await customer(any_store, "Paul Dupont", 1)
    await customer(any_store, "Luc Dupond", 2)
    answer = await any_store.read(views.search, BOSS, "dupond", dial="33")
    assert ([party["name"] for party in answer["items"]], answer["near"]) == (["Luc Dupond"], False)


async def test_a_slip_does_not_show_who_may_not_be_seen(any_store: Store, queue: Queue) -> None:
    await customer(any_store, "Léa Martin", 1)
    other = await add_queue(any_store, "Comptabilité")
    agents = [
        Viewer(user_id=UserId("a"), permissions=ROLE_PERMISSIONS[Role.AGENT], queues=frozenset({q.id}))
        for q in (queue, other)
    ]
    assert [await found(any_store, "matrin", agent) for agent in agents] == [["Léa Martin"], []]


async def test_without_a_text_the_newest_are_shown(any_store: Store, queue: Queue) -> None:
    for last, name in enumerate(["Zoé", "Anna", "Bea"], 1):
        await customer(any_store, name, last)
    assert await found(any_store, "") == ["Bea", "Anna", "Zoé"]


async def test_a_merged_customer_is_not_found(any_store: Store, queue: Queue) -> None:
    one, other = await customer(any_store, "Léa Martin", 1), await customer(any_store, "Léa Martin", 2)
    merged = parties.update().where(parties.c.id == other.party_id).values(merged_into=one.party_id)
    await any_store.write(lambda tx: tx.conn.execute(merged) and None)
    assert await found(any_store, "lea") == ["Léa Martin"]


async def test_a_name_of_a_thousand_words_keeps_a_bounded_number(any_store: Store, queue: Queue) -> None:
    await customer(
        any_store, " ".join(f"{'x' * 3000}{n}" for n in range(3)) + " " + " ".join(map(str, range(1000)))
    )
    kept = await any_store.read(lambda tx: tx.conn.execute(party_words.select()).all())
    assert len(kept) == 32
    assert max(len(row.word) for row in kept) == 64


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Léa MARTIN", ("lea", "martin")),
        ("Lea\u0301", ("lea",)),
        ("Jean-Pierre O’Neil", ("jean", "pierre", "o", "neil")),
        ("Œillet Straße Łukasz Sørensen", ("oeillet", "strasse", "lukasz", "sorensen")),
        ("ＷＩＤＥ ﬁn", ("wide", "fin")),
        ("Анна Ёлкина", ("анна", "елкина")),
        ("marie_anne Marie", ("marie", "anne")),
        (" — ", ()),
        ("+33639980001", ()),
        ("Studio 54", ("studio", "54")),
    ],
)
def test_words_are_without_case_and_accents(name: str, words: tuple[str, ...]) -> None:
    assert words_of(name) == words


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("Commande CF-10234.", ("cf10234", "10234")),
        ("n°10234, facture F2026/0778", ("10234", "f20260778", "f2026", "0778")),
        ("le 12 mars, 3 articles à 20 €", ()),
        ("ＣＦ１０２３４", ("cf10234",)),
        ("abc def-ghi", ()),
        ("x" * 50 + "1234", ()),
    ],
)
def test_numbers_are_those_of_three_digits_or_more(text: str, numbers: tuple[str, ...]) -> None:
    assert numbers_of(text) == numbers


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("martin", {"matin", "maritn", "martins", "marvin"}),
        ("анна", {"ана", "анны"}),
        ("cf10234", {"cf10243", "cf1023", "ch10234"}),
    ],
)
def test_slips_are_one_character_missing_added_changed_or_swapped(word: str, meant: set[str]) -> None:
    slips = slips_of(word)
    assert meant <= set(slips)
    assert word not in slips
    assert len(set(slips)) == len(slips)


@pytest.mark.parametrize("word", ["", "lea", "x" * 25, "李小龙先生"])
def test_what_is_short_or_long_has_no_slips_and_what_has_no_alphabet_loses_only(word: str) -> None:
    assert all(len(other) < len(word) or sorted(other) == sorted(word) for other in slips_of(word))


async def test_a_search_is_planned_for_its_own_words(any_store: Store, queue: Queue) -> None:
    """PostgreSQL's plan for any words reads whole tables; the next transaction plans as it did before."""

    def plans(tx: Any) -> list[str]:
        modes = []
        if tx.postgres:
            views.search(tx, BOSS, "martin lea")
            modes.append(tx.conn.execute(text("SHOW plan_cache_mode")).scalar_one())
        return modes

    def plain(tx: Any) -> str:
        return tx.conn.execute(text("SHOW plan_cache_mode")).scalar_one() if tx.postgres else "auto"

    assert await any_store.read(plans) in ([], ["force_custom_plan"])
    assert await any_store.read(plain) == "auto"


async def test_the_rarest_word_is_looked_up_first(any_store: Store, queue: Queue) -> None:
    for number, name in enumerate(("Léa Martin", "Hugo Martin", "Zoé Martin", "Léa Petit"), start=1):
        await customer(any_store, name, number)
    order = await any_store.read(by_rarity, ["martin", "lea", "zoe"])
    assert order == ["zoe", "lea", "martin"]
    assert await found(any_store, "martin zoe") == ["Zoé Martin"]
