"""The customer base at several sizes: the file, a search, a page of the list, and whom a new customer may be."""

import asyncio
import random
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import insert, select, text

from benchmarks.people import Someone, misspelt, people
from benchmarks.servers import durable_postgres
from benchmarks.table import Row
from core.bus import Bus
from core.clock import SystemClock
from core.filters.model import EVERYTHING
from core.filters.parse import parse
from core.folding import sort_key, words_of
from core.ids import PartyId, UserId, new_id
from core.permissions import Permission
from core.settings import Settings
from core.staff import Viewer
from core.words import ContactKind
from crm.fields.values import comparable
from crm.identity.blocking import keys_of
from crm.identity.profile import place
from crm.parties.model import Family, PartyKind
from storage.duplicates import alike
from storage.engine.listing import ListQuery, list_page
from storage.engine.opening import Opened, open_store
from storage.match_keys import profile_of
from storage.schema import (
    contact_points,
    facts,
    match_keys,
    parties,
    party_values,
    party_words,
    postal_addresses,
)
from storage.views.parties import customer_file
from storage.views.party_list import party_listing, unarchived
from storage.views.search import search

SIZES = (10_000, 100_000, 1_000_000)
AT_ONCE = 2_000  # customers in a transaction
ASKED = 200  # times of each
INES = Viewer(
    user_id=UserId("ines"), permissions=frozenset({Permission.CUSTOMERS_READ_ALL}), queues=frozenset()
)


async def measure(rounds: int, sizes: Sequence[int] = SIZES) -> list[Row]:
    """On SQLite; `rounds` is how often each is asked, times two hundred."""
    rows: list[Row] = []
    for size in sizes:
        with TemporaryDirectory() as folder:
            rows += await _at(size, rounds, "SQLite", _settings(folder))
    return rows


async def measure_postgres(rounds: int, sizes: Sequence[int] = SIZES) -> list[Row]:
    rows: list[Row] = []
    with durable_postgres() as server:
        for size in sizes:
            with TemporaryDirectory() as folder:
                rows += await _at(
                    size, rounds, "PostgreSQL", _settings(folder, server.url(server.fresh_database()))
                )
    return rows


def _settings(folder: str, url: str = "") -> Settings:
    return Settings.model_validate(
        {"server": {"data_dir": str(Path(folder)), "secret": "bench"}, "storage": {"url": url} if url else {}}
    )


async def _at(size: int, rounds: int, where: str, settings: Settings) -> list[Row]:
    opened = await open_store(settings, clock=SystemClock(), bus=Bus(), reactions={})
    try:
        known = await _fill(opened, size)
        return [
            Row(f"{what}, p95 ms: {where}, {size:,}", ours, floor, promise)
            for what, ours, floor, promise in await _asked(opened, known, size, rounds)
        ]
    finally:
        await opened.close()


