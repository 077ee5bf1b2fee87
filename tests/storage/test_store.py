"""The contract of the store, on both databases."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.bus import Bus
from core.events import Event, Finish, Recorded, Task
from storage.engine.feed import events_since, last_seq
from storage.engine.opening import Opened
from tests.fixtures import add_queue

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingHappened(Event):
    number: int


async def test_a_write_answers_what_its_function_returned_and_a_read_sees_it(any_opened: Opened) -> None:
    queue = await add_queue(any_opened.store, "Livraison")
    found = await any_opened.store.read(lambda tx: tx.queues.get(queue.id))
    assert found == queue


async def test_a_function_that_raises_leaves_nothing_and_harms_no_neighbour(any_opened: Opened) -> None:
    store = any_opened.store

    def fails(tx: object) -> None:
        tx.emit(SomethingHappened(number=1))  # type: ignore[attr-defined]
        raise ValueError("no")

    outcomes = await asyncio.gather(
        store.write(fails),
        add_queue(store, "A"),
        store.write(fails),
        add_queue(store, "B"),
        return_exceptions=True,
    )
    assert [isinstance(o, ValueError) for o in outcomes] == [True, False, True, False]
    assert [q.name for q in await store.read(lambda tx: tx.queues.all())] == ["A", "B"]
    assert await store.read(last_seq) == 0


async def test_events_are_heard_after_the_commit_in_commit_order(any_opened: Opened, bus: Bus) -> None:
    heard: list[int] = []
    done = asyncio.Event()

    async def listen(batch: Sequence[Recorded]) -> None:
        heard.extend(r.seq for r in batch)
        if len(heard) == 40:
            done.set()

    bus.subscribe(listen)
    store = any_opened.store
    await asyncio.gather(
        *(store.write(lambda tx, n: tx.emit(SomethingHappened(number=n)), n) for n in range(40))
    )
    await asyncio.wait_for(done.wait(), 30)
    feed = await store.read(events_since, 0, 100)
    assert heard == [r.seq for r in feed] == sorted(heard)
    numbers = [r.event.number for r in feed if isinstance(r.event, SomethingHappened)]
    assert sorted(numbers) == list(range(40))


async def test_a_task_runs_once_after_the_commit_and_its_finish_is_one_commit_with_its_removal(
    any_opened: Opened,
) -> None:
    runs: list[object] = []

    async def handler(payload: Payload, attempts: int) -> Finish:
        runs.append((payload["n"], attempts))
        return lambda tx: tx.emit(SomethingHappened(number=payload["n"]))

    outbox = await any_opened.start_outbox({"count": handler})
    for n in range(5):
        await any_opened.store.write(
            lambda tx, n: tx.enqueue(Task(kind="count", payload={"n": n}, lane="one")), n
        )
    await outbox.idle()
    assert runs == [(n, 0) for n in range(5)]
    assert len(await any_opened.store.read(events_since, 0, 10)) == 5


async def test_a_task_of_the_same_key_is_one_while_it_is_to_be_done(any_opened: Opened) -> None:
    runs: list[int] = []

    async def handler(payload: Payload, attempts: int) -> None:
        runs.append(attempts)

    def twice(tx: Any) -> None:
        tx.enqueue(Task(kind="k", key="same"))
        tx.enqueue(Task(kind="k", key="same"))

    outbox = await any_opened.start_outbox({"k": handler})
    await any_opened.store.write(twice)
    await outbox.idle()
    assert runs == [0]


async def test_a_task_stored_by_the_end_of_another_runs_too(any_opened: Opened) -> None:
    runs: list[str] = []

    async def first(payload: Payload, attempts: int) -> Finish:
        runs.append("first")
        return lambda tx: tx.enqueue(Task(kind="second", lane="same"))

    async def second(payload: Payload, attempts: int) -> None:
        runs.append("second")

    outbox = await any_opened.start_outbox({"first": first, "second": second})
    await any_opened.store.write(lambda tx: tx.enqueue(Task(kind="first", lane="same")))
    async with asyncio.timeout(30):
        while len(runs) < 2:
            await outbox.idle()
            await asyncio.sleep(0.01)
    assert runs == ["first", "second"]


async def test_a_failing_task_is_tried_again_before_the_next_of_its_lane(any_opened: Opened) -> None:
    seen: list[str] = []

    async def handler(payload: Payload, attempts: int) -> None:
        seen.append(f"{payload['n']}/{attempts}")
        if payload["n"] == 0 and attempts == 0:
            raise RuntimeError("the world is not ready")

    outbox = await any_opened.start_outbox({"try": handler})

    def two(tx: Any) -> None:
        tx.enqueue(Task(kind="try", payload={"n": 0}, lane="x"))
        tx.enqueue(Task(kind="try", payload={"n": 1}, lane="x"))

    await any_opened.store.write(two)
    await outbox.idle()
    assert seen == ["0/0", "0/1", "1/0"]
