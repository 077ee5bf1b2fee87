"""Brings a database to the present schema, at start and by `filrouge db upgrade`.

Migrations go forward only. Two nodes that start together do not disturb each other: an advisory lock on
PostgreSQL, SQLite's own lock otherwise.
"""

import asyncio
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import StoreUnavailable
from storage.engine.postgres import async_url

LOCK = 0x6D696772


async def migrate(url: str) -> None:
    """Runs the migrations that are missing. Raises `StoreUnavailable` when the database does not answer."""
    if make_url(url).get_backend_name() == "sqlite":
        await asyncio.to_thread(_migrate_sqlite, url)
        return
    engine = create_async_engine(async_url(url), poolclass=NullPool, connect_args={"timeout": 5})
    try:
        async with engine.begin() as conn:
            await conn.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
            await conn.run_sync(upgrade)
    except OSError as error:
        raise StoreUnavailable(problem=str(error)) from error
    finally:
        await engine.dispose()


def _migrate_sqlite(url: str) -> None:
    Path(make_url(url).database or "").parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url, poolclass=NullPool)
    with engine.begin() as conn:
        upgrade(conn)
    engine.dispose()


def upgrade(conn: Connection, to: str = "head") -> None:
    """Runs alembic on a connection that is inside a transaction; `to` is a revision."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "migrations"))
    config.attributes["connection"] = conn
    command.upgrade(config, to)
