"""How good a trained bot is on examples it never saw: what a designer looks at before publishing."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from bots.nlu.understanding import OUT_OF_SCOPE

MOST_MISTAKES = 1_000
HISTOGRAM = 20  # bins of confidence
STEPS = 40  # places of the out-of-scope curve


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One held-out example beside what was made of it; `answered` is `out_of_scope` for whatever was
    refused."""

    text: str
    expected: str
    answered: str
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True)
class IntentQuality:
    precision: float
    recall: float
    f1: float
    examples: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """`accuracy` counts every example alike; `calibration_error` is the expected calibration error in ten
    bins."""

    accuracy: float
    macro_f1: float
    out_of_scope_recall: float | None
    out_of_scope_precision: float | None
    calibration_error: float
    intents: Mapping[str, IntentQuality]
    confusion: Mapping[tuple[str, str], int]  # (expected, answered) → how often
    mistakes: tuple[Judged, ...]


def summarise(judged: Sequence[Judged]) -> Evaluation:
    confusion = Counter((one.expected, one.answered) for one in judged)
    intents = {name: _quality(name, confusion) for name in sorted({one.expected for one in judged})}
    outside = intents.get(OUT_OF_SCOPE)
    right = sum(count for (expected, answered), count in confusion.items() if expected == answered)
    return Evaluation(
        accuracy=right / max(1, len(judged)),
        macro_f1=sum(one.f1 for one in intents.values()) / max(1, len(intents)),
        out_of_scope_recall=outside.recall if outside else None,
        out_of_scope_precision=outside.precision if outside else None,
        calibration_error=_calibration_error(judged),
        intents=intents,
        confusion=dict(confusion),
        mistakes=tuple(one for one in judged if one.expected != one.answered),
    )


def _quality(name: str, confusion: Mapping[tuple[str, str], int]) -> IntentQuality:
    hits = confusion.get((name, name), 0)
    expected = sum(count for (truth, _), count in confusion.items() if truth == name)
    answered = sum(count for (_, answer), count in confusion.items() if answer == name)
    precision = hits / answered if answered else 0.0
    recall = hits / expected if expected else 0.0
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return IntentQuality(precision=precision, recall=recall, f1=f1, examples=expected)


def _calibration_error(judged: Sequence[Judged]) -> float:
    """Naeini et al., 2015: the mean distance between confidence and accuracy, over bins of equal width."""
    bins: dict[int, list[Judged]] = {}
    for one in judged:
        bins.setdefault(min(9, int(one.confidence * 10)), []).append(one)
    gap = 0.0
    for members in bins.values():
        confidence = sum(one.confidence for one in members) / len(members)
        accuracy = sum(one.expected == one.answered for one in members) / len(members)
        gap += len(members) * abs(confidence - accuracy)
    return gap / max(1, len(judged))


def report_of(found: Evaluation, judged: Sequence[Judged]) -> dict[str, Any]:
    """As JSON, for the designers' page: figures, the confusion matrix, mistakes, and how confidence spreads."""
    right, wrong = [0] * HISTOGRAM, [0] * HISTOGRAM
    for one in judged:
        place = min(HISTOGRAM - 1, int(one.confidence * HISTOGRAM))
        (right if one.expected == one.answered else wrong)[place] += 1
    return {
        "examples": len(judged),
        "accuracy": found.accuracy,
        "macro_f1": found.macro_f1,
        "calibration_error": found.calibration_error,
        "out_of_scope_recall": found.out_of_scope_recall,
        "out_of_scope_precision": found.out_of_scope_precision,
        "intents": {name: asdict(quality) for name, quality in found.intents.items()},
        "confusion": [
            [expected, answered, count] for (expected, answered), count in sorted(found.confusion.items())
        ],
        "mistakes": [asdict(one) for one in found.mistakes[:MOST_MISTAKES]],
        "confidence": {"right": right, "wrong": wrong},
    }


def scope_curve(known: Sequence[float], strange: Sequence[float]) -> list[dict[str, float]]:
    """What each threshold of familiarity costs: the share of known texts kept, and of strange ones refused."""
    if not len(known) or not len(strange):
        return []
    every = sorted([*known, *strange])
    floors = [every[round(step * (len(every) - 1) / STEPS)] for step in range(STEPS + 1)]
    ordered, others = sorted(known), sorted(strange)
    return [
        {
            "floor": float(floor),
            "kept": 1 - bisect_left(ordered, floor) / len(ordered),
            "refused": bisect_left(others, floor) / len(others),
        }
        for floor in dict.fromkeys(floors)
    ]
