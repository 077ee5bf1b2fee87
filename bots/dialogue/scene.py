"""One turn's surroundings, passed to every function that decides a part of it."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from bots.dialogue import phrases
from bots.dialogue.outcome import BotContext, Turn
from bots.dialogue.script import Script, SlotSource
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

    def planned(self, intent: str) -> tuple[str, ...] | None:
        """What follows the intent here; None where designers planned nothing. A part of an intent ("faq/prices")
        follows the whole where it has no plan of its own."""
        slots = {**self.script.initial, **self.state.slots, "language": self.language.value}
        loop = self.state.form.name if self.state.form else None
        names = dict.fromkeys((intent, intent.split("/")[0]))
        plans = (self.script.plans.of(name, slots, self.state.history, loop) for name in names)
        return next((plan for plan in plans if plan is not None), None)

    def given(self, slot: str, *, asked: bool = False) -> str | None:
        """The slot's value in what was just said; `asked`: a form waits for it, so that any text may be one."""
        heard = self.heard
        for source in self.script.sources.get(slot, (SlotSource(kind="entity", name=slot),)):
            if not source.fits(heard.intent) or (source.asked_only and not asked):
                continue
            if source.kind == "entity" and (value := heard.entity(source.name)) is not None:
                return value
            if source.kind == "intent" and (asked or source.intents):
                return source.name
            if source.kind == "text" and asked and heard.text:
                return heard.text
        return None

    def offering(self, key: str) -> "Scene":
        """With the buttons of a text as what the next message may choose."""
        if not self.script.has(key):
            return self
        said = self.script.variation(
            key, self.language, voice=self.context.voice, values=self.state.slots, variant=self.state.turns
        )
        return self.changed(choices=said.buttons) if said.buttons else self

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
        told = self.script.text(key, self.language, voice=voice, values=known, variant=self.state.turns)
        return (
            phrases.with_buttons(told, self.offering(key).state.choices, voice)
            if self._has_buttons(key)
            else told
        )

    def _has_buttons(self, key: str) -> bool:
        return any(one.buttons for one in self.script.responses.get(key, ()))

    def changed(self, **changes: Any) -> "Scene":
        """The same scene with parts of the dialogue's state replaced."""
        return replace(self, state=replace(self.state, **changes))

    def reply(self, *texts: str, end: bool = False) -> Turn:
        return Turn(state=self.state, replies=tuple(text for text in texts if text), end=end)
