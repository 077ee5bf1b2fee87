"""The migrations bring a database to exactly the tables that the code names."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, select
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.engine.migrate import upgrade
from storage.engine.opening import Opened
from storage.engine.postgres import async_url
from storage.schema import (
    attachments,
    blobs,
    contact_points,
    conversation_numbers,
    conversations,
    exchanges,
    facts,
    metadata,
    parties,
    party_numbers,
    party_words,
    queues,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


MIDDLES = "middle"  # what either database finds the middle of a text by, each in a way of its own


def _is_in_metadata(thing: Any, name: str, kind: str, reflected: bool, other: Any) -> bool:
    return not name.startswith(MIDDLES)


def differences(tx: Any) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True, "include_object": _is_in_metadata}
    return list(compare_metadata(MigrationContext.configure(tx.conn, opts=options), metadata))


async def test_a_migrated_database_has_the_tables_the_code_names(any_opened: Opened) -> None:
    assert await any_opened.store.read(differences) == []
    names = await any_opened.store.read(lambda tx: set(inspect(tx.conn).get_table_names()))
    assert {name for name in names if not name.startswith(MIDDLES)} == {*metadata.tables, "alembic_version"}


async def test_no_outbox_id_is_ever_used_again(any_opened: Opened) -> None:
    """SQLite gives the highest id anew after a deletion, unless the table says AUTOINCREMENT."""

    def twice(tx: Any) -> tuple[int, int]:
        values = {
            "kind": "k",
            "payload": {},
            "lane": "",
            "due_at": tx.now,
            "attempts": 0,
            "owner": "",
            "dead": False,
        }
        outbox = metadata.tables["outbox"]
        first = tx.conn.execute(outbox.insert().returning(outbox.c.id), values).scalar_one()
        tx.conn.execute(outbox.delete())
        return first, tx.conn.execute(outbox.insert().returning(outbox.c.id), values).scalar_one()

    first, second = await any_opened.store.write(twice)
    assert second > first


async def test_the_migrations_may_run_again(any_opened: Opened) -> None:
    await any_opened.store.write(lambda tx: upgrade(tx.conn))
    assert await any_opened.store.read(differences) == []


Do = Callable[[Callable[[Connection], Any]], Awaitable[Any]]


@pytest.fixture(params=["sqlite", "postgresql"])
async def first_version(request: pytest.FixtureRequest, tmp_path: Path) -> Do:
    """A database as the first version left it: runs a function on it, in a transaction."""
    if request.param == "sqlite":
        do = on_sqlite(f"sqlite:///{tmp_path / 'old.db'}")
    else:
        do = on_postgres(request.getfixturevalue("postgres_url"))
    await do(lambda conn: upgrade(conn, "0001"))
    return do


def on_sqlite(url: str) -> Do:
    engine = create_engine(url, poolclass=NullPool)

    async def do(f: Callable[[Connection], Any]) -> Any:
        with engine.begin() as conn:
            return f(conn)

    return do


def on_postgres(url: str) -> Do:
    engine = create_async_engine(async_url(url), poolclass=NullPool)

    async def do(f: Callable[[Connection], Any]) -> Any:
        async with engine.begin() as conn:
            return await conn.run_sync(f)

    return do


def a_customer(conn: Connection, party_id: str = "p1", name: str = "Léa") -> None:
    values = {"id": party_id, "kind": "person", "name": name, "language": "fr", "created_at": NOW}
    conn.execute(parties.insert().values(values))


def a_conversation(conn: Connection, *authors: str) -> None:
    """Of p1, with a line by each of the authors, as the first version stored it."""
    queue = {"id": "q1", "name": "Accueil", "language": "fr", "offer_seconds": {}, "target_seconds": 20}
    conn.execute(queues.insert().values({**queue, "priority": 0}))
    empty = dict.fromkeys(("business_address", "customer_value", "reply_to", "subject", "preview"), "")
    numbers = {"epoch": 1, "last_position": len(authors), "opened_at": NOW, "last_activity_at": NOW}
    words = {"channel": "sms", "customer_kind": "phone", "status": "open", "preview_author": "customer"}
    hands = {"id": "c1", "party_id": "p1", "queue_id": "q1", "handler_kind": "queue", "handler_ref": "q1"}
    conn.execute(conversations.insert().values({**empty, **numbers, **words, **hands}))
    for position, author in enumerate(authors, 1):
        line = {"id": f"e{position}", "conversation_id": "c1", "position": position, "author": author}
        words = {"channel": "sms", "kind": "message", "direction": "inbound", "author_ref": "", "text": ""}
        facts = {"meta": {}, "has_attachments": False, "occurred_at": NOW, "recorded_at": NOW}
        conn.execute(exchanges.insert().values({**line, **words, **facts}))


async def test_customers_lines_are_counted_in_conversations_that_were_there_before(first_version: Do) -> None:
    await first_version(a_customer)
    await first_version(lambda conn: a_conversation(conn, "customer", "bot", "customer", "agent"))
    await first_version(upgrade)
    counted = await first_version(lambda conn: conn.execute(select(conversations.c.customer_lines)).scalar())
    assert counted == 2


async def test_customers_who_were_there_before_are_found(first_version: Do) -> None:
    def five(conn: Connection) -> None:
        for number in range(5):
            a_customer(conn, f"p{number}", f"Zoé Œillet-{number}")

    await first_version(five)
    point = {"id": "k1", "party_id": "p1", "kind": "phone", "value": "+33639980001", "source": "sms"}
    more = {"assurance": "unverified", "preferred": True, "created_at": NOW}
    await first_version(lambda conn: conn.execute(contact_points.insert().values({**point, **more})))
    await first_version(upgrade)
    kept = await first_version(lambda conn: conn.execute(select(party_words)).all())
    turned = await first_version(lambda conn: conn.execute(select(contact_points.c.backwards)).scalar())
    assert sorted(kept) == sorted((f"p{n}", word) for n in range(5) for word in ("zoe", "oeillet", str(n)))
    assert turned == "10008993633+"


async def test_files_that_nothing_uses_are_dropped(first_version: Do) -> None:
    await first_version(a_customer)
    await first_version(lambda conn: a_conversation(conn, "customer"))
    bytes_of = [{"sha256": digest, "data": b"x"} for digest in ("used", "left over")]
    await first_version(lambda conn: conn.execute(blobs.insert(), bytes_of))
    file = {"id": "a1", "exchange_id": "e1", "name": "x", "content_type": "x", "content_id": "", "size": 1}
    await first_version(lambda conn: conn.execute(attachments.insert().values({**file, "sha256": "used"})))
    await first_version(upgrade)
    left = await first_version(lambda conn: conn.execute(select(blobs.c.sha256)).scalars().all())
    assert list(left) == ["used"]


async def test_numbers_in_what_was_there_before_are_found(first_version: Do) -> None:
    await first_version(a_customer)
    await first_version(lambda conn: a_conversation(conn, "customer"))
    fact = {"party_id": "p1", "family": "behavioural", "field": "contract", "value": "FR7-00419"}
    source = {"source": "api", "rank": 1, "at": NOW}

    def tell(conn: Connection) -> None:
        conn.execute(exchanges.update().values(text="Ma commande CF-10234, la CF-10234"))
        conn.execute(conversations.update().values(subject="Facture 2026-778"))
        conn.execute(facts.insert().values({**fact, **source}))

    await first_version(tell)
    await first_version(upgrade)
    told = await first_version(lambda conn: conn.execute(select(conversation_numbers.c.word)).scalars().all())
    kept = await first_version(lambda conn: conn.execute(select(party_numbers.c.word)).scalars().all())
    assert sorted(told) == ["10234", "2026", "2026778", "cf10234"]
    assert sorted(kept) == ["00419", "fr700419"]
