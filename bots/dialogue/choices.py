"""Buttons: who sends back the number or the words of one has pressed it."""

import json
import re

from bots.dialogue.state import DialogueState
from bots.nlu.understanding import Entity, Understanding
from core.folding import fold

_PAYLOAD = re.compile(r"/([\w/.-]+)\s*(\{.*\})?", re.DOTALL)


def by_choice(heard: Understanding, state: DialogueState) -> Understanding:
    """What was heard, unless it is one of the choices just offered: then what the button sends, surely."""
    sent = _chosen(heard.text, state)
    payload = _PAYLOAD.fullmatch(sent.strip()) if sent else None
    if payload is None:
        return heard
    return heard.certainly(payload[1], _entities(payload[2], heard.text))


def _chosen(text: str, state: DialogueState) -> str:
    said = fold(text).strip(" .!)")
    for number, (title, sent) in enumerate(state.choices, start=1):
        if said in {str(number), fold(title).strip(" .!)")}:
            return sent
    return ""


def _entities(told: str | None, text: str) -> tuple[Entity, ...]:
    try:
        values = json.loads(told) if told else {}
    except ValueError:
        return ()
    if not isinstance(values, dict):
        return ()
    return tuple(
        Entity(kind=str(name), value=str(value), start=0, end=len(text)) for name, value in values.items()
    )
