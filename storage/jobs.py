"""Long work in SQL: what is asked for, how far it is, and the parts of the file it writes."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import delete, insert, select

from core.errors import NotFound
from core.events import EntityChanged, Task
from core.ids import UserId, new_id
from core.jobs import RUN_JOB, Job, JobStatus, job_view
from storage.engine.entities import Entities
from storage.engine.transaction import SqlTx
from storage.schema import job_parts, jobs

JOBS = Entities(what="job", table=jobs, model=Job)
SHOWN = 20


def start_job(
    tx: SqlTx,
    kind: str,
    owner_id: UserId,
    params: Mapping[str, Any],
    file_name: str = "",
    task: str = RUN_JOB,
) -> Job:
    """Stores it; it begins after the commit. `task` names who does it, where it is not work in batches."""
    job = Job(
        id=new_id(),
        kind=kind,
        owner_id=owner_id,
        status=JobStatus.QUEUED,
        params=dict(params),
        place={},
        file_name=file_name,
        created_at=tx.now,
        updated_at=tx.now,
    )
    JOBS.insert(tx, job)
    tx.enqueue(Task(kind=task, payload={"job_id": job.id}, lane=f"job:{job.id}"))
    tell(tx, job)
    return job


def job_of(tx: SqlTx, owner_id: UserId, job_id: str) -> Job:
    """Raises `NotFound` for someone else's."""
    job = JOBS.get(tx, job_id)
    if job.owner_id != owner_id:
        raise NotFound(what="job", id=job_id)
    return job


def jobs_of(tx: SqlTx, owner_id: UserId) -> list[dict[str, Any]]:
    """The owner's last ones, newest first."""
    query = (
        select(jobs)
        .where(jobs.c.owner_id == owner_id)
        .order_by(jobs.c.created_at.desc(), jobs.c.id.desc())
        .limit(SHOWN)
    )
    return [job_view(JOBS.of(row)) for row in tx.conn.execute(query).mappings()]


def cancel_job(tx: SqlTx, owner_id: UserId, job_id: str) -> Job:
    """What is done stays done; one that is over stays as it is."""
    job_of(tx, owner_id, job_id)
    job = JOBS.to_change(tx, job_id)
    if job.over:
        return job
    return end_job(tx, job, JobStatus.CANCELLED)


def end_job(tx: SqlTx, job: Job, status: JobStatus, problem: str = "") -> Job:
    """Keeps the file of one that is done only."""
    if status is not JobStatus.DONE:
        tx.conn.execute(delete(job_parts).where(job_parts.c.job_id == job.id))
    job = JOBS.save(tx, replace(job, status=status, problem=problem, updated_at=tx.now, ended_at=tx.now))
    tell(tx, job)
    return job


def tell(tx: SqlTx, job: Job) -> None:
    """To the owner's consoles."""
    tx.emit(EntityChanged(kind="job", id=job.id, data=job_view(job), user_id=job.owner_id))


def write_part(tx: SqlTx, job: Job, number: int, data: bytes) -> None:
    tx.conn.execute(insert(job_parts), {"job_id": job.id, "number": number, "data": data})


def parts_of(tx: SqlTx, job_id: str) -> Iterator[bytes]:
    """What it wrote, in order."""
    query = select(job_parts.c.data).where(job_parts.c.job_id == job_id).order_by(job_parts.c.number)
    yield from tx.conn.execute(query).scalars()
