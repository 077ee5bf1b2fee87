"""Whatever is merged, split, edited and written in between, in any order: a model says whose each thing is, and it is.

Three hundred steps in `make test`, ten thousand in `make verify`.
"""

import random
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from core.errors import InvalidInput
from core.ids import ContactPointId, PartyId, UserId, new_id
from core.staff import Viewer
from core.words import Assurance, ContactKind, Language
from crm.addresses.model import PostalAddress, Use
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.merges.model import Merge
from crm.orders.model import Order, OrderStatus
from crm.parties.model import Address, ContactPoint, Fact, Family, Party, PartyKind
from storage.addresses import add_address, addresses_of, end_address
from storage.engine.opening import Opened
from storage.merges import MOVED, merge, unclear, undo
from storage.orders import put_order
from storage.party_edits import Edits, WrittenValue, edit
from storage.schema import orders, parties, postal_addresses
from storage.views.search import matching
from tests.crm.history import TurnedClock
from tests.fixtures import add_queue, an_inbound, open_for_test, sqlite_settings

INES = UserId("ines")
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
POINTS, FACTS, TALKS = (moved.what for moved in MOVED[:3])
CHECKED = [
    moved for moved in MOVED if moved.what in (POINTS, FACTS, TALKS, orders.name, postal_addresses.name)
]
VIEWER = Viewer(user_id=INES, permissions=frozenset(), queues=frozenset())
NAMES = ("Léa Martin", "Lea Martain", "Tom Girard", "Zoé Petit", "Ali Benali")
Item = tuple[str, str]


@dataclass
class Model:
    """Whose each thing is, by the words of the design, without SQL."""

    owner: dict[Item, str] = field(default_factory=dict)
    born: dict[Item, datetime] = field(default_factory=dict)
    address: dict[str, str] = field(default_factory=dict)  # of a contact point, and of a conversation
    into: dict[str, str | None] = field(default_factory=dict)
    name: dict[str, str] = field(default_factory=dict)
    moved: dict[str, set[Item]] = field(default_factory=lambda: defaultdict(set))
    merges: dict[str, Merge] = field(default_factory=dict)

    def live(self, party: str) -> str:
        while (other := self.into[party]) is not None:
            party = other
        return party

    @property
    def alive(self) -> list[str]:
        return [party for party, into in self.into.items() if into is None]

    def of(self, party: str) -> set[Item]:
        return {item for item, owner in self.owner.items() if owner == party}

    def merge(self, done: Merge) -> None:
        self.merges[done.id] = done
        self.moved[done.id] = self.of(done.loser_id)
        for item in self.moved[done.id]:
            self.owner[item] = done.winner_id
        self.into[done.loser_id] = done.winner_id
        self.name[done.winner_id] = str(done.after["name"])

    def undo(self, done: Merge, given: set[Item]) -> None:
        holder = self.live(done.winner_id)
        back = {item for item in self.moved[done.id] | given if self.owner.get(item) == holder}
        for item in back:
            self.owner[item] = done.loser_id
        theirs = {self.address[i] for what, i in self.of(done.loser_id) if what == POINTS}
        for item in self.of(holder):
            if item[0] == TALKS and self.born[item] > done.at and self.address[item[1]] in theirs:
                self.owner[item] = done.loser_id
        self.into[done.loser_id] = None
        if self.name[done.winner_id] == done.after["name"]:
            self.name[done.winner_id] = str(done.before["name"])
        del self.merges[done.id]


