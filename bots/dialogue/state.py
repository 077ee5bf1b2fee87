"""What a dialogue remembers between two turns, and its form as JSON in the conversation's row."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from core.errors import Malformed
from core.words import Language

VERSION = 1
_REMEMBERED = 6  # last utterances and last replies
_LONGEST = 300  # characters of each
_REMEMBERED_INTENTS = 20


class Question(StrEnum):
    """What the bot asked that a yes or a no answers."""

    NONE = "none"
    CONFIRM_GUESS = "confirm_guess"
    OFFER_HUMAN = "offer_human"
    ANYTHING_ELSE = "anything_else"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActiveForm:
    """A form that waits for `slot`; `tries` counts the answers that did not give it. `filled`: slots it has."""

    name: str
    slot: str
    tries: int = 0
    filled: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DialogueState:
    language: Language | None = None  # None until the customer has said something in one
    introduced: bool = False
    handed_over: bool = False
    turns: int = 0
    question: Question = Question.NONE
    guess: str | None = None  # the intent that CONFIRM_GUESS asks about
    unsure: int = 0  # utterances in a row that were not understood
    outside: int = 0  # utterances out of scope since the last matter that was not
    form: ActiveForm | None = None
    awaiting: str | None = None  # the action whose result comes next
    slots: Mapping[str, str] = field(default_factory=dict)
    asked: tuple[str, ...] = ()  # intents understood, each once, the latest last
    history: tuple[str, ...] = ()  # intents that were followed, as often as they were, the latest last
    then: tuple[str, ...] = ()  # actions that follow the one that is awaited
    choices: tuple[tuple[str, str], ...] = ()  # (what stands on a button, what it sends) of the last reply
    looked_up: tuple[str, ...] = ()  # order numbers that were answered
    utterances: tuple[str, ...] = ()
    last_replies: tuple[str, ...] = ()

    def heard(self, text: str) -> "DialogueState":
        kept = (*self.utterances, text[:_LONGEST]) if text else self.utterances
        return replace(self, utterances=kept[-_REMEMBERED:], turns=self.turns + 1)

    def said(self, replies: tuple[str, ...]) -> "DialogueState":
        return replace(self, last_replies=replies[-_REMEMBERED:])

    def with_slot(self, name: str, value: str) -> "DialogueState":
        return replace(self, slots={**self.slots, name: value[:_LONGEST]})

    def followed(self, intent: str) -> "DialogueState":
        return replace(self, history=(*self.history, intent)[-_REMEMBERED_INTENTS:])

    def about(self, intent: str) -> "DialogueState":
        """Notes a matter the customer raised."""
        return replace(self, asked=(*(one for one in self.asked if one != intent), intent)[-_REMEMBERED:])


def to_json(state: DialogueState) -> dict[str, Any]:
    """Plain JSON with a version; `from_json` gives the same state again."""
    form = state.form
    return {
        "version": VERSION,
        "language": state.language.value if state.language else None,
        "introduced": state.introduced,
        "handed_over": state.handed_over,
        "turns": state.turns,
        "question": state.question.value,
        "guess": state.guess,
        "unsure": state.unsure,
        "outside": state.outside,
        "form": _form_json(form) if form else None,
        "awaiting": state.awaiting,
        "slots": dict(state.slots),
        "asked": list(state.asked),
        "history": list(state.history),
        "then": list(state.then),
        "choices": [list(one) for one in state.choices],
        "looked_up": list(state.looked_up),
        "utterances": list(state.utterances),
        "last_replies": list(state.last_replies),
    }


def _form_json(form: ActiveForm) -> dict[str, Any]:
    return {"name": form.name, "slot": form.slot, "tries": form.tries, "filled": list(form.filled)}


def from_json(content: Mapping[str, Any] | None) -> DialogueState:
    """The state of a dialogue; a new one for None. Raises `Malformed` for what `to_json` did not write."""
    if content is None:
        return DialogueState()
    if content.get("version") != VERSION:
        raise Malformed(what="dialogue's state", problem=f"version {content.get('version')!r}, not {VERSION}")
    try:
        return _state(content)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Malformed(what="dialogue's state", problem=repr(problem)) from problem


def _state(content: Mapping[str, Any]) -> DialogueState:
    form = content["form"]
    language = content["language"]
    return DialogueState(
        language=None if language is None else Language(language),
        introduced=bool(content["introduced"]),
        handed_over=bool(content["handed_over"]),
        turns=int(content["turns"]),
        question=Question(content["question"]),
        guess=_text(content["guess"]),
        unsure=int(content["unsure"]),
        outside=int(content["outside"]),
        form=form
        and ActiveForm(
            name=str(form["name"]),
            slot=str(form["slot"]),
            tries=int(form["tries"]),
            filled=_texts(form.get("filled", [])),
        ),
        awaiting=_text(content["awaiting"]),
        slots={str(name): str(value) for name, value in content["slots"].items()},
        asked=_texts(content["asked"]),
        history=_texts(content.get("history", [])),
        then=_texts(content.get("then", [])),
        choices=tuple((str(title), str(sent)) for title, sent in content.get("choices", [])),
        looked_up=_texts(content["looked_up"]),
        utterances=_texts(content["utterances"]),
        last_replies=_texts(content["last_replies"]),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(values: Any) -> tuple[str, ...]:
    if not isinstance(values, list):
        raise TypeError("a list of texts is wanted")
    return tuple(str(value) for value in values)
