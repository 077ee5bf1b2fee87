"""Telephone keys: a caller who presses one means an entry of the menu they just heard."""

from bots.dialogue.state import DialogueState, Question
from bots.nlu.understanding import Understanding

_ANYWHERE = {"0": "speak_to_human", "*": "repeat"}
_MENU = {"1": "opening_hours", "2": "order_status"}
_YES_NO = {"1": "affirm", "2": "deny"}
_ANSWERED_BY_KEY = frozenset({Question.CONFIRM_GUESS, Question.OFFER_HUMAN})


def by_key(heard: Understanding, state: DialogueState) -> Understanding:
    """What was heard, unless it is one key that means something at this point of the call."""
    intent = _meaning(heard.text.strip().rstrip("#."), state)
    return heard if intent is None else heard.certainly(intent)


def _meaning(key: str, state: DialogueState) -> str | None:
    if key in _ANYWHERE:
        return _ANYWHERE[key]
    if state.question in _ANSWERED_BY_KEY:
        return _YES_NO.get(key)
    return _MENU.get(key) if state.form is None else None
