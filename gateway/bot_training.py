"""Trains bots: the task `bot.train`, in a process of its own with progress, so that the service goes on answering.

A node that dies takes its training with it; whoever takes over the task begins anew, and what was embedded is kept.
"""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
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
Tell = Callable[[int, int], Awaitable[bool]]
"""Told how much is done, of how much; answers whether to stop."""
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
            line = await train_beside(
                {**work, "cache": str(self._cache.resolve())}, self._tell(job_id), self._command
            )
        except Exception:
            log.exception("bot_training_failed", job_id=job_id)
            line = {"problem": UNEXPECTED}
        await self._store.write(_end, job_id, line)

    def _tell(self, job_id: str) -> Tell:
        told = 0.0

        async def tell_sometimes(done: int, total: int) -> bool:
            nonlocal told
            if monotonic() - told < TELL_EVERY:
                return False
            told = monotonic()
            return (await self._store.write(_progress, job_id, done, total)).over

        return tell_sometimes


async def train_beside(work: Mapping[str, Any], tell: Tell, command: Sequence[str] = COMMAND) -> Line:
    """The last line of a process of its own that trains; `{"cancelled": true}` where `tell` said to stop."""
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=LONGEST_LINE
    )
    try:
        _, line = await asyncio.gather(_feed(process, work), _listen(process, tell))
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return line


async def _listen(process: asyncio.subprocess.Process, tell: Tell) -> Line:
    assert process.stdout is not None
    async for raw in process.stdout:
        line: Line = json.loads(raw)
        if "done" not in line:
            return line
        if await tell(line["done"], line["total"]):
            return {"cancelled": True}
    log.warning("bot_training_died", returncode=await process.wait())
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
