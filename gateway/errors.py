"""From the tree of errors to HTTP: the one table of statuses, and the one JSON shape.

The domain knows no HTTP; a new error class without a line here fails a test.
"""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import structlog
from aiohttp import web
from pydantic import ValidationError

from core.errors import FilrougeError

log = structlog.get_logger(__name__)

STATUS: Mapping[str, int] = {
    "error": 500,
    "settings": 500,
    "invalid_input": 422,
    "invalid_filter": 422,
    "invalid_address": 422,
    "invalid_value": 422,
    "value_changed": 409,
    "draft_changed": 409,
    "version_not_ready": 409,
    "changed_meanwhile": 412,
    "still_used": 409,
    "possible_duplicates": 409,
    "login_taken": 422,
    "name_taken": 422,
    "password_length": 422,
    "not_an_agent": 422,
    "last_administrator": 409,
    "malformed": 400,
    "unknown_report": 400,
    "too_large": 413,
    "not_found": 404,
    "not_signed_in": 401,
    "sign_in_refused": 401,
    "forbidden": 403,
    "own_account": 403,
    "outside_network": 403,
    "cross_site": 403,
    "too_many_requests": 429,
    "bad_signature": 403,
    "stale_handler": 409,
    "wrong_state": 409,
    "no_reachable_address": 409,
    "offer_gone": 409,
    "try_later": 503,
    "credentials_bad": 502,
    "refused": 502,
    "store_unavailable": 503,
    "bot_files_invalid": 422,
    "bot_model_unreadable": 500,
    "at_capacity": 409,
}
INSIDE = "It cannot be done now, through no fault of yours; try again, and see the log for the reason."
RETRY_AFTER = "5"  # seconds, for a source that was told "not now"
OF_HTTP = {404: "not_found", 405: "method_not_allowed", 413: "too_large", 415: "malformed"}


class CrossSite(FilrougeError):
    """A page of another site made the browser call us; nothing was done."""

    code = "cross_site"
    message = "A change needs the header X-Filrouge or this site's own Origin."


def problem(code: str, message: str, details: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """The body of every error answer."""
    return {"error": {"code": code, "message": message, "details": list(details)}}


def error_response(error: FilrougeError) -> web.Response:
    """The answer for an error of the tree; one without a line in the table is a 500."""
    status = STATUS.get(error.code, 500)
    ours = status >= 500  # what is wrong inside is for the log, not for whoever calls
    body = problem(error.code, INSIDE) if ours else problem(error.code, str(error), _facts(error))
    response = web.json_response(body, status=status)
    if status == 503:
        response.headers["Retry-After"] = RETRY_AFTER
    if error.code == "too_many_requests":
        response.headers["Retry-After"] = str(error.facts.get("seconds", RETRY_AFTER))
    return response


def validation_response(error: ValidationError, where: str) -> web.Response:
    """All that is wrong with a body or a query at once, each with its place."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    if any(e["type"] == "json_invalid" for e in found):
        return web.json_response(problem("malformed", f"The body is not JSON: {found[0]['msg']}"), status=400)
    details = [
        {
            "field": ".".join([where, *(str(part) for part in e["loc"])]),
            "problem": e["msg"],
            "type": e["type"],
        }
        for e in found
    ]
    fields = ", ".join(detail["field"] for detail in details)
    return web.json_response(problem("invalid_input", f"Mend these fields: {fields}.", details), status=422)


def http_response(error: web.HTTPException) -> web.StreamResponse:
    """aiohttp's own refusals (no such path, wrong method, body too large) in our shape."""
    if error.status < 400:
        return web.Response(status=error.status, headers={"Location": error.headers.get("Location", "/")})
    code = OF_HTTP.get(error.status, "http_error")
    response = web.json_response(problem(code, error.reason), status=error.status)
    if allow := error.headers.get("Allow"):
        response.headers["Allow"] = allow
    return response


def unexpected_response(error: Exception, correlation: str) -> web.Response:
    """What nobody foresaw: logged whole, told only by the id under which it was logged."""
    log.error("request_failed", exc_info=error)
    message = f"Something went wrong on our side; quote {correlation} when you report it."
    return web.json_response(problem("error", message, [{"correlation": correlation}]), status=500)


async def answer(error: BaseException, correlation: str) -> web.StreamResponse:
    """Any exception of a handler as an answer; cancellation goes on."""
    if isinstance(error, asyncio.CancelledError) or not isinstance(error, Exception):
        raise error
    if isinstance(error, FilrougeError):
        response: web.StreamResponse = error_response(error)
        level = log.warning if response.status >= 500 else log.info
        level("request_refused", code=error.code, problem=str(error))
        return response
    if isinstance(error, web.HTTPException):
        return http_response(error)
    if isinstance(error, ValidationError):
        return validation_response(error, "body")
    return unexpected_response(error, correlation)


def _facts(error: FilrougeError) -> list[dict[str, Any]]:
    """What the error is about, as far as it is plain; never what was sent to us."""
    plain = {
        name: value
        if value is None or isinstance(value, int | float | str | bool | list | dict)
        else str(value)
        for name, value in error.facts.items()
    }
    return [plain] if plain else []
