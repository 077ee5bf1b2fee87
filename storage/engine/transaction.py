"""The transaction that the rooms' functions get: every port in one object, on one connection.

Events and tasks are gathered while the function runs and written when it is done, so that on PostgreSQL the lock
that puts events in commit order is held for the commit only.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, func, insert, select, text

from core.events import Event, Recorded, Task, to_json
from core.hashing import number_of
from core.store import Reaction
from crm.duplicates.model import LOOK
from storage import schema
from storage.agents import SqlAgents
from storage.bot_sessions import SqlBotSessions
from storage.calls import SqlCalls
from storage.conversations import SqlConversations
from storage.deliveries import SqlDeliveries
from storage.engine.prepared import Prepared
from storage.engine.upserts import insert_or_ignore
from storage.exchanges import SqlExchanges
from storage.parties import SqlParties
from storage.queues import SqlQueues
from storage.reading import SqlReadingMarks
from storage.set_aside import SqlSetAside
from storage.work import SqlWorkItems

Reactions = Mapping[type[Event], Sequence[Reaction]]
FEED_LOCK = 0x66696C72  # the advisory lock under which events get their seq
LOCK = Prepared(select(func.pg_advisory_xact_lock(bindparam("number", type_=BigInteger()))))
EVENT_COLUMNS = ("at", "name", "payload", "correlation")
EVENTS = Prepared(insert(schema.events))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredTask:
    """A task with its row."""

    id: int
    kind: str
    payload: Mapping[str, Any]
    lane: str
    due_at: datetime
    attempts: int = 0


@dataclass(slots=True)
class Outcome:
    """What a transaction leaves behind for after its commit."""

    events: list[Recorded] = field(default_factory=list)
    tasks: list[StoredTask] = field(default_factory=list)


class SqlTx:
    """Implements `RoutingTx`, and with it `CrmTx`, on an SQLAlchemy connection that is inside a transaction."""

    def __init__(
        self, conn: Connection, now: datetime, *, node: str, reactions: Reactions, correlation: str = ""
    ) -> None:
        self.conn = conn
        self.now = now
        self.postgres = conn.dialect.name == "postgresql"
        self._node = node
        self._reactions = reactions
        self._correlation = correlation
        self._events: list[Event] = []
        self._tasks: list[Task] = []

    @cached_property
    def parties(self) -> SqlParties:
        return SqlParties(self.conn)

    @cached_property
    def conversations(self) -> SqlConversations:
        return SqlConversations(self.conn, self.now)

    @cached_property
    def exchanges(self) -> SqlExchanges:
        return SqlExchanges(self.conn)

    @cached_property
    def reading(self) -> SqlReadingMarks:
        return SqlReadingMarks(self.conn, self.now)

    @cached_property
    def deliveries(self) -> SqlDeliveries:
        return SqlDeliveries(self.conn)

    @cached_property
    def calls(self) -> SqlCalls:
        return SqlCalls(self.conn)

    @cached_property
    def set_aside(self) -> SqlSetAside:
        return SqlSetAside(self.conn)

    @cached_property
    def bots(self) -> SqlBotSessions:
        return SqlBotSessions(self.conn, self.now)

    @cached_property
    def work(self) -> SqlWorkItems:
        return SqlWorkItems(self.conn, self.now)

    @cached_property
    def agents(self) -> SqlAgents:
        return SqlAgents(self.conn)

    @cached_property
    def queues(self) -> SqlQueues:
        return SqlQueues(self.conn)

    def emit(self, event: Event) -> None:
        self._events.append(event)
        for reaction in self._reactions.get(type(event), ()):
            reaction(self, event)

    def enqueue(self, task: Task) -> None:
        self._tasks.append(task)

    def lock(self, *keys: str) -> None:
        """SQLite has one writer anyway; PostgreSQL takes advisory locks that end with the transaction."""
        if not self.postgres:
            return
        for number in sorted({number_of(key) for key in keys}):
            LOCK.first(self.conn, {"number": number})

    def flush(self, next_seq: Callable[[int], int] | None = None) -> Outcome:
        """Writes tasks and events. `next_seq(n)` reserves n numbers where one writer counts them itself."""
        for party_id in self.parties.touched():
            self.enqueue(Task(kind=LOOK, payload={"party": party_id}, lane=LOOK, key=party_id))
        outcome = Outcome(tasks=[task for wanted in self._tasks if (task := self._store_task(wanted))])
        if not self._events:
            return outcome
        rows = [
            {
                "at": self.now,
                "name": type(e).__name__,
                "payload": to_json(e),
                "correlation": self._correlation,
            }
            for e in self._events
        ]
        if next_seq is not None:
            first = next_seq(len(rows))
            seqs = list(range(first, first + len(rows)))
            EVENTS.run_many(self.conn, [{"seq": s, **row} for s, row in zip(seqs, rows, strict=True)])
        else:
            seqs = self._insert_in_order(rows)
        outcome.events = [
            Recorded(seq=seq, at=self.now, event=event, correlation=self._correlation)
            for seq, event in zip(seqs, self._events, strict=True)
        ]
        return outcome

    def _insert_in_order(self, rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """On PostgreSQL: takes the lock of the feed's order, then numbers the events, in one statement."""
        values = {f"{name}{place}": row[name] for place, row in enumerate(rows) for name in EVENT_COLUMNS}
        found = _events_in_order(len(rows)).all(self.conn, {"feed": FEED_LOCK, **values})
        return [row["seq"] for row in found]

    def _store_task(self, task: Task) -> StoredTask | None:
        """None when a task of the same kind and key is still to be done."""
        due_at = self.now + timedelta(seconds=task.delay)
        row = {
            "kind": task.kind,
            "payload": dict(task.payload),
            "lane": task.lane,
            "key": task.key,
            "due_at": due_at,
            "attempts": 0,
            "owner": self._node,
            "error": None,
            "dead": False,
        }
        done = self.conn.execute(STORE_TASK, row).scalar()
        if done is None:
            return None
        return StoredTask(id=done, kind=task.kind, payload=dict(task.payload), lane=task.lane, due_at=due_at)


@cache
def _events_in_order(count: int) -> Prepared:
    """INSERT of so many events. No row comes out of the join, and none gets its number, before the lock is held."""
    kinds = {name: schema.events.c[name].type for name in EVENT_COLUMNS}
    written = {"at": "timestamptz", "name": "text", "payload": "jsonb", "correlation": "text"}
    rows = ", ".join(
        f"({', '.join(f'CAST(:{name}{place} AS {written[name]})' for name in EVENT_COLUMNS)})"
        for place in range(count)
    )
    names = ", ".join(EVENT_COLUMNS)
    statement = text(
        f"INSERT INTO events ({names}) SELECT {', '.join(f'v.{name}' for name in EVENT_COLUMNS)}"  # noqa: S608
        f" FROM (SELECT pg_advisory_xact_lock(:feed)) AS held, (VALUES {rows}) AS v({names}) RETURNING seq"
    )
    binds = [
        bindparam(f"{name}{place}", type_=kinds[name]) for place in range(count) for name in EVENT_COLUMNS
    ]
    return Prepared(
        statement.bindparams(bindparam("feed", type_=BigInteger()), *binds).columns(seq=BigInteger())
    )


STORE_TASK = insert_or_ignore(schema.outbox, leave_out=("id",), returning="id")
