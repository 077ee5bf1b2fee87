"""The router as it runs: woken by what happens and by what falls due, alone or not, through bad weather."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.clock import SystemClock
from core.errors import StoreUnavailable
from core.settings import RoutingSettings, Settings
from core.words import ChannelName
from routing.model import Presence, WorkState
from routing.offers import accept_offer
from routing.presence import set_presence
from routing.service import Router
from tests.fixtures import postgres_settings, sqlite_settings
from tests.routing.floor import Floor, open_floor

QUICK = RoutingSettings(unreachable_after=0.3, return_after=0.3, wrap_up=0.2)


def a_router(floor: Floor, settings: RoutingSettings | None = None, store: Any = None) -> Router:
    return Router(store or floor.store, floor.bus, floor.clock, settings or RoutingSettings())


@pytest.fixture
async def live(tmp_path: Path) -> AsyncIterator[Floor]:
    """A floor on the real clock with its router running."""
    floor = await open_floor(sqlite_settings(tmp_path), SystemClock())
    router = a_router(floor)
    await router.start()
    yield floor
    await router.stop()
    await floor.close()


async def until(condition: Callable[[], Any], seconds: float = 5.0) -> None:
    """Waits for what must come; the test fails when it does not."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if await condition():
            return
        await asyncio.sleep(0.002)
    pytest.fail("it did not come")


async def test_a_message_reaches_an_available_agent_by_itself(live: Floor) -> None:
    anne = await live.agent("Anne")

    conversation = await live.customer_writes()

    async def offered() -> bool:
        return (await live.item(conversation)).offered_to == anne

    await until(offered)


async def test_from_commit_to_offer_it_takes_milliseconds(live: Floor) -> None:
    for number in range(9):
        await live.agent(f"Anne {number}")
    waits = []
    for _ in range(9):
        began = time.perf_counter()
        conversation = await live.customer_writes()
        committed = time.perf_counter()

        async def offered(conversation: Any = conversation) -> bool:
            return (await live.item(conversation)).state is WorkState.OFFERED

        await until(offered)
        waits.append((time.perf_counter() - committed, committed - began))

    fastest = min(waited for waited, _ in waits)
    assert fastest < 0.1, waits


async def test_an_agent_who_becomes_available_gets_what_waits(live: Floor) -> None:
    conversation = await live.customer_writes()
    anne = await live.agent("Anne")

    async def offered() -> bool:
        return (await live.item(conversation)).offered_to == anne

    await until(offered)


async def test_room_that_appears_is_filled(live: Floor) -> None:
    anne = await live.agent("Anne", capacity=20)
    first, second = await live.customer_writes(), await live.customer_writes()

    async def offered(conversation: Any) -> bool:
        return (await live.item(conversation)).state is WorkState.OFFERED

    await until(lambda: offered(first))
    await live.store.write(accept_offer, await live.offered_item(anne), anne)
    await live.resolve(first)

    await until(lambda: offered(second))


async def test_a_deadline_wakes_the_router(live: Floor) -> None:
    quick = replace(live.queue, offer_seconds={ChannelName.SMS: 1})
    await live.store.write(lambda tx: tx.queues.save(quick))
    anne = await live.agent("Anne")
    conversation = await live.customer_writes()

    async def missed() -> bool:
        return (await live.item(conversation)).passed_by == (anne,)

    await until(missed)


async def test_what_waited_when_the_process_ended_is_offered_when_it_starts_again(
    any_settings: Settings,
) -> None:
    before = await open_floor(any_settings)
    conversation = await before.customer_writes()
    anne = await before.agent("Anne")
    await before.close()

    floor = await open_floor(any_settings)
    router = a_router(floor)
    await router.start()

    async def offered() -> bool:
        return (await floor.item(conversation)).offered_to == anne

    await until(offered)
    await router.stop()
    await floor.close()


async def test_an_offer_whose_deadline_passed_while_the_process_was_down_is_made_anew(floor: Floor) -> None:
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()
    floor.clock.turn(3600)
    router = a_router(floor)

    await router.start()

    async def anew() -> bool:
        item = await floor.item(conversation)
        return item.passed_by == (anne,) and item.state is WorkState.OFFERED

    await until(anew)
    await router.stop()


class StormyStore:
    """A store that cannot commit while `down`."""

    def __init__(self, store: Any) -> None:
        self._store = store
        self.down = True
        self.refused = 0

    async def write(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        if self.down:
            self.refused += 1
            raise StoreUnavailable(problem="disk full")
        return await self._store.write(f, *args, **kwargs)

    async def read(self, f: Any, /, *args: Any, **kwargs: Any) -> Any:
        return await self._store.read(f, *args, **kwargs)


async def test_the_router_outlives_a_store_that_is_away(floor: Floor) -> None:
    await floor.agent("Anne")
    conversation = await floor.customer_writes()
    stormy = StormyStore(floor.store)
    router = a_router(floor, store=stormy)
    await router.start()

    async def refused_twice() -> bool:
        return stormy.refused >= 2

    await until(refused_twice)
    stormy.down = False

    async def offered() -> bool:
        return (await floor.item(conversation)).state is WorkState.OFFERED

    await until(offered)
    await router.stop()


async def test_routers_of_several_nodes_share_the_work_and_offer_nothing_twice(
    postgres_url: str, tmp_path: Path
) -> None:
    settings = postgres_settings(postgres_url, tmp_path)
    nodes = [await open_floor(settings) for _ in range(2)]
    routers = [a_router(node) for node in nodes]
    for router in routers:
        await router.start()
    everyone = [await nodes[0].agent(f"Anne {number}") for number in range(10)]
    await asyncio.gather(*(nodes[n % 2].customer_writes(customer=n) for n in range(10)))

    async def all_offered() -> bool:
        return all(i.state is WorkState.OFFERED for i in await nodes[0].items())

    await until(all_offered)

    assert [(await nodes[0].person(one)).load for one in everyone] == [20] * 10
    for router, node in zip(routers, nodes, strict=True):
        await router.stop()
        await node.close()


async def test_a_console_that_stays_silent_loses_its_work_in_the_end(tmp_path: Path) -> None:
    floor = await open_floor(sqlite_settings(tmp_path), SystemClock())
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.route()
    await floor.store.write(accept_offer, await floor.offered_item(anne), anne)
    router = a_router(floor, QUICK)

    await router.start()

    async def back() -> bool:
        return (await floor.item(conversation)).state is WorkState.WAITING

    await until(back)
    assert (await floor.person(anne)).presence is Presence.OFFLINE
    await router.stop()
    await floor.close()


async def test_a_wake_at_the_moment_of_stopping_does_not_keep_the_router_alive(floor: Floor) -> None:
    for _ in range(20):
        router = a_router(floor)
        await router.start()
        await floor.customer_writes()
        async with asyncio.timeout(30):
            await router.stop()


async def test_stopping_twice_does_no_harm_and_a_stopped_router_makes_no_offer(floor: Floor) -> None:
    router = a_router(floor)
    await router.start()
    await router.stop()
    await router.stop()
    anne = await floor.agent("Anne")
    conversation = await floor.customer_writes()
    await floor.store.write(set_presence, anne, Presence.AVAILABLE)

    await asyncio.sleep(0.05)

    assert (await floor.item(conversation)).state is WorkState.WAITING
