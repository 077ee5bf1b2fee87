"""The outbox: runs the tasks that transactions stored, after their commit, until they are done.

A task belongs to the node that stored it, which runs it at once; tasks of a node that died are taken over. A task's
handler talks to the world and answers a transaction function, which runs together with the task's removal: what
the handler learned and the end of the task are one commit. Tasks of one lane run one at a time, in order.
"""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import structlog
from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from core.clock import Clock
from core.errors import StoreUnavailable, TryLater
from core.events import Finish, TaskHandler
from core.store import Store
from storage.engine.transaction import SqlTx, StoredTask
from storage.schema import nodes, outbox

log = structlog.get_logger(__name__)

BEAT = 1.0  # seconds between a node's signs of life
SILENT = 3  # a node whose sign stands still for that many looks, a beat apart, is dead
LEASE = 2.0  # seconds after its own beat during which a node is sure that nobody thinks it dead
LONGEST = 300.0  # seconds between two tries, unless the other side asked for more
AT_ONCE = 64  # tasks under way
PAGE = 500


class Outbox:
    """One node's runner. `handlers` by task kind; unknown kinds wait for a node that knows them."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        node: str,
        handlers: Mapping[str, TaskHandler],
        *,
        alone: bool,
        most_attempts: int = 12,
    ) -> None:
        self._store = store
        self._clock = clock
        self._node = node
        self._handlers = handlers
        self._alone = alone  # no other node shares the store: whatever is there is ours
        self._most = most_attempts
        self._lanes: defaultdict[str, deque[tuple[StoredTask, float]]] = defaultdict(deque)
        self._known: set[int] = set()
        self._running: set[asyncio.Task[None]] = set()
        self._early: set[str] = set()  # lanes whose first task is to be run later, and was not tried yet
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._beat: asyncio.Task[None] | None = None
        self._beaten = monotonic()
        self._neighbours = Neighbours()
        self._stopping = asyncio.Event()

    async def start(self) -> None:
        """Takes what an earlier run left behind, then keeps an eye on what dead nodes leave."""
        if self._alone:
            await self._take_all()
            return
        await self._show_life()
        # What the front door stored on this node before its outbox began to listen.
        self.add(await self._store.read(tasks_of, self._node))
        self._beat = asyncio.create_task(self._keep_beating(), name="outbox-beat")

    async def stop(self, grace: float = 5.0) -> None:
        """Lets what is under way finish for `grace` seconds; the rest stays stored."""
        self._stopping.set()
        if self._beat is not None:
            self._beat.cancel()
            await asyncio.gather(self._beat, return_exceptions=True)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if not self._alone:
            try:
                await self._store.write(leave, self._node)
            except StoreUnavailable as error:  # the others will notice
                log.warning("outbox_left_in_silence", error=str(error))

    def add(self, tasks: Iterable[StoredTask]) -> None:
        """Called after a commit on this node, on the loop."""
        for task in tasks:
            if self._stopping.is_set() or task.id in self._known or task.kind not in self._handlers:
                continue
            self._known.add(task.id)
            lane = task.lane or f"#{task.id}"
            waiting = self._lanes[lane]
            waiting.append((task, self._due(task)))
            if len(waiting) == 1:
                self._spawn(lane)

    async def idle(self) -> None:
        """Returns when nothing is under way or due on this node; for tests."""
        while len(self._running) > len(self._early):
            await asyncio.sleep(0.01)

    def _spawn(self, lane: str) -> None:
        runner = asyncio.create_task(self._run_lane(lane), name=f"outbox-{lane}")
        self._running.add(runner)
        runner.add_done_callback(self._running.discard)

    async def _run_lane(self, lane: str) -> None:
        waiting = self._lanes[lane]
        while waiting and not self._stopping.is_set():
            task, due = waiting[0]
            if not task.attempts:
                await self._be_early(lane, due)
            await self._run_until_done(task, due)
            if self._stopping.is_set():
                break
            waiting.popleft()
            self._known.discard(task.id)
        if not waiting:
            self._lanes.pop(lane, None)

    def _due(self, task: StoredTask) -> float:
        """By the monotonic clock, because the machine's own may be put forward or back while the task waits."""
        wait = (task.due_at - self._clock.now()).total_seconds()
        return monotonic() + (min(wait, LONGEST) if task.attempts else wait)

    async def _run_until_done(self, task: StoredTask, due: float) -> None:
        attempts = task.attempts
        while not self._stopping.is_set():
            await self._sleep(due - monotonic())
            async with self._slots:
                if self._stopping.is_set():
                    return
                delay = await self._attempt(task, attempts)
            if delay is None:
                return
            attempts, due = attempts + 1, monotonic() + delay

    async def _be_early(self, lane: str, due: float) -> None:
        self._early.add(lane)
        try:
            await self._sleep(due - monotonic())
        finally:
            self._early.discard(lane)

    async def _sleep(self, seconds: float) -> None:
        if seconds <= 0:
            return
        # Not wait_for: in Python 3.11 it can lose a cancel that meets the event.
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()

    async def _attempt(self, task: StoredTask, attempts: int) -> float | None:
        """Runs it once; answers in how many seconds to run it again, or None when it is over."""
        with structlog.contextvars.bound_contextvars(correlation=f"task-{task.id}", task=task.kind):
            try:
                if not await self._still_ours(task):
                    log.info("task_left_to_another_node", task_id=task.id)
                    return None
                finish = await self._handlers[task.kind](task.payload, attempts)
                await self._store.write(finish_task, task.id, finish)
                return None
            except (TryLater, StoreUnavailable) as error:
                return await self._postpone(task, attempts, error, _backoff(attempts, error))
            except Exception as error:
                log.exception("task_failed", task_id=task.id, attempts=attempts)
                if attempts + 1 >= self._most:
                    return await self._bury(task, error)
                return await self._postpone(task, attempts, error, _backoff(attempts, error))

    async def _still_ours(self, task: StoredTask) -> bool:
        """After a silence of our own (a process frozen, a database away) another node may have taken it."""
        if self._alone or monotonic() - self._beaten < LEASE:
            return True
        return await self._store.read(owner_of, task.id) == self._node

    async def _postpone(self, task: StoredTask, attempts: int, error: Exception, delay: float) -> float:
        log.warning("task_postponed", task_id=task.id, attempts=attempts, seconds=delay, error=str(error))
        try:
            await self._store.write(postpone_task, task.id, attempts + 1, delay, str(error))
        except StoreUnavailable:
            pass  # the row keeps its old attempt count; nothing else depends on it
        return delay

    async def _bury(self, task: StoredTask, error: Exception) -> float | None:
        try:
            await self._store.write(bury_task, task.id, repr(error))
        except StoreUnavailable:
            return _backoff(self._most, error)
        return None

    async def _keep_beating(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            try:
                await self._show_life()
            except StoreUnavailable as error:
                self._neighbours.forget()  # nobody could show life meanwhile
                log.warning("outbox_waits", error=str(error))
            except Exception:
                log.exception("outbox_beat_failed")

    async def _take_all(self) -> None:
        """At start only: later tasks are heard of at their commit."""
        beyond = 0
        while page := await self._store.read(all_tasks, beyond):
            self.add(page)
            beyond = page[-1].id

    async def _show_life(self) -> None:
        """One beat: our sign, a look at the others', and the tasks of those that are no more."""
        began = monotonic()
        signs = await self._store.write(beat, self._node)
        self._beaten = began
        dead = self._neighbours.look(signs)
        if dead:
            log.warning("nodes_gone", nodes=sorted(dead))
            await self._store.write(bury_nodes, {node: signs[node] for node in dead})
        while page := await self._store.write(claim_tasks, self._node):
            self.add(page)


class Neighbours:
    """Which nodes are dead: those whose sign of life stood still for `SILENT` of our looks.

    Looks are counted and times never compared, because the clocks of nodes differ and jump.
    """

    def __init__(self) -> None:
        self._known: dict[str, tuple[datetime, int]] = {}

    def look(self, signs: Mapping[str, datetime]) -> set[str]:
        """`signs` are all nodes' latest; answers the dead."""
        known, self._known = self._known, {}
        for node, sign in signs.items():
            before, looks = known.get(node, (None, 0))
            self._known[node] = (sign, looks + 1 if before == sign else 0)
        return {node for node, (_, looks) in self._known.items() if looks >= SILENT}

    def forget(self) -> None:
        self._known.clear()


def _backoff(attempts: int, error: Exception) -> float:
    """Seconds: what the other side asked for, else doubling from half a second to five minutes."""
    after = error.facts.get("after") if isinstance(error, TryLater) else None
    if isinstance(after, int | float):
        return float(after)
    return float(min(0.5 * 2**attempts, LONGEST))


def finish_task(tx: SqlTx, task_id: int, finish: Finish | None) -> None:
    """The handler's last word and the task's end, together."""
    if finish is not None:
        finish(tx)
    tx.conn.execute(delete(outbox).where(outbox.c.id == task_id))


def postpone_task(tx: SqlTx, task_id: int, attempts: int, delay: float, error: str) -> None:
    tx.conn.execute(
        update(outbox)
        .where(outbox.c.id == task_id)
        .values(attempts=attempts, due_at=tx.now + timedelta(seconds=delay), error=error[:2000])
    )


def bury_task(tx: SqlTx, task_id: int, error: str) -> None:
    """Sets a task aside that failed too often; it stays, visible."""
    tx.conn.execute(update(outbox).where(outbox.c.id == task_id).values(dead=True, error=error[:2000]))


def all_tasks(tx: SqlTx, beyond: int) -> Sequence[StoredTask]:
    """A page of what is to be done, in order, after the task `beyond`."""
    query = (
        select(outbox).where(outbox.c.dead.is_(False), outbox.c.id > beyond).order_by(outbox.c.id).limit(PAGE)
    )
    return [_task(row) for row in tx.conn.execute(query)]


def tasks_of(tx: SqlTx, node: str) -> Sequence[StoredTask]:
    """What the node is to do, in order."""
    query = select(outbox).where(outbox.c.dead.is_(False), outbox.c.owner == node).order_by(outbox.c.id)
    return [_task(row) for row in tx.conn.execute(query)]


def owner_of(tx: SqlTx, task_id: int) -> str | None:
    """None when it is done."""
    return tx.conn.execute(select(outbox.c.owner).where(outbox.c.id == task_id)).scalar()


def claim_tasks(tx: SqlTx, node: str) -> Sequence[StoredTask]:
    """Makes tasks of nodes that are no more ours; answers them in order."""
    alive = select(nodes.c.id)
    due = (
        select(outbox.c.id)
        .where(outbox.c.dead.is_(False), or_(outbox.c.owner == "", outbox.c.owner.not_in(alive)))
        .order_by(outbox.c.id)
        .limit(PAGE)
        .with_for_update(skip_locked=True)
    )
    ids = list(tx.conn.execute(due).scalars())
    if not ids:
        return []
    tx.conn.execute(update(outbox).where(outbox.c.id.in_(ids)).values(owner=node))
    return [
        _task(row)
        for row in tx.conn.execute(select(outbox).where(outbox.c.id.in_(ids)).order_by(outbox.c.id))
    ]


def dead_tasks(tx: SqlTx) -> int:
    """How many tasks were set aside."""
    return len(tx.conn.execute(select(outbox.c.id).where(outbox.c.dead.is_(True))).all())


def beat(tx: SqlTx, node: str) -> Mapping[str, datetime]:
    """This node lives; answers every node's latest sign."""
    keep = pg_insert if tx.postgres else sqlite_insert
    statement = keep(nodes).values(id=node, seen_at=tx.now)
    tx.conn.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_={"seen_at": statement.excluded.seen_at})
    )
    return {row.id: row.seen_at for row in tx.conn.execute(select(nodes))}


def bury_nodes(tx: SqlTx, signs: Mapping[str, datetime]) -> None:
    """Forgets nodes, unless they have shown life since; what they were to do is anyone's."""
    for node, sign in signs.items():
        tx.conn.execute(delete(nodes).where(nodes.c.id == node, nodes.c.seen_at == sign))


def leave(tx: SqlTx, node: str) -> None:
    """This node ends in peace; its tasks are anyone's."""
    tx.conn.execute(update(outbox).where(outbox.c.owner == node).values(owner=""))
    tx.conn.execute(delete(nodes).where(nodes.c.id == node))


def _task(row: Row[Any]) -> StoredTask:
    return StoredTask(
        id=row.id,
        kind=row.kind,
        payload=row.payload,
        lane=row.lane,
        due_at=row.due_at,
        attempts=row.attempts,
    )
