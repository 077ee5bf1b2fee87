"""Possible duplicates in SQL: finding who is alike, and keeping which pairs were found and decided."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import and_, delete, func, insert, or_, select, union_all, update

from core.errors import NotFound
from core.ids import PartyId, UserId
from crm.duplicates.events import DuplicatesChanged
from crm.duplicates.model import Duplicate, PairState, in_order
from crm.identity.blocking import keys_of
from crm.identity.profile import Profile
from crm.identity.scoring import Score, Verdict, Weights, score, verdict
from storage.engine.transaction import SqlTx
from storage.match_keys import profiles_of
from storage.match_weights import weights_of
from storage.schema import duplicates, match_keys, parties

MOST_OF_A_KEY = 200  # a key that more share says nothing
MOST_COMPARED = 50
MOST_KEPT = 10  # of one party
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Alike:
    """`proved`: as sure without what people merely claim of themselves."""

    party_id: PartyId
    probability: float
    score: Score
    proved: bool = False


def base_size(tx: SqlTx) -> int:
    """How many parties there are; it reads them all."""
    return int(tx.conn.execute(select(func.count()).select_from(parties)).scalar_one())


def alike(tx: SqlTx, profile: Profile, *, base: int, but: str = "") -> list[Alike]:
    """Who is likely the same, the likeliest first; `base` is about how many parties there are."""
    weights = weights_of(tx)
    found = []
    for party_id, likeness in compared_with(tx, profile, but, weights).items():
        probability = likeness.probability(base)
        if verdict(probability, weights) is not Verdict.NEW:
            found.append(Alike(PartyId(party_id), probability, likeness))
    found = sorted(found, key=lambda one: (-one.probability, one.party_id))[:MOST_KEPT]
    return _with_proof(tx, found, base, but, weights) if but else found


def compared_with(tx: SqlTx, profile: Profile, but: str, weights: Weights) -> dict[str, Score]:
    """Everybody who shares a key with the profile, but one, and how alike they are."""
    near = profiles_of(tx.conn, _near(tx, keys_of(profile), but))
    return {party_id: score(profile, other, weights) for party_id, other in near.items()}


def _with_proof(tx: SqlTx, found: Sequence[Alike], base: int, party_id: str, weights: Weights) -> list[Alike]:
    certain = [one.party_id for one in found if _is_certain(one.score, base, weights)]
    if not certain:
        return list(found)
    known = profiles_of(tx.conn, [party_id, *certain], with_claims=False)
    likeness = {other: score(known[party_id], known[other], weights) for other in certain}
    sure = {
        other
        for other, found_so in likeness.items()
        if _is_certain(found_so, base, weights) and found_so.is_proof
    }
    return [replace(one, proved=one.party_id in sure) for one in found]


def _is_certain(likeness: Score, base: int, weights: Weights) -> bool:
    return verdict(likeness.probability(base), weights) is Verdict.CERTAIN


def keep_found(tx: SqlTx, party_id: PartyId, found: Sequence[Alike]) -> None:
    """The party's open pairs are those found now; what somebody decided stays decided."""
    tx.lock("duplicates")
    live = set(tx.conn.execute(_live([party_id, *(one.party_id for one in found)])).scalars())
    known = {pair.other_of(party_id): pair for pair in _pairs_with(tx, party_id)}
    wanted = {one.party_id: one for one in found if one.party_id in live} if party_id in live else {}
    gone = [other for other, pair in known.items() if pair.state is PairState.OPEN and other not in wanted]
    for other in gone:
        tx.conn.execute(delete(duplicates).where(_pair(party_id, other)))
    changed = set(gone)
    for other, one in wanted.items():
        if other not in known:
            tx.conn.execute(insert(duplicates), _new_row(tx, party_id, one))
            changed.add(other)
        elif known[other].state is PairState.OPEN:
            values = {"probability": one.probability, "reasons": _reasons(party_id, one)}
            tx.conn.execute(update(duplicates).where(_pair(party_id, other)).values(values))
    _tell(tx, [party_id, *changed] if changed else [])


def say_not_same(tx: SqlTx, one: PartyId, other: PartyId, by: UserId) -> None:
    """Remembered for good; also of two that nobody had taken for one."""
    _decide(tx, one, other, PairState.NOT_SAME, by)


def say_merged(tx: SqlTx, one: PartyId, other: PartyId, by: UserId | None) -> None:
    _decide(tx, one, other, PairState.MERGED, by)


def forget_not_same(tx: SqlTx, one: PartyId, other: PartyId) -> None:
    """As if nobody had said so."""
    said = duplicates.c.state == PairState.NOT_SAME.value
    tx.conn.execute(delete(duplicates).where(_pair(one, other), said))


