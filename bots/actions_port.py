"""What the bot needs from others: someone who does what the business does."""

from typing import Protocol

from bots.dialogue.outcome import ActionCall, ActionDone
from bots.nlu.understanding import Understanding
from core.words import ChannelName


class Actions(Protocol):
    async def run(self, action: ActionCall, heard: Understanding, channel: ChannelName) -> ActionDone:
        """Does an action of the designers' own.

        May raise and may be slow: the caller bounds the time and hands over to a person when it fails.
        """
        ...
