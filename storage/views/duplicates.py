"""Possible duplicates side by side, for whoever decides whether they are one."""

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import and_, func, or_, select

from core.ids import PartyId
from core.staff import Viewer
from crm.duplicates.model import Duplicate, PairState
from crm.parties.model import Fact
from storage.duplicates import of, pairs_of
from storage.engine.transaction import SqlTx
from storage.fields import unseen_by
from storage.schema import duplicates, parties
from storage.views.paging import foreign_cursor
from storage.views.parties import WITH_FACTS, surviving
from storage.views.party_list import PARTIES, shape
from storage.views.scope import knows_party

CURSOR = re.compile(r"([0-9.e-]{1,25})_([0-9A-Za-z-]{1,64})_([0-9A-Za-z-]{1,64})", re.ASCII)


def review(tx: SqlTx, viewer: Viewer, state: PairState, cursor: str | None, limit: int) -> dict[str, Any]:
    """All pairs, the likeliest first, for who looks after the whole base."""
    in_state = duplicates.c.state == state.value
    query = select(duplicates).where(in_state)
    total = tx.conn.execute(select(func.count()).select_from(duplicates).where(in_state)).scalar_one()
    if cursor:
        query = query.where(_behind(cursor))
    order = (duplicates.c.probability.desc(), duplicates.c.one_id, duplicates.c.other_id)
    rows = tx.conn.execute(query.order_by(*order).limit(limit + 1)).mappings().all()
    pairs = [of(row) for row in rows[:limit]]
    return {
        "items": shown(tx, viewer, pairs),
        "next": _cursor(pairs[-1]) if len(rows) > limit else None,
        "total": total,
    }


def of_party(tx: SqlTx, viewer: Viewer, party_id: PartyId) -> list[dict[str, Any]]:
    """Whom the party may be the same as, the likeliest first; the caller saw to it that the viewer may know it."""
    return [
        {
            "party": pair["one"] if pair["other"]["id"] == party_id else pair["other"],
            "probability": pair["probability"],
            "reasons": pair["reasons"],
        }
        for pair in shown(tx, viewer, pairs_of(tx, party_id))
    ]


def shown(tx: SqlTx, viewer: Viewer, pairs: Sequence[Duplicate]) -> list[dict[str, Any]]:
    briefs = side_by_side(
        tx, viewer, [party_id for pair in pairs for party_id in (pair.one_id, pair.other_id)]
    )
    return [
        {
            "one": briefs[pair.one_id],
            "other": briefs[pair.other_id],
            "state": pair.state.value,
            "probability": pair.probability,
            "reasons": list(pair.reasons),
            "found_at": pair.found_at.isoformat(),
            "decided_at": pair.decided_at.isoformat() if pair.decided_at else None,
            "decided_by": pair.decided_by,
        }
        for pair in pairs
        if pair.one_id in briefs and pair.other_id in briefs
    ]


def side_by_side(tx: SqlTx, viewer: Viewer, party_ids: Sequence[PartyId]) -> dict[str, dict[str, Any]]:
    """What is compared of each: as in lists, and the values of the file."""
    wanted = list(dict.fromkeys(party_ids))
    rows = tx.conn.execute(select(*PARTIES.columns).where(parties.c.id.in_(wanted))).mappings().all()
    told, unseen = tx.parties.facts_of(wanted), unseen_by(tx, viewer)
    return {
        brief["id"]: {
            **brief,
            "facts": _facts([fact for fact in told[brief["id"]] if fact.field not in unseen]),
        }
        for brief in shape(tx, viewer, rows)
    }


def known_of(tx: SqlTx, viewer: Viewer, party_ids: Sequence[PartyId]) -> set[str]:
    """Those of them that the viewer may see."""
    mine = select(parties.c.id).where(parties.c.id.in_(party_ids), knows_party(viewer, parties.c.id))
    return set(tx.conn.execute(mine).scalars())


def may_propose(tx: SqlTx, viewer: Viewer, one: PartyId, other: PartyId) -> bool:
    """Whoever knows one of a proposed pair is shown the other; else one has to know both."""
    known = [
        bool(viewer.sees_all_files or tx.conn.execute(select(knows_party(viewer, party_id))).scalar())
        for party_id in (one, other)
    ]
    proposed = any(other in (pair.one_id, pair.other_id) for pair in pairs_of(tx, one))
    return all(known) or (any(known) and proposed)


def _facts(told: Sequence[Fact]) -> list[dict[str, Any]]:
    return [
        {name: value[name] for name in ("family", "field", "value", "source", "rank", "at")}
        for family in WITH_FACTS
        for value in surviving(told, family)
    ]


def _cursor(pair: Duplicate) -> str:
    return f"{pair.probability!r}_{pair.one_id}_{pair.other_id}"


def _behind(cursor: str) -> Any:
    match = CURSOR.fullmatch(cursor)
    try:
        probability = float(match[1]) if match else -1.0
    except ValueError:
        probability = -1.0
    if match is None or probability < 0:
        raise foreign_cursor()
    same = duplicates.c.probability == probability
    return or_(
        duplicates.c.probability < probability,
        and_(same, duplicates.c.one_id > match[2]),
        and_(same, duplicates.c.one_id == match[2], duplicates.c.other_id > match[3]),
    )