class Base:
    """The store beside the model; every step does the same to both."""

    def __init__(self, opened: Opened, clock: TurnedClock, chance: random.Random) -> None:
        self.opened, self.clock, self.chance = opened, clock, chance
        self.model = Model()
        self._numbers = 0

    async def step(self) -> None:
        self.clock.turn(timedelta(seconds=1))
        steps = (
            self.add,
            self.tell,
            self.reach,
            self.write,
            self.write,
            self.rename,
            self.edit,
            self.buy,
            self.settle,
            self.join,
            self.join,
            self.split,
        )
        await self.chance.choice(steps)()

    async def add(self) -> None:
        if len(self.model.into) >= 40:
            return
        name = self.chance.choice(NAMES)
        party_id = PartyId(new_id())

        def insert(tx: Any) -> None:
            tx.parties.insert(
                Party(id=party_id, kind=PartyKind.PERSON, name=name, language=Language.FR, created_at=tx.now)
            )

        await self.opened.store.write(insert)
        self.model.into[party_id], self.model.name[party_id] = None, name

    async def tell(self) -> None:
        """A fact, by a source of any rank."""
        party = self._anybody()
        value, rank = str(self.chance.randint(1, 3)), self.chance.choice((10, 50))
        told = Fact(
            family=Family.SOCIO_DEMOGRAPHIC,
            field=self.chance.choice(("city", "job")),
            value=value,
            source="test",
            rank=rank,
            at=self.clock.now(),
        )
        await self.opened.store.write(lambda tx: tx.parties.insert_fact(PartyId(party), told))
        await self._learn(party)

    async def reach(self) -> None:
        party, value = self._anybody(), self._number()
        point = ContactPoint(
            id=ContactPointId(new_id()),
            party_id=PartyId(party),
            kind=ContactKind.PHONE,
            value=value,
            assurance=Assurance.VERIFIED,
            preferred=False,
            source="test",
            created_at=self.clock.now(),
        )
        await self.opened.store.write(lambda tx: tx.parties.insert_contact_point(point))
        self.model.address[point.id] = value
        await self._learn(party)

    async def write(self) -> None:
        """A message from an address of somebody; it may open a conversation."""
        points = [item for item in self.model.owner if item[0] == POINTS]
        if not points:
            return
        value = self.model.address[self.chance.choice(points)[1]]
        item = an_inbound(
            sender=Address(kind=ContactKind.PHONE, value=value), business_address=self.chance.choice("ab")
        )
        taken = await self.opened.store.write(accept, item, Limits())
        talk = (TALKS, str(taken.conversation_id))
        if talk not in self.model.owner:
            (owner,) = {self.model.owner[p] for p in points if self.model.address[p[1]] == value}
            self.model.owner[talk], self.model.born[talk] = owner, self.clock.now()
        self.model.address[talk[1]] = value  # of who wrote last

    async def rename(self) -> None:
        party, name = self._anybody(), self.chance.choice(NAMES)

        def save(tx: Any) -> None:
            tx.parties.save(replace(tx.parties.get(PartyId(party)), name=name))

        await self.opened.store.write(save)
        self.model.name[party] = name

    async def edit(self) -> None:
        """By somebody who looks at the file: another fact, whatever was there before."""
        party, value = self._anybody(), self.chance.choice(("Brest", "Lille", None))
        edits = Edits(values=[WrittenValue(field="city", value=value)], note="test")
        await self.opened.store.write(edit, VIEWER, PartyId(party), edits)
        await self._learn(party)

    async def buy(self) -> None:
        party = self._anybody()
        order = Order(
            id="",
            party_id=PartyId(party),
            source="test",
            number=self._number(),
            status=OrderStatus.OPEN,
            currency="EUR",
            ordered_at=self.clock.now(),
            total=100,
            returned=0,
            channel="",
            created_at=self.clock.now(),
        )
        await self.opened.store.write(put_order, order, [], [])
        await self._learn(party)

    async def settle(self) -> None:
        """A new postal address, or the end of one, which stays."""
        party = PartyId(self._anybody())
        held = await self.opened.store.read(addresses_of, party)
        if held and self.chance.random() < 0.3:
            await self.opened.store.write(end_address, party, self.chance.choice(held).id, INES)
            return
        address = PostalAddress(
            id="",
            party_id=party,
            use=Use.HOME,
            street=f"{self._number()[-3:]} rue X",
            country="FR",
            source="test",
            created_at=self.clock.now(),
        )
        await self.opened.store.write(add_address, address)
        await self._learn(party)

    async def join(self) -> None:
        winner, loser = (self.chance.choice(list(self.model.into)) for _ in range(2))
        take = [name for name in ("name", "socio_demographic.city") if self.chance.random() < 0.4]
        refused = winner == loser or not {winner, loser} <= set(self.model.alive)
        try:
            done = await self.opened.store.write(merge, PartyId(winner), PartyId(loser), INES, take)
        except InvalidInput:
            assert refused
            return
        assert not refused
        self.model.merge(done)
        await self._learn(winner)

    async def split(self) -> None:
        if not self.model.merges:
            return
        done = self.chance.choice(list(self.model.merges.values()))
        asked = await self.opened.store.read(unclear, done.id)
        refs = [item["ref"] for item in asked if self.chance.random() < 0.5]
        await self.opened.store.write(undo, done.id, INES, refs)
        added = set(self.model.owner) - await self._things()
        assert {what for what, _ in added} <= {FACTS}  # those that merely said what was chosen
        for item in added:
            del self.model.owner[item]
        self.model.undo(done, {(ref.split(":")[0], ref.split(":")[1]) for ref in refs})

    async def check(self) -> None:
        store, model = self.opened.store, self.model
        for moved in CHECKED:
            rows = await store.read(_all, select(moved.id, moved.table.c.party_id))
            assert {(moved.what, str(i)): party for i, party in rows} == {
                item: owner for item, owner in model.owner.items() if item[0] == moved.what
            }
        known = await store.read(
            lambda tx: tx.conn.execute(select(parties.c.id, parties.c.name, parties.c.merged_into)).all()
        )
        assert {row.id: row.merged_into for row in known} == model.into
        assert {row.id: row.name for row in known if not row.merged_into} == {
            party: model.name[party] for party in model.alive
        }

    async def check_search(self) -> None:
        for party in self.model.alive:
            assert party in await self.opened.store.read(_found, self.model.name[party])

    def _anybody(self) -> str:
        return self.chance.choice(self.model.alive)

    def _number(self) -> str:
        self._numbers += 1
        return f"+336399{self._numbers:05d}"

    async def _things(self) -> set[Item]:
        found: set[Item] = set()
        for moved in CHECKED:
            rows = await self.opened.store.read(_all, select(moved.id))
            found |= {(moved.what, str(row.id)) for row in rows}
        return found

    async def _learn(self, party: str) -> None:
        """What is new since the last look is that party's."""
        for item in await self._things() - set(self.model.owner):
            self.model.owner[item] = party
            self.model.born[item] = self.clock.now()


def _all(tx: Any, query: Any) -> Any:
    return tx.conn.execute(query).all()


def _found(tx: Any, text: str) -> set[str]:
    return set(
        tx.conn.execute(select(parties.c.id).where(matching(tx, text, like=False).condition)).scalars()
    )


async def run(folder: Path, seed: int, steps: int) -> None:
    clock = TurnedClock(START)
    opened = await open_for_test(sqlite_settings(folder), clock=clock)
    base = Base(opened, clock, random.Random(seed))
    try:
        await add_queue(opened.store)
        for _ in range(5):
            await base.add()
        for number in range(steps):
            await base.step()
            await base.check()
            if number % 50 == 0:
                await base.check_search()
        assert len(base.model.owner) > steps / 10
    finally:
        await opened.close()


@pytest.mark.parametrize("seed", range(3))
async def test_nothing_is_lost_and_all_is_whose_it_was(tmp_path: Path, seed: int) -> None:
    await run(tmp_path, seed, 100)


@pytest.mark.long
@pytest.mark.timeout(3600)
async def test_ten_thousand_steps(tmp_path: Path) -> None:
    for seed in range(10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        await run(folder, 1_000 + seed, 1_000)
