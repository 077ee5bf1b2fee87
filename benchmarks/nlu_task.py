"""What is to be understood, and how well and fast it was."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from bots.evaluation import Judged, summarise
from bots.nlu.understanding import OUT_OF_SCOPE

Pairs = list[tuple[str, str]]
KEPT = 0.95  # of what is in scope, where systems are compared at the same cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    name: str
    train: Pairs
    test: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a system says of one text: its best guess, and whether it would act on it without being told otherwise.

    `score` tells what is in scope from what is not; of systems without such a thing it is the confidence.
    """

    intent: str
    confidence: float
    score: float
    refused: bool
    ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`memory` is the peak of the process that parses, in MB; `train_seconds` include the embedding."""

    answers: Sequence[Answer]
    train_seconds: float
    memory: float


COLUMNS = (
    ("accuracy", 8),
    ("macro F1", 8),
    ("AUROC", 6),
    ("OOS@95", 6),
    ("right", 6),
    ("kept", 6),
    ("OOS ans.", 8),
    ("ECE", 6),
    ("p50 ms", 7),
    ("p99 ms", 7),
    ("train s", 8),
    ("MB", 6),
)


def figures(task: Task, measured: Measured) -> tuple[float | None, ...]:
    """One for each of `COLUMNS`, None where the task has nothing out of scope.

    accuracy, macro F1, ECE: best guesses in scope. AUROC, OOS@95 (the share out of scope that is refused where 95 % in
    scope is kept): by the score. right, kept, OOS ans.: what the default decision does: in scope answered rightly and
    answered at all, out of scope answered.
    """
    truth = np.array([intent for _, intent in task.test])
    inside = truth != OUT_OF_SCOPE
    guess = np.array([one.intent for one in measured.answers])
    score = np.array([one.score for one in measured.answers])
    answered = np.array([not one.refused for one in measured.answers])
    right = guess == truth
    judged = [
        Judged(text=text, expected=intent, answered=one.intent, confidence=one.confidence)
        for (text, intent), one in zip(task.test, measured.answers, strict=True)
        if intent != OUT_OF_SCOPE
    ]
    outside = bool((~inside).any())
    floor = np.quantile(score[inside], 1 - KEPT)
    times = np.sort([one.ms for one in measured.answers])
    return (
        float(right[inside].mean()),
        float(f1_score(truth[inside], guess[inside], average="macro", labels=sorted(set(truth[inside])))),
        float(roc_auc_score(inside, score)) if outside else None,
        float((score[~inside] < floor).mean()) if outside else None,
        float((right & answered)[inside].mean()),
        float(answered[inside].mean()),
        float(answered[~inside].mean()) if outside else None,
        summarise(judged).calibration_error,
        float(times[len(times) // 2]),
        float(times[int(len(times) * 0.99)]),
        measured.train_seconds,
        measured.memory,
    )
