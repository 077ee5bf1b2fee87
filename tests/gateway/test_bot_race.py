"""A conversation changes hands at any moment of a bot's turn: the bot never speaks after."""

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest

from bots.runtime import BotAnswer
from core.ids import ConversationId
from core.store import Store
from core.words import AuthorKind, ContactKind, HandlerKind, Language
from crm.conversations.handling import change_handler
from crm.conversations.model import Handler
from crm.parties.model import Address
from gateway.bot_turns import BotTurns
from routing.model import Queue
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.scenes import a_message

BOT = Handler(kind=HandlerKind.BOT, ref="accueil")
LONGEST = 0.02  # seconds that the bot thinks


class Slow:
    """A bot that thinks for a while."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    async def answer(self, text: str, state: Any, context: Any) -> BotAnswer:
        await asyncio.sleep(self._seconds)
        return BotAnswer(replies=("Je regarde.",), state={}, language=Language.FR)


async def race(
    store: Store, queue: Queue, people: Handler, settings: Any, dice: random.Random
) -> tuple[bool, bool]:
    """(whether the bot answered at all, whether it spoke after people had the conversation)."""
    sender = Address(kind=ContactKind.PHONE, value=f"+3363998{dice.randrange(10_000):04d}")
    accepted = await a_message(store, queue, "Où est mon colis ?", sender=sender)
    conversation_id = ConversationId(accepted.conversation_id)

    def hand(tx: Any, to: Handler) -> Any:
        return change_handler(tx, tx.conversations.get(conversation_id), to, "test")

    held = await store.write(hand, BOT)
    bot = Slow(dice.random() * LONGEST)

    async def bot_of(name: str, conversation: str) -> Any:
        return bot

    turns = BotTurns(store, settings, bot_of)
    payload = {
        "conversation_id": conversation_id,
        "exchange_id": accepted.exchange_id,
        "bot": BOT.ref,
        "epoch": held.epoch,
    }

    async def speak() -> None:
        finish = await turns.take(payload, 0)
        if finish is not None:
            await store.write(finish)

    async def take_over() -> int:
        await asyncio.sleep(dice.random() * 2 * LONGEST)
        await store.write(hand, people)
        return await store.read(lambda tx: len(spoken(tx, conversation_id)))

    _, before = await asyncio.gather(speak(), take_over())
    after = await store.read(lambda tx: len(spoken(tx, conversation_id)))
    return after > 0, after > before


def spoken(tx: Any, conversation_id: ConversationId) -> list[Any]:
    lines = tx.exchanges.visible_lines(conversation_id, 0, 100)
    return [line for line in lines if line.author is AuthorKind.BOT]


async def races(store: Store, settings: Any, count: int) -> None:
    queue = await add_queue(store)
    people = Handler(kind=HandlerKind.QUEUE, ref=queue.id)
    dice = random.Random(11)
    found = [await race(store, queue, people, settings, dice) for _ in range(count)]
    assert not any(late for _, late in found)
    answered = sum(spoke for spoke, _ in found)
    assert count * 0.1 < answered < count * 0.9  # both came first, often enough


async def test_the_bot_never_speaks_after_people_took_over(any_store: Store, tmp_path: Path) -> None:
    await races(any_store, sqlite_settings(tmp_path), 60)


@pytest.mark.long
async def test_in_a_thousand_handovers_it_never_does(any_store: Store, tmp_path: Path) -> None:
    await races(any_store, sqlite_settings(tmp_path), 1_000)
