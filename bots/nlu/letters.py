"""A letter says several things; what decides is often one sentence of it."""

import re

from bots.nlu.cleaning import clean

MOST = 8  # sentences listened to one by one; each costs an embedding
SHORTEST = 3  # words
PERSON = "speak_to_human"  # said once in a letter, it goes before all else
SMALL_TALK = frozenset({"greet", "goodbye", "thanks"})
_ENDS = re.compile(r"(?:[.!?…]+\s+|\n+)")


def sentences(text: str) -> tuple[str, ...]:
    """The sentences of a text that has several, else nothing; signatures and single words are left out."""
    found = [clean(part) for part in _ENDS.split(text[: 4 * MOST * 80])]
    told = [part for part in found if len(part.split()) >= SHORTEST]
    return tuple(told[:MOST]) if len(told) > 1 else ()
