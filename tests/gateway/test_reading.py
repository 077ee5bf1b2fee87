"""How far each member of staff has read: kept, never going back, the same wherever they look."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.bus import Bus
from core.store import Store
from crm.conversations.events import ConversationRead
from routing.model import Queue
from storage.engine.feed import events_since, last_seq
from tests.agent_console.consoles import Console
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front, Person
from tests.gateway.scenes import a_message


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


@pytest.fixture
async def queue(front: Front) -> Queue:
    return await add_queue(front.store)


@pytest.fixture
async def held(front: Front, agent: Person, queue: Queue) -> dict[str, Any]:
    """A conversation of four lines in the agent's hands: the customer's, the agent's, a note, the customer's."""
    accepted = await a_message(front.store, queue, "Où est ma commande ?")
    at = f"/api/v1/conversations/{accepted.conversation_id}"
    await agent.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await agent.post(f"{at}/take", epoch=1)
    await agent.post(f"{at}/replies", epoch=2, text="Je regarde", key="1")
    await agent.post(f"{at}/notes", text="Encore lui", key="1")
    await a_message(front.store, queue, "Merci")
    page: dict[str, Any] = await agent.get(at)
    assert page["conversation"]["last_position"] == 4
    return dict(page["conversation"])


async def read(person: Person, held: dict[str, Any], position: int) -> None:
    await person.post(f"/api/v1/conversations/{held['id']}/read", position=position)


async def mark(person: Person) -> tuple[int, int] | None:
    """Position and customer's lines of the one mark on their desk."""
    reads = (await person.get("/api/v1/console/snapshot"))["reads"]
    return (reads[0]["position"], reads[0]["customer_lines"]) if reads else None


async def another_browser(front: Front, agent: Person) -> Person:
    elsewhere = front.nobody()
    elsewhere.id, elsewhere.login = agent.id, agent.login
    await elsewhere.sign_in()
    return elsewhere


async def told(front: Front) -> list[int]:
    """The positions of the events, in their order."""
    feed = await front.store.read(events_since, 0, 1000)
    return [r.event.reading["position"] for r in feed if isinstance(r.event, ConversationRead)]


async def test_the_mark_counts_the_customers_lines_and_no_others(agent: Person, held: dict[str, Any]):
    await read(agent, held, 3)

    assert held["customer_lines"] == 2
    assert await mark(agent) == (3, 1)


async def test_the_mark_is_there_in_another_browser_and_on_the_page(
    front: Front, agent: Person, held: dict[str, Any]
):
    await read(agent, held, 4)
    elsewhere = await another_browser(front, agent)

    assert await mark(elsewhere) == (4, 2)
    assert (await elsewhere.get(f"/api/v1/conversations/{held['id']}"))["read_to"] == 4


async def test_the_mark_never_goes_back(front: Front, agent: Person, held: dict[str, Any]):
    for position in (4, 1, 4):
        await read(agent, held, position)

    assert await mark(agent) == (4, 2)
    assert await told(front) == [4]


async def test_nobody_reads_further_than_the_end(agent: Person, held: dict[str, Any]):
    await read(agent, held, 2_000_000_000)

    assert await mark(agent) == (4, 2)


async def test_tabs_that_tell_at_once_leave_the_furthest_and_are_told_forwards_only(
    front: Front, agent: Person, held: dict[str, Any]
):
    tabs = [agent, await another_browser(front, agent)]
    await asyncio.gather(*(read(tabs[n % 2], held, position) for n, position in enumerate([2, 4, 1, 3] * 4)))

    assert await mark(agent) == (4, 2)
    assert await told(front) == sorted(set(await told(front)))


async def test_my_other_tab_hears_of_it_and_a_supervisor_does_not(
    front: Front, agent: Person, queue: Queue, held: dict[str, Any]
):
    boss = await front.person("supervisor", name="Nadia Leroy")
    since = await front.store.read(last_seq)
    async with Console(await another_browser(front, agent)) as tab, Console(boss) as other:
        await asyncio.gather(tab.resume(since), other.resume(since))
        await read(agent, held, 4)
        await a_message(front.store, queue, "Encore moi")
        await asyncio.gather(*(c.until(lambda c=c: "ExchangeRecorded" in c.names()) for c in (tab, other)))

    assert tab.names() == ["ConversationRead", "ExchangeRecorded"]
    assert other.names() == ["ExchangeRecorded"]


async def test_who_only_looks_on_has_a_mark_of_his_own_and_troubles_nobody(
    front: Front, agent: Person, held: dict[str, Any]
):
    boss = await front.person("supervisor", name="Nadia Leroy")
    await read(boss, held, 2)

    assert (await boss.get(f"/api/v1/conversations/{held['id']}"))["read_to"] == 2
    assert (await agent.get(f"/api/v1/conversations/{held['id']}"))["read_to"] == 0
    assert await told(front) == []


async def test_who_takes_it_over_is_told_how_far_he_had_read(
    front: Front, agent: Person, queue: Queue, held: dict[str, Any]
):
    colleague = await front.person("agent", name="Hugo Lemaire", queues=[queue])
    await colleague.call("PUT", "/api/v1/presence", json={"presence": "available"})
    await read(colleague, held, 1)
    await colleague.post(f"/api/v1/conversations/{held['id']}/take", epoch=held["epoch"])

    assert await mark(colleague) == (1, 1)
    assert await told(front) == [1]
    assert await mark(agent) is None
