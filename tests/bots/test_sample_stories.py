"""The conversations that come with the product's own bot go as they are told, on every channel."""

import pytest

from bots.demo_orders import DemoOrders
from bots.dialogue.script import Script
from bots.nlu.interpreter import Interpreter
from bots.project import FIRST_LINE, files_in
from bots.runtime import Bot
from bots.testing import Failure, play, stories_to_try
from core.words import ChannelName
from tests.bots.conftest import at_shop

STORIES = stories_to_try(files_in(FIRST_LINE))
FEWEST = 80  # in each language


@pytest.fixture
def bot(interpreter: Interpreter, script: Script) -> Bot:
    return Bot(interpreter, script, DemoOrders())


async def test_every_conversation_goes_as_it_is_told(bot: Bot, script: Script) -> None:
    assert len(STORIES) >= 2 * FEWEST
    found = [await play(bot, script, story, at_shop(ChannelName.SMS)) for story in STORIES]
    assert [one for one in found if one is not None] == []


async def test_on_the_telephone_handovers_are_the_same(bot: Bot, script: Script) -> None:
    """What is said differs there; who is handed over must not."""
    for story in STORIES:
        handed = [one for one in story.steps if one.get("action") == "action_handover"]
        if not handed:
            continue
        found = await play(bot, script, story, at_shop(ChannelName.VOICE))
        assert found is None or found.wanted != "action action_handover", found


async def test_what_goes_otherwise_is_told_with_its_place(bot: Bot, script: Script) -> None:
    story = next(one for one in STORIES if one.name == "merci")
    wrong = type(story)(name="wrong", steps=(story.steps[0], {"action": "utter_bot"}))
    found = await play(bot, script, wrong, at_shop())
    assert found is not None
    assert (found.story, found.turn, found.said, found.wanted) == ("wrong", 1, "merci", "action utter_bot")
    assert isinstance(found, Failure)
