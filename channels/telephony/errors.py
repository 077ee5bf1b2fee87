"""The provider's refusals in the words of the product: try later, credentials bad, refused.

`TryLater` carries `in_doubt=True` when the request may have been carried out all the same: no answer came back,
so the next attempt asks what became of this one before it sends again.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from core.errors import CredentialsBad, FilrougeError, Refused, TryLater

SERVICE = "The telephone provider"


def refusal(status: int, headers: Mapping[str, str], body: str, now: datetime | None = None) -> FilrougeError:
    """The error for an answer of status 300 or more; `headers` are looked up by their usual names."""
    code, said = _said(body)
    problem = f"{said or 'no reason given'} (HTTP {status}{f', code {code}' if code else ''})"
    if status in (401, 403):
        return CredentialsBad(service=SERVICE, problem=problem)
    if status == 429 or status >= 500 or status < 400:
        after = _seconds(headers.get("Retry-After", ""), now or datetime.now(UTC))
        return TryLater(
            service=SERVICE, problem=problem, after=after, in_doubt=status >= 500 and status != 503
        )
    return Refused(service=SERVICE, problem=problem, provider_code=code)


def unreachable(problem: str, *, in_doubt: bool) -> TryLater:
    """No answer at all. `in_doubt`: the request may have reached the provider."""
    return TryLater(service=SERVICE, problem=problem, after=None, in_doubt=in_doubt)


def _said(body: str) -> tuple[str, str]:
    """(code, message) of the provider's error body, or empty texts."""
    try:
        answer = json.loads(body)
    except ValueError:
        return "", ""
    if not isinstance(answer, dict):
        return "", ""
    code = answer.get("code")
    return ("" if code is None else str(code)), str(answer.get("message") or "")


def _seconds(value: str, now: datetime) -> float | None:
    """Retry-After, as seconds or as a date (RFC 9110 §10.2.3); None when there is none to read."""
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
