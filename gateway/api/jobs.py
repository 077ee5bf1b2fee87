"""Long work of one's own: how far it is, stopping it, and the file it wrote."""

from datetime import datetime
from typing import Any
from urllib.parse import quote

from aiohttp import web

from core.errors import NotFound
from core.jobs import JobStatus, job_view
from core.permissions import SIGNED_IN
from core.staff import Viewer
from gateway.routes import Call, route
from gateway.shapes.basics import Count, Output
from storage.engine.transaction import SqlTx
from storage.jobs import cancel_job, job_of, jobs_of, parts_of


class JobOut(Output):
    id: str
    kind: str
    status: JobStatus
    done: Count
    total: Count | None
    file_name: str
    problem: str
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
