"""Possible duplicates: the list to go through, those of one customer, those of one who is being written down."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from core.errors import InvalidInput
from core.ids import PartyId
from core.jobs import job_view
from core.permissions import Permission, needs
from core.staff import Viewer
from core.words import ContactKind
from crm.duplicates.model import PairState
from crm.identity.profile import Profile
from crm.identity.scoring import DEFAULT
from crm.parties.model import PartyKind
from gateway.api.jobs import JobAnswer
from gateway.duplicate_jobs import FIND, LEARN
from gateway.routes import Call, route
from gateway.shapes.basics import NO_NUL, Id, Input, Page
from gateway.shapes.duplicates import Comparison, Likely, PairOut, Pairs, Quality
from gateway.typed_addresses import typed_address
from storage import audit
from storage.duplicates import alike, pairs_of, reopen, say_not_same
from storage.engine.transaction import SqlTx
from storage.jobs import start_job
from storage.match_keys import profile_of
from storage.match_weights import quality
from storage.merges import counted
from storage.views import parties
from storage.views.duplicates import known_of, may_propose, of_party, review, shown, side_by_side
from storage.views.parties import find

MERGE = needs(Permission.CUSTOMERS_MERGE)
UNSEEN = {"contact_points": [], "facts": [], "tags": [], "open": 0, "conversations": 0, "last_at": None}
Line = Annotated[str, StringConstraints(strip_whitespace=True, max_length=300, pattern=NO_NUL)]


class ReviewPage(Page):
    state: PairState = PairState.OPEN


class PairBody(Input):
    one: Id
    other: Id


class WrittenPoint(Input):
    kind: ContactKind
    value: Line


class WrittenParty(Input):
    """A form that is being filled: what is not yet an address is left out."""

    kind: PartyKind = PartyKind.PERSON
    name: Line = ""
    birth_date: date | None = None
    contact_points: Annotated[list[WrittenPoint], Field(max_length=20)] = Field(default_factory=list)
    numbers: Annotated[dict[str, Line], Field(max_length=10)] = Field(default_factory=dict)


@route(
    "GET",
    "/api/v1/duplicates",
    access=needs(Permission.CUSTOMERS_READ_ALL),
    summary="Pairs of customers that may be one, the likeliest first",
    tag="duplicates",
    query=ReviewPage,
    returns=Pairs,
)
async def list_pairs(call: Call) -> dict[str, Any]:
    page: ReviewPage = call.query
    return await call.parts.store.read(review, call.viewer, page.state, page.cursor, page.limit)


@route(
    "POST",
    "/api/v1/duplicates/check",
    access=needs(Permission.CUSTOMERS_READ),
    summary="Whom a customer who is being written down may be",
    tag="duplicates",
    body=WrittenParty,
    returns=Likely,
)
async def check(call: Call) -> dict[str, Any]:
    profile = written_profile(call.body, call.parts.settings.business.country)
    base = await call.parts.base.size(call.parts.store)
    return {"items": await call.parts.store.read(likely, call.viewer, profile, base)}


@route(
    "POST",
    "/api/v1/duplicates/search",
    access=MERGE,
    summary="Go through the whole base, as long work",
    tag="duplicates",
    returns=JobAnswer,
    status=202,
)
async def search_all(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_search_all, call.viewer)}


@route(
    "POST",
    "/api/v1/duplicates/learn",
    access=needs(Permission.CUSTOMERS_MODEL),
    summary="Learn from the base what its duplicates look like, as long work; draws pairs to be judged",
    tag="duplicates",
    returns=JobAnswer,
    status=202,
)
async def learn_all(call: Call) -> dict[str, Any]:
    return {"job": await call.parts.store.write(_learn_all, call.viewer)}


@route(
    "GET",
    "/api/v1/duplicates/quality",
    access=needs(Permission.CUSTOMERS_READ_ALL),
    summary="How good the proposals are, by the drawn pairs that somebody judged",
    tag="duplicates",
    returns=Quality,
)
async def get_quality(call: Call) -> dict[str, Any]:
    return await call.parts.store.read(quality, DEFAULT.likely)


@route(
    "POST",
    "/api/v1/duplicates/not-same",
    access=MERGE,
    summary="Say that two customers are not the same",
    tag="duplicates",
    body=PairBody,
    returns=PairOut,
)
async def not_same(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_not_same, call.viewer, call.body)


@route(
    "POST",
    "/api/v1/duplicates/reopen",
    access=MERGE,
    summary="Take back that two customers are not the same",
    tag="duplicates",
    body=PairBody,
    returns=PairOut,
)
async def reopen_pair(call: Call) -> dict[str, Any]:
    return await call.parts.store.write(_reopen, call.viewer, call.body)


@route(
    "GET",
    "/api/v1/parties/{party_id}/duplicates",
    access=needs(Permission.CUSTOMERS_READ),
    summary="Whom a customer may be the same as",
    tag="duplicates",
    returns=Likely,
)
async def duplicates_of(call: Call) -> dict[str, Any]:
    return {"items": await call.parts.store.read(_of_party, call.viewer, PartyId(call.path["party_id"]))}


@route(
    "GET",
    "/api/v1/parties/{party_id}/compare/{other_id}",
    access=MERGE,
    summary="Two customers side by side, with what a merge would move",
    tag="duplicates",
    returns=Comparison,
)
async def compare(call: Call) -> dict[str, Any]:
    ids = PartyId(call.path["party_id"]), PartyId(call.path["other_id"])
    return await call.parts.store.read(_compare, call.viewer, *ids)


def written_profile(body: WrittenParty, country: str) -> Profile:
    addresses = []
    for point in body.contact_points:
        try:
            address = typed_address(point.kind, point.value, country)
        except InvalidInput:
            continue
        addresses.append((address.kind, address.value))
    told = {**body.numbers, "birth_date": body.birth_date.isoformat() if body.birth_date else ""}
    return profile_of(body.kind, body.name, addresses, told)


def likely(tx: SqlTx, viewer: Viewer, profile: Profile, base: int) -> list[dict[str, Any]]:
    """The likeliest first, each with its reasons.

    Of a customer who is not the viewer's to see only the name is told, and what was typed of them.
    """
    found = alike(tx, profile, base=base)
    ids = [one.party_id for one in found]
    briefs, seen = side_by_side(tx, viewer, ids), known_of(tx, viewer, ids)
    return [
        {
            "party": brief if one.party_id in seen else {**brief, **UNSEEN},
            "probability": one.probability,
            "reasons": [
                {
                    "field": r.field,
                    "level": r.level,
                    "bits": round(r.bits, 1),
                    "one": r.one,
                    "other": r.other if one.party_id in seen else "",
                }
                for r in one.score.reasons
            ],
        }
        for one in found
        for brief in (briefs[one.party_id],)
    ]


def require_pair(tx: SqlTx, viewer: Viewer, one: PartyId, other: PartyId) -> None:
    """Raises `NotFound` for a pair that is not the viewer's to decide."""
    if not may_propose(tx, viewer, one, other):
        find(tx, viewer, one)
        find(tx, viewer, other)


