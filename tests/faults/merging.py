"""Merges and splits customers, or looks for duplicates, until it is killed: `python -m … FOLDER WHAT`."""

import asyncio
import random
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import select

from core.ids import PartyId, UserId
from core.jobs import JobStatus
from gateway.duplicate_jobs import FIND, find_duplicates
from gateway.jobs import Jobs
from storage.engine.opening import Opened
from storage.merges import merge, undo
from storage.schema import jobs, merges, parties
from tests.fixtures import open_for_test, sqlite_settings

INES = UserId("ines")


async def merging(opened: Opened) -> None:
    dice = random.Random()
    while True:
        live, done = await opened.store.read(_what_there_is)
        if len(live) > 20 or not done:
            winner, loser = dice.sample(live, 2)
            await opened.store.write(merge, PartyId(winner), PartyId(loser), INES, ["name"])
        else:
            await opened.store.write(undo, dice.choice(done), INES)
        print("step", flush=True)


async def looking(opened: Opened) -> None:
    query = select(jobs.c.id).where(jobs.c.kind == FIND)
    (job_id,) = await opened.store.read(lambda tx: tx.conn.execute(query).scalars().all())

    def step(tx: Any, job: Any) -> Any:
        job = find_duplicates(tx, job)
        print("step" if job.status is not JobStatus.DONE else "done", flush=True)
        return job

    await Jobs(opened.store, {FIND: step}).run({"job_id": job_id}, 0)


def _what_there_is(tx: Any) -> tuple[list[str], list[str]]:
    live = tx.conn.execute(select(parties.c.id).where(parties.c.merged_into.is_(None))).scalars().all()
    done = tx.conn.execute(select(merges.c.id).where(merges.c.undone_at.is_(None))).scalars().all()
    return list(live), list(done)


async def main(folder: Path, what: str) -> None:
    opened = await open_for_test(sqlite_settings(folder))
    await {"merging": merging, "looking": looking}[what](opened)
    await opened.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
