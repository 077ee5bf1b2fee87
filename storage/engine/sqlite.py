"""The embedded store: SQLite with one writer thread that commits in groups, and a few reader threads.

A caller is answered after COMMIT with `synchronous=FULL`. The transactions that wait while one commit is under
way share the next one, each in a savepoint of its own, so that one that fails harms no other.
"""

import asyncio
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from core.clock import Clock
from core.errors import StoreUnavailable
from core.folding import fold
from storage.engine.hearing import Hearing, correlation
from storage.engine.transaction import Outcome, Reactions, SqlTx
from storage.engine.trouble import Trouble

P = ParamSpec("P")
R = TypeVar("R")
CHECKPOINT_EVERY = 1.0  # seconds
# Pages of 4 KB: then the writer itself finishes the checkpoint, or a log that is always written never begins anew.
LONGEST_LOG = 20_000
BUSY = 5_000  # ms to wait for a lock of another process (a backup, an administrator's shell)


@dataclass(slots=True)
class _Job:
    run: Callable[[SqlTx], Any]
    name: str
    future: asyncio.Future[Any]
    correlation: str
    result: Any = None
    outcome: Outcome = field(default_factory=Outcome)
    error: BaseException | None = None


class SqliteStore:
    """Implements `core.store.Store`."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock,
        node: str,
        reactions: Reactions,
        hearing: Hearing,
        readers: int = 4,
        group_commit: int = 64,
        synchronous: str = "FULL",
    ) -> None:
        self._clock = clock
        self._node = node
        self._reactions = reactions
        self._hearing = hearing
        self._group = group_commit
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._engine = _engine(path, synchronous)
        self._readers = ThreadPoolExecutor(readers, thread_name_prefix="store-reader")
        self._reading = threading.local()
        self._seq = 0
        self._trouble = Trouble()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._checkpointer: asyncio.Task[None] | None = None
        self._thread: threading.Thread | None = None

    async def start(self) -> None:
        """Opens the writer; the database is migrated already."""
        self._loop = asyncio.get_running_loop()
        opened: asyncio.Future[None] = self._loop.create_future()
        self._checkpointer = asyncio.create_task(self._keep_log_short(), name="store-checkpointer")
        self._thread = threading.Thread(
            target=self._write_loop, args=(opened,), name="store-writer", daemon=True
        )
        self._thread.start()
        await opened

    async def stop(self) -> None:
        """Commits what is waiting, then closes."""
        if self._checkpointer is not None:
            self._checkpointer.cancel()
            await asyncio.gather(self._checkpointer, return_exceptions=True)
        if self._thread is not None:
            self._jobs.put(None)
            await asyncio.to_thread(self._thread.join)
            self._thread = None
        self._readers.shutdown()
        self._engine.dispose()

    async def write(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        assert self._loop is not None, "start() the store first"
        if self._thread is None:
            raise StoreUnavailable(problem="it is stopped")
        future: asyncio.Future[R] = self._loop.create_future()
        name = getattr(f, "__name__", type(f).__name__)
        self._jobs.put(_Job(lambda tx: f(tx, *args, **kwargs), name, future, correlation()))
        return await future

    @property
    def trouble(self) -> str:
        return str(self._trouble)

    async def read(self, f: Callable[Concatenate[Any, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(
                self._readers, lambda: self._read(lambda tx: f(tx, *args, **kwargs))
            )
        except DBAPIError as error:
            raise StoreUnavailable(problem=str(error.orig)) from error
        except sqlite3.Error as error:
            raise StoreUnavailable(problem=str(error)) from error

    def _read(self, run: Callable[[SqlTx], R]) -> R:
        conn: Connection | None = getattr(self._reading, "conn", None)
        if conn is None:
            conn = self._engine.connect().execution_options(reading=True)
            conn.exec_driver_sql("PRAGMA query_only = ON")
            self._reading.conn = conn
        conn.exec_driver_sql("BEGIN")
        try:
            return run(SqlTx(conn, self._clock.now(), node=self._node, reactions={}))
        finally:
            conn.exec_driver_sql("COMMIT")

    async def _keep_log_short(self) -> None:
        """Moves the write-ahead log into the database beside the writer, which else would pause for it."""
        while True:
            await asyncio.sleep(CHECKPOINT_EVERY)
            try:
                await asyncio.get_running_loop().run_in_executor(self._readers, self._checkpoint)
            except DBAPIError as error:
                structlog.get_logger(__name__).warning("checkpoint_failed", error=str(error.orig))

    def _checkpoint(self) -> None:
        with self._engine.connect() as conn:
            conn.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def _write_loop(self, opened: asyncio.Future[None]) -> None:
        assert self._loop is not None
        try:
            conn = self._engine.connect()
            conn.exec_driver_sql(f"PRAGMA wal_autocheckpoint = {LONGEST_LOG}")
        except BaseException as error:
            self._loop.call_soon_threadsafe(opened.set_exception, error)
            return
        self._loop.call_soon_threadsafe(opened.set_result, None)
        with conn:
            for batch in self._batches():
                self._run_batch(conn, batch)
                self._loop.call_soon_threadsafe(self._answer, batch)

    def _batches(self) -> Iterator[list[_Job]]:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            while len(batch) < self._group:
                try:
                    following = self._jobs.get_nowait()
                except queue.Empty:
                    break
                if following is None:
                    yield batch
                    return
                batch.append(following)
            yield batch

    def _run_batch(self, conn: Connection, batch: Sequence[_Job]) -> None:
        """Runs the jobs in one commit; when that fails, none of them happened."""
        raw = conn.connection.driver_connection
        assert raw is not None
        started, seq, changes = time.perf_counter(), self._seq, raw.total_changes
        try:
            raw.execute("BEGIN IMMEDIATE")
            # Read anew each time: another process may have written (an administrator's command).
            self._seq = seq = raw.execute("SELECT max(seq) FROM events").fetchone()[0] or 0
            for job in batch:
                self._run_job(conn, raw, job)
            raw.execute("COMMIT")
            if raw.total_changes > changes:  # one that changed nothing proves nothing
                self._trouble.over()
        except sqlite3.Error as error:
            self._seq = seq
            self._trouble.failed(str(error))
            if raw.in_transaction:  # some errors end it by themselves
                with _ignored():
                    raw.execute("ROLLBACK")
            for job in batch:
                job.error = job.error or StoreUnavailable(problem=str(error))
                job.outcome = Outcome()
        self._hearing.committed(batch[0].name, len(batch), time.perf_counter() - started)

    def _run_job(self, conn: Connection, raw: Any, job: _Job) -> None:
        seq = self._seq
        raw.execute("SAVEPOINT job")
        try:
            tx = SqlTx(
                conn,
                self._clock.now(),
                node=self._node,
                reactions=self._reactions,
                correlation=job.correlation,
            )
            job.result = job.run(tx)
            job.outcome = tx.flush(self._next_seq)
        except BaseException as error:
            self._seq = seq
            job.error = _translated(error)
            job.outcome = Outcome()
            if raw.in_transaction:  # a full disk ends the whole transaction by itself
                raw.execute("ROLLBACK TO job")
            else:
                raise sqlite3.OperationalError(str(error)) from error
        raw.execute("RELEASE job")

    def _next_seq(self, count: int) -> int:
        first = self._seq + 1
        self._seq += count
        return first

    def _answer(self, batch: Sequence[_Job]) -> None:
        for job in batch:
            if job.future.cancelled():
                continue
            if job.error is not None:
                job.future.set_exception(job.error)
            else:
                job.future.set_result(job.result)
        self._hearing.heard(
            [recorded for job in batch for recorded in job.outcome.events],
            [task for job in batch for task in job.outcome.tasks],
        )


def _fold(text: str | None) -> str | None:
    """As PostgreSQL has it by a migration."""
    return None if text is None else fold(text)


def _translated(error: BaseException) -> BaseException:
    """Trouble of the database becomes `StoreUnavailable`; a broken constraint or a bug stays what it is."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.OperationalError):
        translated = StoreUnavailable(problem=str(cause))
        translated.__cause__ = error
        return translated
    return error


@contextmanager
def _ignored() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        structlog.get_logger(__name__).warning("rollback_failed", error=str(error))


def _engine(path: Path, synchronous: str) -> Engine:
    path.parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        f"sqlite:///{path}",
        isolation_level="AUTOCOMMIT",  # we say BEGIN and COMMIT ourselves
        poolclass=NullPool,
        connect_args={"check_same_thread": False, "timeout": BUSY / 1000, "cached_statements": 256},
    )

    @event.listens_for(engine, "connect")
    def _set_up(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {synchronous}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.create_function("fold", 1, _fold, deterministic=True)

    return engine
