"""A bot against a machine without headers: at most four answers on any channel, then its queue with the reason."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from bots.reactions import TURN
from bots.runtime import BotAnswer
from core.ids import new_id
from core.words import AuthorKind, ChannelName, ContactKind, HandlerKind, Language
from crm.conversations.accept import accept
from crm.conversations.joining import Limits
from crm.parties.model import Address
from gateway.bot_turns import LOOPING, BotTurns
from storage.engine.opening import Opened
from storage.schema import conversations, exchanges
from tests.fixtures import add_entry_point, add_queue, an_inbound, sqlite_settings

SENDERS = {
    ChannelName.EMAIL: Address(kind=ContactKind.EMAIL, value="robot@example.org"),
    ChannelName.SMS: Address(kind=ContactKind.PHONE, value="+33639980001"),
    ChannelName.WEBCHAT: Address(kind=ContactKind.WEBCHAT, value="session-1"),
}
TEXT = "Merci de votre message. Quels sont vos horaires ? Nous traitons votre demande."


class Talker:
    """A bot that always has an answer."""

    async def answer(self, text: str, state: Mapping[str, Any] | None, context: object) -> BotAnswer:
        return BotAnswer(replies=("Nous sommes ouverts de 9 h à 18 h.",), state={}, language=Language.FR)


async def answers(opened: Opened) -> int:
    query = select(func.count()).where(
        exchanges.c.author == AuthorKind.BOT.value, exchanges.c.direction == "outbound"
    )
    count: int = await opened.store.read(lambda tx: tx.conn.execute(query).scalar_one())
    return count


async def settled(opened: Opened, before: int) -> int:
    """How many answers there are once the bot had its turn, or chose to be silent."""
    async with asyncio.timeout(30):
        while True:
            held = await opened.store.read(
                lambda tx: tx.conn.execute(
                    select(func.count()).where(conversations.c.handler_kind == HandlerKind.QUEUE.value)
                ).scalar_one()
            )
            now = await answers(opened)
            if now > before or held:
                return now
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("channel", SENDERS)
async def test_a_machine_is_answered_four_times_at_most(
    any_opened: Opened, tmp_path: Path, channel: ChannelName
):
    counted: list[str] = []

    async def the_bot(name: str, conversation_id: str) -> Any:
        return Talker()

    queue = await add_queue(any_opened.store)
    await add_entry_point(any_opened.store, queue, channel, bot="accueil")
    turns = BotTurns(
        any_opened.store, sqlite_settings(tmp_path), the_bot, count=lambda channel, what: counted.append(what)
    )
    await any_opened.start_outbox({TURN: turns.take})
    sent = 0
    for number in range(12):
        inbound = an_inbound(
            "Quels sont vos horaires ?" if number == 0 else TEXT,
            channel=channel,
            sender=SENDERS[channel],
            business_address="support@example.com" if channel is ChannelName.EMAIL else "+33199000000",
            provider_id=new_id(),
        )
        await any_opened.store.write(accept, inbound, Limits())
        after = await settled(any_opened, sent)
        if after == sent:
            break
        sent = after
    told = await any_opened.store.read(
        lambda tx: tx.conn.execute(select(exchanges.c.meta).where(exchanges.c.kind == "note")).scalars().all()
    )

    assert 1 <= sent <= 4
    assert counted == ["bot_braked"]
    assert [meta["handover"] for meta in told] == [LOOPING]
