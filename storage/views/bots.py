"""What customers lately said to bots: for the brake, for those who teach them, and how the bots did."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from bots.brake import Line
from bots.masking import masked_data
from core.folding import fold
from core.ids import ExchangeId, PartyId
from core.words import AuthorKind, Direction
from crm.conversations.model import ExchangeKind
from storage.engine.transaction import SqlTx
from storage.schema import bot_labels, conversations, exchanges

MOST_LOOKED_AT = 20_000  # of the last exchanges, whoever wrote them
MOST_THREADS, MOST_LINES = 30, 120  # looked at before a bot answers
said = exchanges.alias("said")
earlier = exchanges.alias("earlier")
answered = (
    select(
        exchanges.c.id,
        exchanges.c.conversation_id,
        exchanges.c.position,
        exchanges.c.author,
        exchanges.c.author_ref,
        exchanges.c.meta,
        exchanges.c.recorded_at,
    )
    .order_by(exchanges.c.id.desc())
    .limit(MOST_LOOKED_AT)
    .subquery()
)
before = (
    select(earlier.c.id)
    .where(
        earlier.c.conversation_id == answered.c.conversation_id,
        earlier.c.position < answered.c.position,
        earlier.c.direction == Direction.INBOUND.value,
    )
    .order_by(earlier.c.position.desc())
    .limit(1)
    .correlate(answered)
    .scalar_subquery()
)


def talk_with_bots(tx: SqlTx, party_id: PartyId, until: ExchangeId) -> list[Line]:
    """What the party and bots said to each other lately, oldest first, to the exchange `until`; whatever the thread."""
    threads = (
        select(conversations.c.id)
        .where(conversations.c.party_id == party_id)
        .order_by(conversations.c.last_activity_at.desc())
        .limit(MOST_THREADS)
    )
    spoken = or_(exchanges.c.direction == Direction.INBOUND.value, exchanges.c.author == AuthorKind.BOT.value)
    query = (
        select(exchanges.c.recorded_at, exchanges.c.text, exchanges.c.author)
        .where(
            exchanges.c.conversation_id.in_(threads),
            exchanges.c.kind == ExchangeKind.MESSAGE.value,
            exchanges.c.id <= until,
            spoken,
        )
        .order_by(exchanges.c.id.desc())
        .limit(MOST_LINES)
    )
    rows = tx.conn.execute(query).all()
    return [
        Line(at=r.recorded_at, text=r.text, ours=r.author == AuthorKind.BOT.value) for r in reversed(rows)
    ]


def understood(tx: SqlTx, limit: int) -> list[dict[str, Any]]:
    """Newest first: each text a bot answered, with the intent it took it for and how sure it was.

    Without names and addresses: a text is here to be learnt from, not to find its writer.
    """
    found = islice(_answered(tx), limit)
    return [{name: one[name] for name in one if name != "exchange_id"} for one in found]


def to_review(tx: SqlTx, key: str, limit: int) -> list[dict[str, Any]]:
    """What nobody judged yet of what was said to a bot, the least sure first; the same words are one entry.

    Names, addresses and numbers are masked: a text is here to be learnt from.
    """
    found: dict[str, dict[str, Any]] = {}
    for item in _answered(tx, _of(key), said.c.id.not_in(select(bot_labels.c.exchange_id))):
        if not item["text"].strip():
            continue
        text = masked_data(item["text"])
        entry = found.setdefault(fold(text), {**item, "text": text, "count": 0, "exchange_ids": []})
        entry["count"] += 1
        entry["exchange_ids"].append(item["exchange_id"])
        if item["confidence"] < entry["confidence"]:
            entry |= {name: item[name] for name in ("confidence", "intent", "out_of_scope")}
    ordered = sorted(found.values(), key=lambda one: (one["confidence"], -one["count"]))
    return [{name: one[name] for name in one if name not in ("id", "exchange_id")} for one in ordered[:limit]]


def _of(key: str) -> ColumnElement[bool]:
    return answered.c.author_ref == key


def _answered(tx: SqlTx, *also: ColumnElement[bool]) -> Iterator[dict[str, Any]]:
    """Newest first: each text a bot answered, with what it took it for."""
    query = (
        select(
            answered.c.id,
            answered.c.meta,
            answered.c.recorded_at,
            said.c.id.label("exchange_id"),
            said.c.text,
            said.c.channel,
        )
        .select_from(answered)
        .join(said, said.c.id == before)
        .where(answered.c.author == AuthorKind.BOT.value, *also)
        .order_by(answered.c.id.desc())
    )
    for row in tx.conn.execute(query):
        if "intent" in row.meta:
            yield {
                "id": row.id,
                "exchange_id": row.exchange_id,
                "text": row.text,
                "channel": row.channel,
                "at": row.recorded_at.isoformat(),
                **{name: row.meta[name] for name in ("intent", "confidence", "out_of_scope", "language")},
            }


def talks(tx: SqlTx, key: str, since: datetime) -> list[dict[str, Any]]:
    """Day by day: conversations that the bot spoke in, how many of them it handed over, and why."""
    spoke = (
        select(exchanges.c.conversation_id, func.min(exchanges.c.recorded_at).label("at"))
        .where(
            exchanges.c.author == AuthorKind.BOT.value,
            exchanges.c.author_ref == key,
            exchanges.c.recorded_at >= since,
        )
        .group_by(exchanges.c.conversation_id)
    )
    notes = select(exchanges.c.conversation_id, exchanges.c.meta).where(
        exchanges.c.author == AuthorKind.BOT.value,
        exchanges.c.author_ref == key,
        exchanges.c.kind == ExchangeKind.NOTE.value,
        exchanges.c.recorded_at >= since,
    )
    reasons = {
        row.conversation_id: row.meta["handover"] for row in tx.conn.execute(notes) if "handover" in row.meta
    }
    days: dict[str, dict[str, Any]] = {}
    for row in tx.conn.execute(spoke):
        day = days.setdefault(
            row.at.date().isoformat(), {"conversations": 0, "handed_over": 0, "reasons": {}}
        )
        day["conversations"] += 1
        if reason := reasons.get(row.conversation_id):
            day["handed_over"] += 1
            day["reasons"][reason] = day["reasons"].get(reason, 0) + 1
    return [{"day": day, **days[day]} for day in sorted(days)]
