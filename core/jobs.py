"""Long work that a member of staff asked for: an export, a change of many. It runs in batches and survives a crash."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

RUN_JOB = "job.run"
UNDOABLE = frozenset({"edit_parties", "tag_parties"})


class JobStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`place` is where the next batch goes on, the kind's own words; it is stored with the batch before it.

    `done` of `total` things are done; `total` is None until it is known. `file_name` names what it writes, if it
    writes a file. `problem` says why it failed.
    """

    id: str
    kind: str
    owner_id: str
    status: JobStatus
    params: Mapping[str, Any]
    created_at: datetime
    updated_at: datetime
    place: Mapping[str, Any]
    done: int = 0
    total: int | None = None
    file_name: str = ""
    problem: str = ""
    started_at: datetime | None = None
    ended_at: datetime | None = None
    version: int = 1

    @property
    def over(self) -> bool:
        return self.status in (JobStatus.DONE, JobStatus.FAILED, JobStatus.CANCELLED)

    @property
    def undoable(self) -> bool:
        """What it did can be taken back, once."""
        return self.over and self.kind in UNDOABLE and bool(self.done) and not self.params.get("undone")


def job_view(job: Job) -> dict[str, Any]:
    """What its owner sees of it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "status": job.status.value,
        "done": job.done,
        "total": job.total,
        "file_name": job.file_name,
        "problem": job.problem,
        "undoable": job.undoable,
        "created_at": job.created_at.isoformat(),
        "started_at": job.started_at.isoformat() if job.started_at else None,
        "updated_at": job.updated_at.isoformat(),
        "ended_at": job.ended_at.isoformat() if job.ended_at else None,
    }
