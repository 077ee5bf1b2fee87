"""How far a sender's address can be believed: what our own mail server found, and nobody else.

Anyone can write an Authentication-Results header. Only the topmost one that names our server (`trusted_mx`) counts; a
server that keeps RFC 8601 §5 removes forged ones of its own name.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

from authres import AuthenticationResultsHeader
from authres.core import AuthResError

from core.words import Assurance

MAX_HEADER = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What our server said of SPF, DKIM and DMARC; empty when it said nothing."""

    results: dict[str, str]
    assurance: Assurance


UNKNOWN = Verdict(results={}, assurance=Assurance.UNVERIFIED)


def judge(head: Message, sender: str, trusted_mx: str) -> Verdict:
    """The verdict on the sender's address; VERIFIED needs DMARC, or a DKIM signature of the sender's own domain."""
    results = list(_results(head, trusted_mx)) if trusted_mx else []
    if not results:
        return UNKNOWN
    said: dict[str, str] = {}
    for result in results:
        method, value = str(result.method).lower(), str(result.result).lower()
        if said.get(method) != "pass":  # of several DKIM signatures one good one is enough
            said[method] = value
    domain = sender.rpartition("@")[2].lower()
    verified = any(_vouches(result, domain) for result in results)
    return Verdict(
        results={method: said[method] for method in ("spf", "dkim", "dmarc") if method in said},
        assurance=Assurance.VERIFIED if verified and said.get("dmarc") != "fail" else Assurance.UNVERIFIED,
    )


def _results(head: Message, trusted_mx: str) -> Iterator[Any]:
    for value in head.get_all("Authentication-Results", ()):
        try:
            parsed = AuthenticationResultsHeader.parse_value(" ".join(str(value)[:MAX_HEADER].split()))
        except (AuthResError, ValueError, TypeError, AttributeError, RecursionError):
            continue
        if str(parsed.authserv_id or "").lower() == trusted_mx.lower():
            yield from (r for r in parsed.results or () if getattr(r, "method", None))
            return


def _vouches(result: Any, domain: str) -> bool:
    if str(result.result).lower() != "pass":
        return False
    found = {f"{p.type}.{p.name}".lower(): str(p.value or "") for p in result.properties or ()}
    if result.method == "dmarc":
        return _host(found.get("header.from", "")) == domain
    if result.method == "dkim":
        signer = _host(found.get("header.d") or found.get("header.i", ""))
        return "." in signer and (domain == signer or domain.endswith(f".{signer}"))
    return False


def _host(value: str) -> str:
    return value.rpartition("@")[2].strip().lower().rstrip(".")
