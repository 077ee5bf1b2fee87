"""Waiting for the bot while the caller is on the line, until it answered or a human took over."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

from channels.contract import Ground
from channels.voice.calls import Turn, look_at_turn
from core.events import Recorded

PATIENCE = 8.0  # seconds; the provider gives a webhook 15
GRACE = 0.12  # seconds in which the second sentence of an answer may follow the first
POLL = 1.0  # seconds; what another node committed may not be heard on this one's bus


@asynccontextmanager
async def news_of(ground: Ground, conversation_id: str) -> AsyncIterator[asyncio.Event]:
    """An event that is set whenever something was committed about the conversation."""
    news = asyncio.Event()

    async def listen(batch: Sequence[Recorded]) -> None:
        if any(_is_about(recorded, conversation_id) for recorded in batch):
            news.set()

    forget = ground.bus.subscribe(listen)
    try:
        yield news
    finally:
        forget()


async def wait_for_turn(
    ground: Ground, call_id: str, conversation_id: str, position: int, patience: float = PATIENCE
) -> Turn | None:
    """The turn once it is ready, or as it is when patience ends; None when the call is not known.

    It listens first and reads then, so that nothing falls between.
    """
    deadline = asyncio.get_running_loop().time() + patience
    async with news_of(ground, conversation_id) as news:
        while True:
            news.clear()
            turn = await ground.store.read(look_at_turn, call_id, position)
            if turn is None or turn.ready:
                break
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return turn
            await pause(news, min(left, POLL))
    if turn is not None and turn.lines and turn.scene.by_bot:
        await asyncio.sleep(GRACE)
    return turn


async def pause(news: asyncio.Event, seconds: float) -> None:
    """Until there is news, at most `seconds`."""
    try:
        async with asyncio.timeout(seconds):
            await news.wait()
    except TimeoutError:
        pass


def _is_about(recorded: Recorded, conversation_id: str) -> bool:
    about: object = getattr(recorded.event, "conversation", None)
    if isinstance(about, Mapping):
        return bool(about.get("id") == conversation_id)
    return bool(getattr(recorded.event, "conversation_id", None) == conversation_id)
