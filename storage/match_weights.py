"""The weights that hold, as they were learned from this base, and how good they are by what people judged."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import and_, insert, select

from core.ids import PartyId, new_id
from crm.duplicates.model import PairState, in_order
from crm.identity.compare import Field, Level
from crm.identity.scoring import DEFAULT, Weight, Weights
from crm.identity.training import Learned
from storage.engine.transaction import SqlTx
from storage.engine.upserts import insert_or_ignore
from storage.schema import duplicates, match_samples, match_weights, users

LAST = select(match_weights.c.id).order_by(match_weights.c.id.desc()).limit(1)
KEEP_PAIR = insert_or_ignore(duplicates)
KEEP_SAMPLE = insert_or_ignore(match_samples)


def weights_of(tx: SqlTx) -> Weights:
    """What was learned last; ours while nothing was."""
    last = tx.conn.execute(LAST).scalar()
    return _known(last, tx) if last else DEFAULT


def keep_learned(tx: SqlTx, learned: Learned, base: int, by: str) -> str:
    row = {
        "id": new_id(),
        "learned_at": tx.now,
        "by_id": by,
        "base": base,
        "doubles": learned.doubles,
        "relatives": learned.relatives,
        "weights": to_json(learned.weights),
    }
    tx.conn.execute(insert(match_weights), row)
    return str(row["id"])


def draw(tx: SqlTx, one: PartyId, other: PartyId, probability: float, weight: float) -> None:
    """Puts a pair among those to be judged; one that is decided, or proposed already, is judged where it is."""
    first, second = in_order(one, other)
    pair = {"one_id": first, "other_id": second, "probability": probability}
    tx.conn.execute(KEEP_SAMPLE, {**pair, "weight": weight, "drawn_at": tx.now})
    tx.conn.execute(
        KEEP_PAIR,
        {
            **pair,
            "state": PairState.SAMPLE.value,
            "reasons": [],
            "found_at": tx.now,
            "decided_at": None,
            "decided_by": None,
        },
    )


def quality(tx: SqlTx, likely: float) -> dict[str, Any]:
    """Precision and recall of what is proposed, from the drawn pairs that somebody judged; None without any."""
    query = select(match_samples.c.probability, match_samples.c.weight, duplicates.c.state).join(
        duplicates,
        and_(
            duplicates.c.one_id == match_samples.c.one_id, duplicates.c.other_id == match_samples.c.other_id
        ),
    )
    rows = tx.conn.execute(query).all()
    judged = [row for row in rows if row.state in (PairState.MERGED.value, PairState.NOT_SAME.value)]
    proposed = sum(row.weight for row in judged if row.probability >= likely)
    same = [row for row in judged if row.state == PairState.MERGED.value]
    right = sum(row.weight for row in same if row.probability >= likely)
    true = sum(row.weight for row in same)
    return {
        "drawn": len(rows),
        "judged": len(judged),
        "precision": right / proposed if proposed else None,
        "recall": right / true if true else None,
        "learned": _learned(tx),
    }


def to_json(weights: Weights) -> dict[str, Any]:
    return {
        "doubles": weights.doubles,
        "relatives": weights.relatives,
        "bits": {
            field.value: {level.value: [one.one, one.household] for level, one in levels.items()}
            for field, levels in weights.bits.items()
        },
    }


def of_json(told: Mapping[str, Any]) -> Weights:
    return Weights(
        doubles=told["doubles"],
        relatives=told["relatives"],
        bits={
            Field(field): {Level(level): Weight(*bits) for level, bits in levels.items()}
            for field, levels in told["bits"].items()
        },
    )


def _learned(tx: SqlTx) -> dict[str, Any] | None:
    query = (
        select(match_weights, users.c.name)
        .outerjoin(users, users.c.id == match_weights.c.by_id)
        .order_by(match_weights.c.id.desc())
        .limit(1)
    )
    row = tx.conn.execute(query).mappings().first()
    if row is None:
        return None
    return {
        "at": row["learned_at"].isoformat(),
        "by": row["name"] or "",
        "base": row["base"],
        "doubles": round(row["doubles"]),
    }


_cache: dict[str, Weights] = {}


def _known(weights_id: str, tx: SqlTx) -> Weights:
    if weights_id not in _cache:
        _cache.clear()
        told = select(match_weights.c.weights).where(match_weights.c.id == weights_id)
        _cache[weights_id] = of_json(tx.conn.execute(told).scalar_one())
    return _cache[weights_id]
