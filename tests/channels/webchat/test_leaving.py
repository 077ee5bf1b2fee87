"""A visitor who left: said once, and the agent's chat weighs what a text does until they are back."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from channels.webchat import leaving
from channels.webchat.leaving import LEFT, forgotten
from channels.webchat.rates import Rates
from core.bus import Bus
from core.words import ChannelName
from routing.model import UNITS
from storage.engine.opening import Opened
from storage.schema import exchanges, outbox
from tests.channels.webchat.conftest import GENEROUS, Chat, Visitor, eventually, running, settings_for


@pytest.fixture(autouse=True)
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaving, "ANSWER_WITHIN", 0.3)


async def talking(chat: Chat) -> tuple[Visitor, str, str]:
    """A visitor who wrote, and the agent who took the chat."""
    visitor = await chat.visitor()
    thread = (await visitor.say("Bonjour"))["line"]["thread"]
    return visitor, thread, await chat.agent(thread)


async def leaves(chat: Chat, visitor: Visitor) -> None:
    """Closes the page, and waits until the server knows: it hears of a closed socket when it reads it."""
    (namespace,) = chat.channel.namespaces()
    sid = visitor.socket.get_sid("/chat")
    await visitor.close()
    await eventually(lambda: sid not in namespace._visitors)


async def looked(chat: Chat, thread: str) -> None:
    """The task runs, as the outbox runs it."""
    finish = await chat.channel.tasks()[LEFT]({"conversation": thread}, 0)
    if finish is not None:
        await chat.store.write(finish)


async def told(chat: Chat) -> int:
    """How often the timeline says that the visitor left."""
    found = await chat.store.read(lambda tx: tx.conn.execute(select(exchanges.c.meta)).scalars().all())
    return sum(meta.get("event") == "visitor_left" for meta in found)


async def weight(chat: Chat, agent: str) -> int:
    load: int = (await chat.store.read(lambda tx: tx.agents.get(agent))).load
    return load


async def waiting_tasks(chat: Chat) -> list[Any]:
    query = select(outbox.c.payload).where(outbox.c.kind == LEFT)
    return list(await chat.store.read(lambda tx: tx.conn.execute(query).scalars().all()))


async def until(chat: Chat) -> None:
    """A closed socket's task is stored after the page is forgotten."""
    async with asyncio.timeout(10):
        while not await waiting_tasks(chat):
            await asyncio.sleep(0.01)


async def test_a_visitor_who_is_gone_is_said_to_be_once_and_their_chat_weighs_less(chat: Chat) -> None:
    visitor, thread, agent = await talking(chat)
    assert await weight(chat, agent) == UNITS[ChannelName.WEBCHAT]
    await leaves(chat, visitor)
    for _ in range(2):
        await looked(chat, thread)
    assert (await told(chat), await weight(chat, agent)) == (1, UNITS[ChannelName.SMS])


async def test_who_comes_back_and_writes_is_live_again(chat: Chat) -> None:
    visitor, thread, agent = await talking(chat)
    token = visitor.session["token"]
    await leaves(chat, visitor)
    await looked(chat, thread)
    again = await chat.visitor(session=token)
    assert (await again.say("Me revoilà"))["line"]["thread"] == thread
    assert await weight(chat, agent) == UNITS[ChannelName.WEBCHAT]
    await leaves(chat, again)
    await looked(chat, thread)
    assert (await told(chat), await weight(chat, agent)) == (2, UNITS[ChannelName.SMS])


async def test_one_of_two_pages_closed_is_no_farewell(chat: Chat) -> None:
    visitor, thread, agent = await talking(chat)
    await chat.visitor(session=visitor.session["token"])
    await leaves(chat, visitor)
    await looked(chat, thread)
    assert (await told(chat), await weight(chat, agent)) == (0, UNITS[ChannelName.WEBCHAT])


async def test_a_closed_socket_is_looked_after_later_once(chat: Chat) -> None:
    visitor, thread, _ = await talking(chat)
    token = visitor.session["token"]
    await leaves(chat, visitor)
    again = await chat.visitor(session=token)
    await leaves(chat, again)
    await until(chat)
    assert await waiting_tasks(chat) == [{"conversation": thread}]


async def test_what_a_killed_process_did_not_store_is_stored_at_the_next_start(chat: Chat) -> None:
    _, thread, _ = await talking(chat)
    await chat.store.write(lambda tx: tx.conn.execute(text("DELETE FROM outbox")) and None)
    await chat.store.write(forgotten, 180.0)
    assert await waiting_tasks(chat) == [{"conversation": thread}]


async def test_a_visitor_at_another_node_is_there(
    opened: Opened, bus: Bus, tmp_path: Path, redis_url: str
) -> None:
    import socketio

    settings = settings_for(tmp_path)
    managers = [socketio.AsyncRedisManager(redis_url) for _ in range(2)]
    async with (
        running(opened, bus, settings, Rates(GENEROUS), manager=managers[0]) as one,
        running(opened, bus, settings, Rates(GENEROUS), manager=managers[1]) as other,
    ):
        visitor, thread, agent = await talking(other)
        visitor.socket.on("here", lambda: None, namespace="/chat")  # as the widget answers
        await looked(one, thread)
        assert (await told(one), await weight(one, agent)) == (0, UNITS[ChannelName.WEBCHAT])
        await leaves(other, visitor)
        await looked(one, thread)
        assert (await told(one), await weight(one, agent)) == (1, UNITS[ChannelName.SMS])
