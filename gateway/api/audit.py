"""Who did what."""

from typing import Annotated, Any

from pydantic import Field

from core.permissions import Permission, needs
from gateway.routes import Call, route
from gateway.shapes.basics import Input, Items
from storage.views.audit import audit_list


class AuditQuery(Input):
    cursor: Annotated[int, Field(ge=1, le=9_007_199_254_740_991)] | None = None


class AuditPage(Items):
    next: str | None


@route(
    "GET",
    "/api/v1/audit",
    access=needs(Permission.AUDIT_READ),
    summary="Who did what, newest first",
    tag="audit",
    query=AuditQuery,
    returns=AuditPage,
)
async def get_audit(call: Call) -> dict[str, Any]:
    query: AuditQuery = call.query
    return await call.parts.store.read(audit_list, query.cursor)