def forget_open(tx: SqlTx, party_id: PartyId) -> None:
    """Of one that stands for itself no more: nobody can be the same as it."""
    undecided = duplicates.c.state.in_([PairState.OPEN.value, PairState.SAMPLE.value])
    tx.conn.execute(delete(duplicates).where(_touches(party_id), undecided))
    tx.conn.execute(delete(match_keys).where(match_keys.c.party_id == party_id))


def reopen(tx: SqlTx, one: PartyId, other: PartyId) -> None:
    """Takes a decision back. Raises `NotFound` when there was none."""
    if not tx.conn.execute(
        update(duplicates).where(_pair(one, other)).values(state="open", decided_at=None, decided_by=None)
    ).rowcount:
        raise NotFound(what="pair", id=f"{one}, {other}")
    _tell(tx, [one, other])


def pairs_of(tx: SqlTx, party_id: PartyId, state: PairState = PairState.OPEN) -> list[Duplicate]:
    """The likeliest first."""
    found = [pair for pair in _pairs_with(tx, party_id) if pair.state is state]
    return sorted(found, key=lambda pair: -pair.probability)


def of(row: Any) -> Duplicate:
    return Duplicate(
        one_id=PartyId(row["one_id"]),
        other_id=PartyId(row["other_id"]),
        state=PairState(row["state"]),
        probability=row["probability"],
        reasons=row["reasons"],
        found_at=row["found_at"],
        decided_at=row["decided_at"],
        decided_by=row["decided_by"],
    )


def _near(tx: SqlTx, keys: Sequence[int], but: str) -> list[str]:
    """Those who share a key that few have, who share most first."""
    if not keys:
        return []
    each = [
        select(match_keys.c.key, match_keys.c.party_id)
        .where(match_keys.c.key == key)
        .limit(MOST_OF_A_KEY + 1)
        .subquery()
        for key in keys
    ]
    rows = tx.conn.execute(union_all(*(select(one) for one in each))).all()
    sizes = Counter(row.key for row in rows)
    shared: Counter[str] = Counter()
    for row in rows:
        if sizes[row.key] <= MOST_OF_A_KEY and row.party_id != but:
            shared[row.party_id] += 1
    return [party_id for party_id, _ in shared.most_common(MOST_COMPARED)]


def _decide(tx: SqlTx, one: PartyId, other: PartyId, state: PairState, by: UserId | None) -> None:
    tx.lock("duplicates")
    decided = {"state": state.value, "decided_at": tx.now, "decided_by": by}
    if not tx.conn.execute(update(duplicates).where(_pair(one, other)).values(decided)).rowcount:
        first, second = in_order(one, other)
        row = {"one_id": first, "other_id": second, "probability": 0.0, "reasons": [], "found_at": tx.now}
        tx.conn.execute(insert(duplicates), {**row, **decided})
    _tell(tx, [one, other])


def _pairs_with(tx: SqlTx, party_id: PartyId) -> list[Duplicate]:
    return [of(row) for row in tx.conn.execute(select(duplicates).where(_touches(party_id))).mappings()]


def _touches(party_id: PartyId) -> Any:
    return or_(duplicates.c.one_id == party_id, duplicates.c.other_id == party_id)


def _pair(one: PartyId, other: PartyId) -> Any:
    first, second = in_order(one, other)
    return and_(duplicates.c.one_id == first, duplicates.c.other_id == second)


def _live(party_ids: Iterable[PartyId]) -> Any:
    return select(parties.c.id).where(parties.c.id.in_(list(party_ids)), parties.c.merged_into.is_(None))


def _new_row(tx: SqlTx, party_id: PartyId, one: Alike) -> Row:
    first, second = in_order(party_id, one.party_id)
    return {
        "one_id": first,
        "other_id": second,
        "state": PairState.OPEN.value,
        "probability": one.probability,
        "reasons": _reasons(party_id, one),
        "found_at": tx.now,
    }


def _reasons(party_id: PartyId, one: Alike) -> list[Row]:
    """With the values in the pair's order."""
    turned = party_id > one.party_id
    return [
        {
            **asdict(reason),
            "bits": round(reason.bits, 1),
            "one": reason.other if turned else reason.one,
            "other": reason.one if turned else reason.other,
        }
        for reason in one.score.reasons
    ]


def _tell(tx: SqlTx, party_ids: Iterable[PartyId]) -> None:
    for party_id in sorted(set(party_ids)):
        tx.emit(DuplicatesChanged(party_id=party_id))
