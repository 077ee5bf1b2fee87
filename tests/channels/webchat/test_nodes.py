"""Two nodes, one Redis: an answer sent by one reaches the visitor whose socket the other holds."""

from pathlib import Path

import socketio

from channels.webchat.rates import Rates
from core.bus import Bus
from storage.engine.opening import Opened
from tests.channels.webchat.conftest import GENEROUS, eventually, running, settings_for


async def test_an_answer_of_another_node_arrives(
    opened: Opened, bus: Bus, tmp_path: Path, redis_url: str
) -> None:
    settings = settings_for(tmp_path)
    here = running(opened, bus, settings, Rates(GENEROUS), manager=socketio.AsyncRedisManager(redis_url))
    there = running(opened, Bus(), settings, Rates(GENEROUS), manager=socketio.AsyncRedisManager(redis_url))
    async with here as one, there as two:
        visitor = await two.visitor()
        thread = (await visitor.say("Bonjour"))["line"]["thread"]
        agent = await one.agent(thread)

        await eventually(lambda: visitor.heard["state"])
        await one.reply(thread, agent, "Depuis l'autre nœud")
        await eventually(lambda: visitor.lines)

        assert visitor.heard["state"][0]["handler"] == {"kind": "agent", "name": "Camille"}
        assert visitor.lines == ["Depuis l'autre nœud"]
