"""Goes through the whole base for duplicates, a batch at a time."""

from dataclasses import replace

from sqlalchemy import func, select

from core.ids import PartyId
from core.jobs import Job, JobStatus
from storage.duplicates import alike, keep_found
from storage.engine.transaction import SqlTx
from storage.match_keys import keep_keys
from storage.schema import parties

FIND = "find_duplicates"
AT_ONCE = 50  # parties in a batch: some tenths of a second at most


def find_duplicates(tx: SqlTx, job: Job) -> Job:
    """First everybody's keys, then whom each may be: who comes early is compared with who comes late, too."""
    if "base" not in job.place:
        base = int(tx.conn.execute(select(func.count()).select_from(parties).where(_LIVE)).scalar_one())
        job = replace(job, total=2 * base, place={"base": base, "pass": 0, "after": ""})
    page = select(parties.c.id).where(_LIVE, parties.c.id > job.place["after"])
    ids = [PartyId(found) for found in tx.conn.execute(page.order_by(parties.c.id).limit(AT_ONCE)).scalars()]
    profiles = keep_keys(tx.conn, ids)
    if job.place["pass"] == 1:
        for party_id in ids:
            profile = profiles.get(party_id)
            found = alike(tx, profile, base=job.place["base"], but=party_id) if profile else []
            keep_found(tx, party_id, found)
    return _gone_on(job, ids)


_LIVE = parties.c.merged_into.is_(None)


def _gone_on(job: Job, ids: list[PartyId]) -> Job:
    done = job.done + len(ids)
    if len(ids) == AT_ONCE:
        return replace(job, done=done, place={**job.place, "after": ids[-1]})
    if job.place["pass"] == 0:
        return replace(job, done=done, place={**job.place, "pass": 1, "after": ""})
    return replace(job, done=done, total=done, status=JobStatus.DONE)
