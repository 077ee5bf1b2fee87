"""kill -9 while customers are merged and split, or the base is gone through: whole or not at all, and it goes on."""

import asyncio
import random
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from core.ids import ContactPointId, PartyId, UserId, new_id
from core.words import Assurance, ContactKind, Language
from crm.parties.model import ContactPoint, Fact, Family, Party, PartyKind
from gateway.duplicate_jobs import FIND
from storage.duplicates import of
from storage.engine.opening import Opened
from storage.jobs import JOBS, start_job
from storage.merges import MOVED
from storage.schema import contact_points, duplicates, merge_moves, merges, parties
from tests.fixtures import add_user, open_for_test, sqlite_settings

PEOPLE = 40
KILLS = 6


async def fill(opened: Opened, count: int) -> None:
    def insert(tx: Any) -> None:
        for number in range(count):
            party_id = PartyId(new_id())
            tx.parties.insert(
                Party(
                    id=party_id,
                    kind=PartyKind.PERSON,
                    name=f"Léa Nom{number // 2}",
                    language=Language.FR,
                    created_at=tx.now,
                )
            )
            tx.parties.insert_contact_point(
                ContactPoint(
                    id=ContactPointId(new_id()),
                    party_id=party_id,
                    kind=ContactKind.PHONE,
                    value=f"+33639{number * 7919 % 10**7:07d}",
                    assurance=Assurance.VERIFIED,
                    preferred=True,
                    source="test",
                    created_at=tx.now,
                )
            )
            born = f"19{50 + number // 2 % 50}-03-{1 + number // 2 % 28:02d}"
            tx.parties.insert_fact(
                party_id,
                Fact(
                    family=Family.IDENTITY, field="birth_date", value=born, source="test", rank=10, at=tx.now
                ),
            )

    await opened.store.write(insert)


async def killed_at_work(folder: Path, what: str, dice: random.Random) -> bool:
    """Starts the process, kills it after some steps; answers whether it had come to its end before."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.merging", str(folder), what, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    ended = False
    for _ in range(dice.randint(2, 8)):
        line = await asyncio.wait_for(process.stdout.readline(), 60)
        ended = ended or line == b"done\n"
        if not line:
            break
    if process.returncode is None and not ended:
        await asyncio.sleep(dice.random() / 50)
        with suppress(ProcessLookupError):  # it came to its end meanwhile
            process.send_signal(signal.SIGKILL)
    return await process.wait() == 0


def _pairs(tx: Any, query: Any) -> dict[str, Any]:
    return {row[0]: row[1] for row in tx.conn.execute(query)}


async def check(opened: Opened, count: int) -> None:
    """Each thing belongs to a party that lives, and what is merged says into whom by a merge that stands."""

    def read(tx: Any) -> None:
        into = _pairs(tx, select(parties.c.id, parties.c.merged_into))
        stands = _pairs(tx, select(merges.c.loser_id, merges.c.winner_id).where(merges.c.undone_at.is_(None)))
        assert {loser: winner for loser, winner in into.items() if winner} == stands
        for moved in MOVED:
            owners = set(tx.conn.execute(select(moved.holder)).scalars())
            assert all(into[owner] is None for owner in owners)
        points = tx.conn.execute(select(func.count()).select_from(contact_points)).scalar_one()
        assert (len(into), points) == (count, count)
        of_merges = set(tx.conn.execute(select(merge_moves.c.merge_id)).scalars())
        assert of_merges <= set(tx.conn.execute(select(merges.c.id)).scalars())

    await opened.store.read(read)


async def test_a_merge_is_whole_or_not_at_all(tmp_path: Path) -> None:
    dice = random.Random(5)
    opened = await open_for_test(sqlite_settings(tmp_path))
    await fill(opened, PEOPLE)
    await opened.close()
    done = 0
    for _ in range(KILLS):
        await killed_at_work(tmp_path, "merging", dice)
        opened = await open_for_test(sqlite_settings(tmp_path))
        await check(opened, PEOPLE)
        done = await opened.store.read(
            lambda tx: tx.conn.execute(select(func.count()).select_from(merges)).scalar()
        )
        await opened.close()
    assert done


@pytest.mark.timeout(180)
async def test_the_search_for_duplicates_goes_on_where_it_was(tmp_path: Path) -> None:
    dice = random.Random(7)
    opened = await open_for_test(sqlite_settings(tmp_path))
    await fill(opened, 300)
    owner = UserId(await add_user(opened.store, "Inès Garnier", roles=("crm",)))
    job = await opened.store.write(start_job, FIND, owner, {})
    await opened.close()
    starts = 1
    while not await killed_at_work(tmp_path, "looking", dice):
        starts += 1
    opened = await open_for_test(sqlite_settings(tmp_path))
    ended = await opened.store.read(JOBS.get, job.id)
    found = await opened.store.read(lambda tx: tx.conn.execute(select(duplicates)).mappings().all())
    names = await opened.store.read(_pairs, select(parties.c.id, parties.c.name))
    await opened.close()
    assert starts > 1
    assert (ended.status.value, ended.done) == ("done", 600)
    pairs = [of(row) for row in found]
    assert len(pairs) == 150
    assert all(names[pair.one_id] == names[pair.other_id] for pair in pairs)
