"""A brake on what the bot says by itself: two machines that answer each other never stop. Pure.

A machine often gives itself away in no header, but by what it does: it says the same again, whatever it is told; it
answers faster than anybody types; it never tires. A person who asks several questions in a minute does none of it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher
from enum import StrEnum

from core.folding import fold

WITHIN = timedelta(hours=24)
REPEATS, SHORT_REPEATS = 3, 6  # times that nearly the same is heard, the present one included
SHORT = 16  # characters: “oui”, “merci”, a number
ALIKE = 0.88
COMPARED = 300  # characters
TOO_FAST, FAST_TURNS = timedelta(seconds=2), 3  # from our answer to theirs, so many times in a row
MANY, MANY_WITHIN = 12, timedelta(minutes=2)
MOST, MOST_WITHIN = 40, timedelta(hours=1)
DIGITS = re.compile(r"\d+")
SPACES = re.compile(r"\s+")


class Braked(StrEnum):
    """Why the bot falls silent."""

    REPEATS = "repeats"
    TOO_FAST = "too_fast"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Something said between one party and the bots, in whichever conversation."""

    at: datetime
    text: str
    ours: bool


def why_braked(lines: Sequence[Line], now: datetime) -> Braked | None:
    """Whether to stay silent; `lines` are oldest first, the last is the one to be answered."""
    recent = [line for line in lines if now - line.at <= WITHIN]
    if not recent or recent[-1].ours:
        return None
    if _repeats(recent):
        return Braked.REPEATS
    if _too_fast(recent):
        return Braked.TOO_FAST
    ours = [line.at for line in recent if line.ours]
    if _since(ours, now - MANY_WITHIN) >= MANY or _since(ours, now - MOST_WITHIN) >= MOST:
        return Braked.TOO_MANY
    return None


def _repeats(lines: Sequence[Line]) -> bool:
    present = _comparable(lines[-1].text)
    if not present:
        return False
    alike = sum(not line.ours and _alike(present, _comparable(line.text)) for line in lines)
    return alike >= (SHORT_REPEATS if len(present) <= SHORT else REPEATS)


def _too_fast(lines: Sequence[Line]) -> bool:
    fast = 0
    for before, line in zip(reversed(lines[:-1]), reversed(lines[1:]), strict=False):
        if line.ours:
            continue
        if not before.ours or line.at - before.at > TOO_FAST or len(line.text) <= SHORT:
            return False
        fast += 1
        if fast == FAST_TURNS:
            return True
    return False


def _since(moments: Sequence[datetime], when: datetime) -> int:
    return sum(moment >= when for moment in moments)


def _comparable(text: str) -> str:
    """Without case, accents, and the numbers and dates by which a machine's texts differ."""
    return SPACES.sub(" ", DIGITS.sub("0", fold(text[:COMPARED]))).strip()


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE
