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


SHARES = ("accuracy", "macro F1", "AUROC", "OOS@95", "right", "kept", "OOS ans.", "ECE")
AMOUNTS = ("p50 ms", "p99 ms", "train s", "MB")


def figures(task: Task, measured: Measured) -> dict[str, float]:
    """By their names in `SHARES` and `AMOUNTS`; AUROC, OOS@95 and OOS ans. where the task has texts out of scope.

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
    times = np.sort([one.ms for one in measured.answers])
    found = {
        "accuracy": right[inside].mean(),
        "macro F1": f1_score(
            truth[inside], guess[inside], average="macro", labels=sorted(set(truth[inside]))
        ),
        "right": (right & answered)[inside].mean(),
        "kept": answered[inside].mean(),
        "ECE": summarise(judged).calibration_error,
        "p50 ms": times[len(times) // 2],
        "p99 ms": times[int(len(times) * 0.99)],
        "train s": measured.train_seconds,
        "MB": measured.memory,
    }
    if (~inside).any():
        found["AUROC"] = roc_auc_score(inside, score)
        found["OOS@95"] = (score[~inside] < np.quantile(score[inside], 1 - KEPT)).mean()
        found["OOS ans."] = answered[~inside].mean()
    return {name: float(value) for name, value in found.items()}
