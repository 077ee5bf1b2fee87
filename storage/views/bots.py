"""What customers lately said to bots: for the brake, and with what was understood for those who teach them."""

from typing import Any

from sqlalchemy import or_, select

from bots.brake import Line
from core.ids import ExchangeId, PartyId
from core.words import AuthorKind, Direction
from crm.conversations.model import ExchangeKind
from storage.engine.transaction import SqlTx
from storage.schema import conversations, exchanges

MOST_LOOKED_AT = 20_000  # of the last exchanges, whoever wrote them
MOST_THREADS, MOST_LINES = 30, 120  # looked at before a bot answers
said = exchanges.alias("said")
earlier = exchanges.alias("earlier")


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
    answered = (
        select(
            exchanges.c.id,
            exchanges.c.conversation_id,
            exchanges.c.position,
            exchanges.c.author,
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
    query = (
        select(answered.c.id, answered.c.meta, answered.c.recorded_at, said.c.text, conversations.c.channel)
        .select_from(answered)
        .join(said, said.c.id == before)
        .join(conversations, conversations.c.id == answered.c.conversation_id)
        .where(answered.c.author == AuthorKind.BOT.value)
        .order_by(answered.c.id.desc())
    )
    found: list[dict[str, Any]] = []
    for row in tx.conn.execute(query):
        if "intent" not in row.meta:
            continue
        found.append(
            {
                "id": row.id,
                "at": row.recorded_at.isoformat(),
                "channel": row.channel,
                "text": row.text,
                "intent": row.meta["intent"],
                "confidence": row.meta["confidence"],
                "out_of_scope": row.meta["out_of_scope"],
                "language": row.meta["language"],
            }
        )
        if len(found) == limit:
            break
    return found
