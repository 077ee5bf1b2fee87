"""What designers see of what customers said."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bots.nlu.understanding import Understanding
from bots.runtime import BotAnswer
from core.bus import Bus
from core.store import Store
from core.words import HandlerKind, Language
from crm.conversations.handling import change_handler
from crm.conversations.model import Handler
from gateway.bot_turns import write_turn
from tests.fixtures import add_queue, sqlite_settings
from tests.gateway.front import Front
from tests.gateway.scenes import a_message

BOT = Handler(kind=HandlerKind.BOT, ref="accueil")


@pytest.fixture
async def front(any_store: Store, bus: Bus, tmp_path: Path) -> AsyncIterator[Front]:
    front = await Front.open(any_store, bus, sqlite_settings(tmp_path))
    yield front
    await front.close()


async def test_designers_see_what_was_said_beside_what_was_understood(front: Front):
    queue = await add_queue(front.store)
    designer = await front.person("designer")
    accepted = await a_message(front.store, queue, "Où est mon colis ?")
    exchange = await front.store.read(lambda tx: tx.exchanges.get(accepted.exchange_id))
    held = await front.store.write(
        lambda tx: change_handler(tx, tx.conversations.get(accepted.conversation_id), BOT, "test")
    )
    heard = Understanding(
        text="Où est mon colis ?", language=Language.FR, intent="order_status", confidence=0.4217
    )
    answer = BotAnswer(
        replies=("Quel est le numéro ?", "Il est sur votre facture."),
        state={},
        language=Language.FR,
        understanding=heard,
    )
    await front.store.write(write_turn, held.id, exchange, BOT, held.epoch, answer)
    (item,) = (await designer.get("/api/v1/bots/understood"))["items"]

    assert (item["text"], item["intent"], item["confidence"]) == (
        "Où est mon colis ?",
        "order_status",
        0.4217,
    )
    assert "party" not in str(item)
