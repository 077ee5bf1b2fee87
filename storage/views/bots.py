"""What customers lately said to bots and what was understood, for those who teach them."""

from typing import Any

from sqlalchemy import select

from core.words import AuthorKind, Direction
from storage.engine.transaction import SqlTx
from storage.schema import conversations, exchanges

MOST_LOOKED_AT = 20_000  # of the last exchanges, whoever wrote them
said = exchanges.alias("said")
earlier = exchanges.alias("earlier")


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
