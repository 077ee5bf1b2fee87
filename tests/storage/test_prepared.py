"""Prepared statements say the same as SQLAlchemy's own execution, on both databases."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import bindparam, insert, select, update

from core.ids import QueueId, new_id
from core.store import Store
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from routing.model import Queue
from storage.engine.prepared import Prepared
from storage.schema import conversations, events, queues
from tests.fixtures import add_queue, an_inbound

AT = datetime(2026, 11, 2, 9, 30, 0, 123456, tzinfo=UTC)


async def test_rows_and_conditions_are_those_of_the_library(any_store: Store) -> None:
    """Moments, JSON, yes or no, nothing, constants of the statement and lists of constants."""
    await add_queue(any_store)
    for number in range(3):
        await any_store.write(accept, an_inbound(f"n° {number}", subject=f"sujet {number}"), Limits())
    query = (
        select(conversations)
        .where(conversations.c.channel == "sms", conversations.c.status.in_(["open", "waiting"]))
        .where(conversations.c.opened_at > bindparam("after"))
        .order_by(conversations.c.id)
        .limit(2)
    )

    def both(tx: Any) -> None:
        told = {"after": AT}
        plain = [dict(row) for row in tx.conn.execute(query, told).mappings()]
        prepared = Prepared(query)
        for _ in range(2):  # compiled, and compiled already
            assert prepared.all(tx.conn, told) == plain
            assert prepared.first(tx.conn, told) == plain[0]
        assert prepared.first(tx.conn, {"after": tx.now.replace(year=2100)}) is None

    await any_store.read(both)


async def test_what_is_written_is_read_back(any_store: Store) -> None:
    row = {"at": AT, "name": "Tested", "payload": {"é": [1, None]}, "correlation": ""}

    def write(tx: Any) -> tuple[int, Any]:
        Prepared(insert(events)).run_many(tx.conn, [{"seq": number, **row} for number in (101, 102)])
        changed = Prepared(
            update(events).where(events.c.seq == bindparam("b_seq")).values(name=bindparam("b_name"))
        )
        count = changed.run(tx.conn, {"b_seq": 102, "b_name": "Changed"})
        return count, [
            dict(found) for found in tx.conn.execute(select(events).order_by(events.c.seq)).mappings()
        ]

    count, found = await any_store.write(write)
    assert count == 1
    assert found == [{"seq": 101, **row}, {"seq": 102, **row, "name": "Changed"}]


async def test_a_missing_parameter_is_refused(any_store: Store) -> None:
    query = Prepared(select(queues).where(queues.c.id == bindparam("queue_id")))
    with pytest.raises(Exception, match="queue_id"):
        await any_store.read(lambda tx: query.first(tx.conn, {}))


async def test_a_failed_statement_undoes_its_transaction_alone(any_store: Store) -> None:
    kept = await add_queue(any_store, "Accueil")

    def twice(tx: Any) -> None:
        tx.queues.insert(Queue(id=QueueId(new_id()), name="Autre"))
        Prepared(insert(queues)).run(tx.conn, {"id": kept.id, "name": "double"})

    with pytest.raises(Exception, match=r"(?i)unique|null"):
        await any_store.write(twice)
    names = await any_store.read(lambda tx: tx.conn.execute(select(queues.c.name)).scalars().all())
    assert names == ["Accueil"]
