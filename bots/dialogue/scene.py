"""One turn's surroundings, passed to every function that decides a part of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bots.dialogue import phrases
from bots.dialogue.outcome import BotContext, Turn
from bots.dialogue.script import Script
from bots.dialogue.state import DialogueState
from bots.nlu.understanding import Understanding
from core.words import Language

# What may be said at any time without raising a matter.
SMALL_TALK = frozenset({"greet", "thanks", "affirm", "deny", "repeat", "help", "bot_challenge", "cancel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    script: Script
    context: BotContext
    now: datetime
    state: DialogueState
    heard: Understanding

    @property
    def language(self) -> Language:
        return self.state.language or self.context.default_language

    @property
    def local_now(self) -> datetime:
        return self.context.hours.local(self.now)

    @property
    def today(self) -> date:
        return self.local_now.date()

    def say(self, key: str, **values: str) -> str:
        """The script's text; `{business}`, `{order_example}` and collected slots are always at hand."""
        voice = self.context.voice
        known = {
            **self.state.slots,
            "business": self.context.business,
            "order_example": self.context.order_example,
            **values,
        }
        if voice and "order_number" in known:
            known["order_number"] = phrases.spelled(known["order_number"])
        return self.script.text(key, self.language, voice=voice, values=known, variant=self.state.turns)

    def changed(self, **changes: Any) -> "Scene":
        """The same scene with parts of the dialogue's state replaced."""
        return replace(self, state=replace(self.state, **changes))

    def reply(self, *texts: str, end: bool = False) -> Turn:
        return Turn(state=self.state, replies=tuple(text for text in texts if text), end=end)
