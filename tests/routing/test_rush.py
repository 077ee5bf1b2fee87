"""A rush on PostgreSQL: everybody does everything at once, no two transactions wait for each other in a circle."""

import asyncio
import random
from typing import Any

from sqlalchemy import text

from core.errors import FilrougeError
from core.words import ChannelName
from routing.model import UNITS, Presence, WorkState
from routing.offers import accept_offer
from routing.presence import seen, set_presence
from routing.states import HELD
from tests.fixtures import postgres_settings
from tests.routing.floor import Floor, open_floor

CHANNELS = (ChannelName.SMS, ChannelName.WEBCHAT, ChannelName.EMAIL)


async def agent_works(floor: Floor, user_id: Any, chance: random.Random) -> None:
    """Takes what they are offered, resolves some, takes some by hand, goes and comes."""
    for _ in range(8):
        items = await floor.items()
        mine = [i for i in items if i.offered_to == user_id and i.state in HELD]
        waiting = [i for i in items if i.state is WorkState.WAITING]
        try:
            for item in mine:
                if item.state is WorkState.OFFERED:
                    await floor.store.write(accept_offer, item.id, user_id)
                elif chance.random() < 0.6:
                    await floor.resolve(item.conversation_id)
            if waiting and chance.random() < 0.4:
                await floor.take_by_hand(chance.choice(waiting).conversation_id, user_id)
            if chance.random() < 0.3:
                await floor.store.write(set_presence, user_id, Presence.OFFLINE)
                await floor.store.write(set_presence, user_id, Presence.AVAILABLE)
            await floor.store.write(seen, user_id)
        except FilrougeError:
            continue  # refused: someone was quicker


async def customers_write(floor: Floor, chance: random.Random) -> None:
    for _ in range(12):
        await floor.customer_writes(chance.choice(CHANNELS), customer=chance.randint(1, 6))


async def router_passes(floor: Floor) -> None:
    for _ in range(25):
        await floor.route()
        await asyncio.sleep(0.01)


async def test_a_rush_ends_without_a_deadlock_and_with_every_promise_kept(
    postgres_url: str, tmp_path: Any
) -> None:
    floor = await open_floor(postgres_settings(postgres_url, tmp_path))
    chance = random.Random(7)
    people = [await floor.agent(name, capacity=60) for name in ("Anne", "Bruno", "Chloé", "Denis")]

    await asyncio.gather(
        *(agent_works(floor, person, chance) for person in people),
        *(customers_write(floor, chance) for _ in range(3)),
        *(router_passes(floor) for _ in range(2)),
    )

    items = await floor.items()
    for person in people:
        load = sum(UNITS[i.channel] for i in items if i.offered_to == person and i.state in HELD)
        assert load <= 60
    assert await deadlocks(floor) == 0
    await floor.close()


async def deadlocks(floor: Floor) -> int:
    """As the server counts them; its counters are a moment behind."""
    query = text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    await floor.store.read(lambda tx: tx.conn.execute(text("SELECT pg_stat_force_next_flush()")))
    await asyncio.sleep(0.2)
    return await floor.store.read(lambda tx: int(tx.conn.execute(query).scalar_one()))
