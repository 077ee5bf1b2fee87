"""Long work of one's own: how far it is, stopping it, and the file it wrote."""

from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from core.errors import NotFound, WrongState
from core.jobs import JobStatus, job_view
from core.permissions import SIGNED_IN
from core.staff import Viewer
from gateway.party_jobs import UNDO
from gateway.routes import Call, route
from gateway.shapes.basics import Count, Output
from storage.engine.transaction import SqlTx
from storage.jobs import JOBS, cancel_job, job_of, jobs_of, parts_of, start_job, tell


class JobOut(Output):
    id: str
    kind: str
    status: JobStatus
    done: Count
    total: Count | None
    file_name: str
    problem: str
    undoable: bool
    created_at: datetime
    started_at: datetime | None
    updated_at: datetime
    ended_at: datetime | None


class JobAnswer(Output):
    job: JobOut


class JobList(Output):
    items: list[JobOut]


@route(
    "GET",
    "/api/v1/jobs",
    access=SIGNED_IN,
    summary="My long work, newest first",
    tag="jobs",
    returns=JobList,
)
async def list_jobs(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(jobs_of, call.viewer.user_id)}


@route(
    "POST",
    "/api/v1/jobs/{job_id}/cancel",
    access=SIGNED_IN,
    summary="Stop it; what is done stays done",
    tag="jobs",
    returns=JobAnswer,
)
async def stop_job(call: Call) -> dict[str, Any]:
    job = await call.parts.store.write(cancel_job, call.viewer.user_id, call.path["job_id"])
    return {"job": job_view(job)}


@route(
    "POST",
    "/api/v1/jobs/{job_id}/undo",
    access=SIGNED_IN,
    summary="Take back a change of many, as long work; what somebody changed since stays",
    tag="jobs",
    returns=JobAnswer,
    status=202,
)
async def undo_job(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_undo, call.viewer, call.path["job_id"])}


@route(
    "GET",
    "/api/v1/jobs/{job_id}/file",
    access=SIGNED_IN,
    summary="The file it wrote",
    tag="jobs",
    sends="text/csv",
)
async def get_job_file(call: Call) -> web.Response:
    name, data = await call.parts.store.read(_file, call.viewer, call.path["job_id"])
    return web.Response(
        body=data,
        content_type="text/csv",
        charset="utf-8",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name, safe='')}"},
    )


def _file(tx: SqlTx, viewer: Viewer, job_id: str) -> tuple[str, bytes]:
    job = job_of(tx, viewer.user_id, job_id)
    if job.status is not JobStatus.DONE or not job.file_name:
        raise NotFound(what="file of job", id=job_id)
    return job.file_name, b"".join(parts_of(tx, job_id))


def _undo(tx: SqlTx, viewer: Viewer, job_id: str) -> dict[str, Any]:
    """Once. Raises `WrongState` for one that is not over, changed nothing, or was taken back."""
    job_of(tx, viewer.user_id, job_id)
    job = JOBS.to_change(tx, job_id)
    if not job.undoable:
        raise WrongState(what="job", state=job.status.value, wanted="over, and not taken back yet")
    job = JOBS.save(tx, replace(job, params={**job.params, "undone": True}))
    tell(tx, job)
    return job_view(start_job(tx, UNDO, viewer.user_id, {"of": job.id}))
