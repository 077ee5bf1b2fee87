"""The store for one machine's worth of growth and high availability: PostgreSQL over asyncpg.

The same synchronous functions run under `AsyncConnection.run_sync`. Isolation is READ COMMITTED with row locks and
advisory locks where the functions ask for them; deadlocks and serialization failures are run again.
"""

import asyncio
import random
import time
from collections.abc import Callable
from typing import Any, Concatenate, ParamSpec, TypeVar

import asyncpg
import structlog
from sqlalchemy import Connection, event, make_url
from sqlalchemy.exc import DBAPIError, DisconnectionError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.util import await_only

from core.clock import Clock
from core.errors import StoreUnavailable
from storage.engine.feed import events_since, last_seq
from storage.engine.hearing import Hearing, correlation
from storage.engine.prepared import OURS
from storage.engine.transaction import Outcome, Reactions, SqlTx
from storage.engine.trouble import Trouble

P = ParamSpec("P")
R = TypeVar("R")
log = structlog.get_logger(__name__)

RUN_AGAIN = {"40001", "40P01"}  # serialization failure, deadlock
TIMES = 6
AWAY = (
    "08",
    "57P",
    "53",
    "28",
    "3D",
)  # SQLSTATE classes: connection, shutdown, resources, sign-in, no database
FEED_PAGE = 500
RESTED = 1.0  # seconds after which a connection of the pool is asked whether it is still there


class PostgresStore:
    """Implements `core.store.Store`. `ping` tells other nodes, if any, that there are new events."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock,
        node: str,
        reactions: Reactions,
        hearing: Hearing,
        pool: int = 16,
        ping: Callable[[], None] = lambda: None,
    ) -> None:
        self._clock = clock
        self._node = node
        self._reactions = reactions
        self._hearing = hearing
        self._ping = ping
        self._engine = _engine(url, pool)
        # We say BEGIN and COMMIT ourselves: statements that are prepared go straight to the driver.
        self._writing = self._engine.execution_options(isolation_level="AUTOCOMMIT", **{OURS: True})
        self._seq = 0
        self._news = asyncio.Event()
        self._trouble = Trouble()
        self._follower: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Connects and begins to follow the event feed from its present end."""
        self._seq = await self.read(last_seq)
        self._follower = asyncio.create_task(self._follow(), name="feed-follower")

    async def stop(self) -> None:
        if self._follower is not None:
            self._follower.cancel()
            await asyncio.gather(self._follower, return_exceptions=True)
        await self._engine.dispose()

    def wake(self) -> None:
        """There may be news from another node."""
        self._news.set()

    @property
    def trouble(self) -> str:
        return str(self._trouble)

    async def write(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        name = getattr(f, "__name__", type(f).__name__)
        # Shielded: a caller who gives up must not part a commit from what is to be heard of it.
        return await asyncio.shield(asyncio.create_task(self._write(name, lambda tx: f(tx, *args, **kwargs))))

    async def _write(self, name: str, run: Callable[[SqlTx], R]) -> R:
        started = time.perf_counter()
        try:
            result, outcome = await self._until_serialized(run)
        except StoreUnavailable as error:
            self._trouble.failed(str(error.facts["problem"]))
            raise
        self._trouble.over()
        self._hearing.committed(name, 1, time.perf_counter() - started)
        self._hearing.heard((), outcome.tasks)
        if outcome.events:
            self._news.set()
            self._ping()
        return result

    async def _until_serialized(self, run: Callable[[SqlTx], R]) -> tuple[R, Outcome]:
        attempt = 1
        while True:
            try:
                return await self._once(run)
            except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                if attempt == TIMES or _sqlstate(error) not in RUN_AGAIN:
                    raise _translated(error) from error
                await asyncio.sleep(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311  # spreads, hides nothing
                attempt += 1
            except (OSError, PoolTimeout) as error:
                raise StoreUnavailable(problem=str(error) or type(error).__name__) from error

    async def _once(self, run: Callable[[SqlTx], R]) -> tuple[R, Outcome]:
        def inside(conn: Connection) -> tuple[R, Outcome]:
            tx = SqlTx(
                conn,
                self._clock.now(),
                node=self._node,
                reactions=self._reactions,
                correlation=correlation(),
            )
            result = run(tx)
            return result, tx.flush()

        async with self._writing.connect() as conn:
            return await conn.run_sync(_in_transaction, inside)

    async def read(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        def inside(conn: Connection) -> R:
            return f(SqlTx(conn, self._clock.now(), node=self._node, reactions={}), *args, **kwargs)

        try:
            async with self._engine.connect() as conn:
                await conn.execution_options(
                    isolation_level="REPEATABLE READ", postgresql_readonly=True, reading=True
                )
                return await conn.run_sync(inside)
        except (DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise _translated(error) from error
        except (OSError, PoolTimeout) as error:
            raise StoreUnavailable(problem=str(error) or type(error).__name__) from error

    async def _follow(self) -> None:
        """Publishes every committed event, of any node, in commit order."""
        while True:
            try:
                async with asyncio.timeout(1.0):  # a lost ping costs a second, not an event
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()
            try:
                while page := await self.read(events_since, self._seq, FEED_PAGE):
                    self._seq = page[-1].seq
                    self._hearing.heard(page, ())
            except StoreUnavailable as error:
                log.warning("feed_unavailable", error=str(error))
                await asyncio.sleep(1.0)
            except Exception:  # or this node would hear of nothing any more
                log.exception("feed_failed")
                await asyncio.sleep(1.0)


def async_url(url: str) -> str:
    """`postgresql://…` as SQLAlchemy wants it for asyncpg."""
    return make_url(url).set(drivername="postgresql+asyncpg").render_as_string(hide_password=False)


def _in_transaction(conn: Connection, run: Callable[[Connection], R]) -> R:
    driver = conn.connection.driver_connection
    assert driver is not None
    await_only(driver.execute("BEGIN"))
    try:
        result = run(conn)
        await_only(driver.execute("COMMIT"))
    except BaseException:
        try:
            await_only(driver.execute("ROLLBACK"))
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            conn.invalidate()  # it is lost, or nobody knows what it is in
        raise
    return result


def _engine(url: str, pool: int) -> AsyncEngine:
    engine = create_async_engine(
        async_url(url),
        pool_size=pool,
        max_overflow=0,
        pool_timeout=10,
        connect_args={
            "timeout": 5,
            "command_timeout": 30,
            "server_settings": {"application_name": "filrouge"},
        },
    )

    @event.listens_for(engine.sync_engine, "checkin")
    def _rests(connection: object, record: ConnectionPoolEntry) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def _still_there(connection: Any, record: ConnectionPoolEntry, proxy: object) -> None:
        """SQLAlchemy's own question before each use takes three ways to the server and back."""
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) > RESTED:
            try:
                connection.ping()
            except Exception as error:
                raise DisconnectionError from error

    return engine


def _sqlstate(error: BaseException) -> str:
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlstate", "") or "")


def _translated(error: BaseException) -> BaseException:
    """Trouble of the database becomes `StoreUnavailable`; a broken constraint or a bug stays what it is."""
    state = _sqlstate(error)
    if isinstance(error, DBAPIError):
        gone = error.connection_invalidated or isinstance(error, InterfaceError)
        gone = gone or (isinstance(error, OperationalError) and not state)
        problem = str(error.orig)
    else:
        gone = isinstance(error, asyncpg.InterfaceError) and not isinstance(error, ValueError)
        problem = str(error) or type(error).__name__
    return StoreUnavailable(problem=problem) if gone or state.startswith(AWAY) else error
