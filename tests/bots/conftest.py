"""One trained bot for all tests: training takes some seconds, so the model is kept under the hash of its data."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bots.demo_orders import DemoOrders
from bots.dialogue.hours import WeeklyHours
from bots.dialogue.outcome import BotContext
from bots.dialogue.script import Script, load_script
from bots.nlu.interpreter import Interpreter
from bots.project import FIRST_LINE
from bots.runtime import Bot, BotAnswer
from bots.training import load_or_train
from core.words import ChannelName

MONDAY_MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # ten o'clock in Paris
SHOP_HOURS = WeeklyHours.from_settings(
    {day: [("09:00", "12:30"), ("13:30", "18:00")] for day in ("mon", "tue", "wed", "thu", "fri")}
    | {"sat": [("10:00", "12:00")]},
    "Europe/Paris",
)


class StoppedClock:
    def __init__(self, moment: datetime = MONDAY_MORNING) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment


def at_shop(channel: ChannelName = ChannelName.WEBCHAT) -> BotContext:
    return BotContext(channel=channel, hours=SHOP_HOURS, business="Maison Fil")


@pytest.fixture(scope="session")
def interpreter(model_cache: Path) -> Interpreter:
    return load_or_train(FIRST_LINE, model_cache)


@pytest.fixture(scope="session")
def script() -> Script:
    return load_script(FIRST_LINE)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def bot(interpreter: Interpreter, script: Script, clock: StoppedClock) -> Bot:
    return Bot(interpreter, script, DemoOrders(clock), clock=clock)


Talk = Callable[..., object]


@pytest.fixture
def talk(bot: Bot) -> Talk:
    """Plays a whole dialogue and gives the bot's answers."""

    async def play(messages: Sequence[str], channel: ChannelName = ChannelName.WEBCHAT) -> list[BotAnswer]:
        answers: list[BotAnswer] = []
        for message in messages:
            state = answers[-1].state if answers else None
            answers.append(await bot.answer(message, state, at_shop(channel)))
        return answers

    return play
