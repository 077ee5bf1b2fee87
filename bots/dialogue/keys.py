"""Telephone keys: a caller who presses one means an entry of the menu they just heard."""

from dataclasses import replace

from bots.dialogue.state import DialogueState, Question
from bots.nlu.understanding import IntentScore, Understanding

_ANYWHERE = {"0": "speak_to_human", "*": "repeat"}
_MENU = {"1": "opening_hours", "2": "order_status"}
_YES_NO = {"1": "affirm", "2": "deny"}
_ANSWERED_BY_KEY = frozenset({Question.CONFIRM_GUESS, Question.OFFER_HUMAN})


def by_key(heard: Understanding, state: DialogueState) -> Understanding:
    """What was heard, unless it is one key that means something at this point of the call."""
    intent = _meaning(heard.text.strip().rstrip("#."), state)
    if intent is None:
        return heard
    certain = (IntentScore(intent=intent, confidence=1.0),)
    return replace(
        heard, intent=intent, confidence=1.0, ranking=certain, entities=(), sure=True, out_of_scope=False
    )


def _meaning(key: str, state: DialogueState) -> str | None:
    if key in _ANYWHERE:
        return _ANYWHERE[key]
    if state.question in _ANSWERED_BY_KEY:
        return _YES_NO.get(key)
    return _MENU.get(key) if state.form is None else None