async def _fill(opened: Opened, size: int) -> list[tuple[str, Someone]]:
    """Answers a few thousand of those that are there, evenly chosen."""
    known: list[tuple[str, Someone]] = []
    every = max(size // 4_000, 1)
    everybody = people(size)
    while batch := list(islice(everybody, AT_ONCE)):
        made = [(new_id(), one) for one in batch]
        await opened.store.write(_insert, made)
        known += islice(made, 0, None, every)
    await opened.store.write(lambda tx: tx.conn.execute(text("ANALYZE")) and None)
    return known


def _insert(tx: Any, made: Sequence[tuple[str, Someone]]) -> None:
    for table, rows in (
        (parties, [_party(tx, *one) for one in made]),
        (party_words, [row for one in made for row in _words(*one)]),
        (contact_points, [row for one in made for row in _points(tx, *one)]),
        (facts, [row for one in made for row in _facts(tx, *one)]),
        (party_values, [row for one in made for row in _values(*one)]),
        (postal_addresses, [_home(tx, *one) for one in made]),
        (match_keys, [row for one in made for row in _keys(*one)]),
    ):
        tx.conn.execute(insert(table), rows)


def _name(one: Someone) -> str:
    return f"{one.given} {one.family}"


def _party(tx: Any, party_id: str, one: Someone) -> dict[str, Any]:
    return {
        "id": party_id,
        "kind": PartyKind.PERSON.value,
        "name": _name(one),
        "language": "fr",
        "created_at": tx.now,
        "merged_into": None,
        "sort_name": sort_key(_name(one)),
    }


def _words(party_id: str, one: Someone) -> Iterator[dict[str, Any]]:
    for word in words_of(_name(one)):
        yield {"party_id": party_id, "word": word}


def _addresses(one: Someone) -> list[tuple[ContactKind, str]]:
    return [(ContactKind.PHONE, one.phone), (ContactKind.EMAIL, one.email)]


def _home(tx: Any, party_id: str, one: Someone) -> dict[str, Any]:
    return {
        "id": new_id(),
        "party_id": party_id,
        "use": "home",
        "recipient": "",
        "company": "",
        "street": one.street,
        "postcode": one.postcode,
        "city": one.city,
        "district": "",
        "region": "",
        "sorting_code": "",
        "country": "FR",
        "preferred": True,
        "source": "import",
        "created_at": tx.now,
    }


def _points(tx: Any, party_id: str, one: Someone) -> Iterator[dict[str, Any]]:
    for kind, value in _addresses(one):
        yield {
            "id": new_id(),
            "party_id": party_id,
            "kind": kind.value,
            "value": value,
            "assurance": "verified",
            "preferred": kind is ContactKind.PHONE,
            "source": "import",
            "created_at": tx.now,
            "backwards": value[::-1],
        }


def _told(one: Someone) -> list[tuple[Family, str, str]]:
    return [
        (Family.IDENTITY, "birth_date", one.born.isoformat()),
        (Family.SOCIO_DEMOGRAPHIC, "occupation", one.street.split()[-1]),
    ]


def _facts(tx: Any, party_id: str, one: Someone) -> Iterator[dict[str, Any]]:
    for family, field, value in _told(one):
        yield {
            "party_id": party_id,
            "family": family.value,
            "field": field,
            "value": value,
            "source": "import",
            "rank": 30,
            "at": tx.now,
        }


def _values(party_id: str, one: Someone) -> Iterator[dict[str, Any]]:
    for _, field, value in _told(one):
        yield {"party_id": party_id, "field": field, "value": value, "number": comparable(value)[1]}


def _profile(one: Someone) -> Any:
    home = place(one.street, postcode=one.postcode, city=one.city)
    told = {"birth_date": one.born.isoformat()}
    return profile_of(PartyKind.PERSON, _name(one), _addresses(one), told, [home])


def _keys(party_id: str, one: Someone) -> Iterator[dict[str, Any]]:
    for key in keys_of(_profile(one)):
        yield {"key": key, "party_id": party_id}


Asked = tuple[str, list[float], list[float], str]


async def _asked(opened: Opened, known: Sequence[tuple[str, Someone]], size: int, rounds: int) -> list[Asked]:
    dice = random.Random(3)
    found = 0

    async def timed(ask: Callable[[Any, str, Someone], Any]) -> list[float]:
        figures = []
        for _ in range(rounds):
            times = []
            for party_id, one in dice.choices(known, k=ASKED):
                began = time.perf_counter()
                await opened.store.read(ask, party_id, one)
                times.append((time.perf_counter() - began) * 1000)
                await asyncio.sleep(0)
            figures.append(sorted(times)[int(0.95 * len(times))])
        return figures

    def duplicates(tx: Any, party_id: str, one: Someone) -> None:
        nonlocal found
        likely = alike(tx, _profile(misspelt(one, dice)), base=size)
        found += any(other.party_id == party_id for other in likely)

    bare = await timed(_bare)
    rows: list[Asked] = [
        (
            "The customer file",
            await timed(lambda tx, i, o: customer_file(tx, INES, PartyId(i))),
            bare,
            "≤ 3 ×",
        ),
        ("Whom a new customer may be", await timed(duplicates), bare, "≤ 20 ms"),
        ("Search by name", await timed(lambda tx, i, o: search(tx, INES, _name(o))), bare, "≤ 50 ms"),
        (
            "Search by half a name",
            await timed(lambda tx, i, o: search(tx, INES, o.family[:4])),
            bare,
            "≤ 50 ms",
        ),
        (
            "Search with a slip in a word",
            await timed(lambda tx, i, o: search(tx, INES, _slipped(_name(o), dice))),
            bare,
            "≤ 50 ms",
        ),
        ("A page of the list", await timed(lambda tx, i, o: _page(tx)), bare, "≤ 50 ms"),
        (
            "A page filtered by a field",
            await timed(lambda tx, i, o: _page(tx, _born_like(o))),
            bare,
            "≤ 50 ms",
        ),
    ]
    print(f"{size:,}: {found / (ASKED * rounds):.1%} of misspelt new customers found")
    return rows


def _slipped(name: str, dice: random.Random) -> str:
    """Two letters of the family name are swapped."""
    place = len(name) - dice.randrange(2, 4)
    return name[: place - 1] + name[place] + name[place - 1] + name[place + 1 :]


def _bare(tx: Any, party_id: str, one: Someone) -> None:
    """The least: the row of the customer and those of their addresses and facts, as they are."""
    for table in (parties, contact_points, facts):
        key = table.c.id if table is parties else table.c.party_id
        tx.conn.execute(select(table).where(key == party_id)).all()


def _page(tx: Any, wanted: Any = None) -> None:
    listing = party_listing(tx, INES)
    filtered = parse(wanted, listing.fields) if wanted else EVERYTHING
    list_page(tx, INES, listing, ListQuery(limit=50, filter=filtered, also=unarchived("")))


def _born_like(one: Someone) -> dict[str, Any]:
    """Those born on the same day."""
    day = one.born.isoformat()
    return {"field": "field.birth_date", "op": "between", "value": [day, day]}
