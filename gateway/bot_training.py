"""Trains bots: the task `bot.train`, in a process of its own with progress, so that the service goes on answering.

A node that dies takes its training with it; whoever takes over the task begins anew, and what was embedded is kept.
"""

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

import structlog

from bots.model import VersionStatus
from core.jobs import Job, JobStatus
from core.store import Store
from gateway.jobs import TELL_EVERY, UNEXPECTED
from storage.bots import BOTS, end_training, version_files, version_of
from storage.engine.transaction import SqlTx
from storage.jobs import JOBS, end_job, tell

LONGEST_LINE = 64 * 1024 * 1024  # bytes; a report of many mistakes is one line
NICE = 10  # how much a training gives way to the service
COMMAND = (sys.executable, "-m", "bots.training_process", str(NICE))
DIED = "The training ended without a result. It may have run out of memory: the log has what it wrote."
Line = dict[str, Any]
log = structlog.get_logger(__name__)


class BotTraining:
    """Runs `bot.train` tasks. `cache` is where models are kept."""

    def __init__(self, store: Store, cache: Path, command: Sequence[str] = COMMAND) -> None:
        self._store = store
        self._cache = cache
        self._command = command

    async def train(self, payload: Mapping[str, Any], attempts: int) -> None:
        job_id = payload["job_id"]
        job = await self._store.write(_begin, job_id)
        if job.over:
            return
        work = await self._store.read(_work, job)
        try:
            line = await self._beside(job_id, {**work, "cache": str(self._cache.resolve())})
        except Exception:
            log.exception("bot_training_failed", job_id=job_id)
            line = {"problem": UNEXPECTED}
        await self._store.write(_end, job_id, line)

    async def _beside(self, job_id: str, work: Mapping[str, Any]) -> Line:
        """The process's last line; `{"cancelled": true}` where somebody stopped the job meanwhile."""
        process = await asyncio.create_subprocess_exec(
            *self._command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=LONGEST_LINE,
        )
        try:
            _, line = await asyncio.gather(_feed(process, work), self._listen(process, job_id))
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return line

    async def _listen(self, process: asyncio.subprocess.Process, job_id: str) -> Line:
        assert process.stdout is not None
        told = 0.0
        async for raw in process.stdout:
            line: Line = json.loads(raw)
            if "done" not in line:
                return line
            if monotonic() - told >= TELL_EVERY:
                told = monotonic()
                if (await self._store.write(_progress, job_id, line["done"], line["total"])).over:
                    return {"cancelled": True}
        log.warning("bot_training_died", job_id=job_id, returncode=await process.wait())
        return {"problem": DIED}


async def _feed(process: asyncio.subprocess.Process, work: Mapping[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(work).encode())
    try:
        await process.stdin.drain()
        process.stdin.close()
    except (BrokenPipeError, ConnectionResetError):
        return  # it ended without reading; what it wrote says why


def _begin(tx: SqlTx, job_id: str) -> Job:
    job = JOBS.to_change(tx, job_id)
    if job.over:
        return job
    started = job.started_at or tx.now
    job = JOBS.save(tx, replace(job, status=JobStatus.RUNNING, started_at=started, updated_at=tx.now))
    tell(tx, job)
    return job


def _work(tx: SqlTx, job: Job) -> dict[str, Any]:
    files = version_files(tx, job.params["version_id"])
    return {"files": files, "language": BOTS.get(tx, job.params["bot_id"]).language.value}


def _progress(tx: SqlTx, job_id: str, done: int, total: int) -> Job:
    job = JOBS.to_change(tx, job_id)
    if not job.over:
        job = JOBS.save(tx, replace(job, done=done, total=total, updated_at=tx.now))
        tell(tx, job)
    return job


def _end(tx: SqlTx, job_id: str, line: Line) -> None:
    job = JOBS.to_change(tx, job_id)
    version = version_of(tx, job.params["bot_id"], job.params["version_id"])
    problem = line.get("problem", "")
    if job.over or "report" not in line:
        end_training(tx, replace(version, status=VersionStatus.FAILED, problem=problem))
        if not job.over:
            end_job(tx, job, JobStatus.FAILED, problem)
        return
    ready = replace(version, status=VersionStatus.READY, report=line["report"], trained_at=tx.now)
    end_training(tx, ready)
    end_job(tx, job, JobStatus.DONE)
