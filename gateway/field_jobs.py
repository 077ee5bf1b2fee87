"""Works out anew what wins and what is searched in customers' files, after a source or a field became another."""

from dataclasses import replace

from sqlalchemy import select

from core.ids import PartyId
from core.jobs import Job, JobStatus
from storage.engine.transaction import SqlTx
from storage.schema import facts, parties

KEEP = "keep_values"
AT_ONCE = 50  # customers in a batch


def keep_values(tx: SqlTx, job: Job) -> Job:
    """Of everybody with a value from the source, or in the field, that the job names."""
    of = (
        facts.c.source == job.params["source"]
        if "source" in job.params
        else facts.c.field == job.params["field"]
    )
    told = select(facts.c.party_id).where(of, facts.c.party_id > job.place.get("after", ""))
    page = told.distinct().order_by(facts.c.party_id).limit(AT_ONCE)
    ids = tx.conn.execute(page).scalars().all()
    live = select(parties.c.id).where(parties.c.id.in_(ids), parties.c.merged_into.is_(None))
    for party_id in tx.conn.execute(live).scalars().all():
        tx.parties.keep_searchable(tx.parties.get(PartyId(party_id)))
        tx.parties.touch(PartyId(party_id))
    done = job.done + len(ids)
    if len(ids) < AT_ONCE:
        return replace(job, done=done, total=done, status=JobStatus.DONE)
    return replace(job, done=done, place={"after": ids[-1]})


FIELD_JOBS = {KEEP: keep_values}
