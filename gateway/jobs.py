"""Runs long work batch by batch: each batch is one transaction that also stores where the next goes on.

A node that dies in the middle loses at most the batch it was in; whoever takes over the task goes on from there.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from time import monotonic
from typing import Any

import structlog

from core.errors import FilrougeError, StoreUnavailable
from core.jobs import Job, JobStatus
from core.store import Store
from storage.engine.transaction import SqlTx
from storage.jobs import JOBS, end_job, tell

TELL_EVERY = 0.25  # seconds between what consoles hear of one job
UNEXPECTED = "Something went wrong on our side; the log has the reason."
Batch = Callable[[SqlTx, Job], Job]
"""Does some of the work and answers the job with its new `place` and `done`, `DONE` when nothing is left."""
log = structlog.get_logger(__name__)


class Jobs:
    """The handler of the outbox's `RUN_JOB` tasks; `kinds` by a job's kind."""

    def __init__(self, store: Store, kinds: Mapping[str, Batch]) -> None:
        self._store = store
        self._kinds = kinds

    async def run(self, payload: Mapping[str, Any], attempts: int) -> None:
        job_id, told = payload["job_id"], 0.0
        while True:
            due = monotonic() - told >= TELL_EVERY
            try:
                job = await self._store.write(self._step, job_id, due)
            except StoreUnavailable:
                raise
            except FilrougeError as error:
                job = await self._store.write(_fail, job_id, str(error))
            except Exception:
                log.exception("job_failed", job_id=job_id)
                job = await self._store.write(_fail, job_id, UNEXPECTED)
            if job.over:
                return
            told = monotonic() if due else told
            await asyncio.sleep(0)

    def _step(self, tx: SqlTx, job_id: str, due: bool) -> Job:
        job = JOBS.to_change(tx, job_id)
        if job.over:
            return job
        started = job.started_at or tx.now
        job = self._kinds[job.kind](tx, replace(job, status=JobStatus.RUNNING, started_at=started))
        if job.status is JobStatus.DONE:
            return end_job(tx, job, JobStatus.DONE)
        job = JOBS.save(tx, replace(job, updated_at=tx.now))
        if due:
            tell(tx, job)
        return job


def _fail(tx: SqlTx, job_id: str, problem: str) -> Job:
    job = JOBS.to_change(tx, job_id)
    return job if job.over else end_job(tx, job, JobStatus.FAILED, problem)
