"""The migrations bring a database to exactly the tables that the code names."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect

from filrouge.storage.engine import Opened
from filrouge.storage.migrate import upgrade
from filrouge.storage.schema import metadata


def differences(tx: Any) -> list[Any]:
    options = {"compare_type": True, "compare_server_default": True}
    return list(compare_metadata(MigrationContext.configure(tx.conn, opts=options), metadata))


async def test_a_migrated_database_has_the_tables_the_code_names(any_opened: Opened) -> None:
    assert await any_opened.store.read(differences) == []
    names = await any_opened.store.read(lambda tx: set(inspect(tx.conn).get_table_names()))
    assert names == {*metadata.tables, "alembic_version"}


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