def _of_party(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> list[dict[str, Any]]:
    return of_party(tx, viewer, parties.find(tx, viewer, party_id))


def _compare(tx: SqlTx, viewer: Viewer, one: PartyId, other: PartyId) -> dict[str, Any]:
    require_pair(tx, viewer, one, other)
    one, other = tx.parties.get(one).id, tx.parties.get(other).id
    both = side_by_side(tx, viewer, [one, other])
    counts = {party_id: counted(tx, party_id) for party_id in (one, other)}
    return {"one": both[one], "other": both[other], "counts": counts}


def _not_same(tx: SqlTx, viewer: Viewer, body: PairBody) -> dict[str, Any]:
    one, other = _pair(tx, viewer, body)
    if one == other:
        raise InvalidInput(problem="A customer is always the same as themselves")
    say_not_same(tx, one, other, viewer.user_id)
    audit.record(tx, viewer.user_id, "said_not_same", one, other=other)
    return _shown(tx, viewer, one, other, PairState.NOT_SAME)


def _reopen(tx: SqlTx, viewer: Viewer, body: PairBody) -> dict[str, Any]:
    one, other = _pair(tx, viewer, body)
    reopen(tx, one, other)
    audit.record(tx, viewer.user_id, "pair_reopened", one, other=other)
    return _shown(tx, viewer, one, other, PairState.OPEN)


def _pair(tx: SqlTx, viewer: Viewer, body: PairBody) -> tuple[PartyId, PartyId]:
    one, other = tx.parties.get(PartyId(body.one)).id, tx.parties.get(PartyId(body.other)).id
    require_pair(tx, viewer, one, other)
    return one, other


def _shown(tx: SqlTx, viewer: Viewer, one: PartyId, other: PartyId, state: PairState) -> dict[str, Any]:
    pairs = [pair for pair in pairs_of(tx, one, state) if other in (pair.one_id, pair.other_id)]
    return shown(tx, viewer, pairs)[0]


def _search_all(tx: SqlTx, viewer: Viewer) -> dict[str, Any]:
    audit.record(tx, viewer.user_id, "duplicates_searched", "")
    return job_view(start_job(tx, FIND, viewer.user_id, {}))


def _learn_all(tx: SqlTx, viewer: Viewer) -> dict[str, Any]:
    audit.record(tx, viewer.user_id, "match_weights_learned", "")
    return job_view(start_job(tx, LEARN, viewer.user_id, {}))
