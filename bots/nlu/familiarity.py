"""Whether the bot was built for what somebody says: the text is near examples it learned from, and clearly one of them.

Confidence alone knows only the intents there are: a text of no intent gets one all the same, often surely. How near
the nearest examples are is the other half (Lee et al., 2018, "A Simple Unified Framework for Detecting
Out-of-Distribution Samples", of other features): each is put on its own scale, measured on examples held out and on
intents left out of the training, and the two are added. On CLINC150 that refused 95 % of what is out of scope where
confidence alone refused 82 %, at the same share of intents kept (benchmarks/nlu.py).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bots.nlu.embedding import Matrix

NEAREST = 3  # examples
KEPT = (
    0.97  # of the held-out examples are familiar; customers write a little less like them, and 95 % should be
)
SMALLEST_SPREAD = 1e-6

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Where a measure lies and how far it spreads."""

    middle: float
    spread: float

    def of(self, values: Floats) -> Floats:
        return (values - self.middle) / max(self.spread, SMALLEST_SPREAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class Familiarity:
    """`examples` are unit vectors, shape (examples, dimensions); without dimensions confidence counts alone."""

    examples: Matrix
    confidence: Scale
    nearness: Scale

    def of(self, chances: Floats, directions: Matrix) -> Floats:
        """One number a text; what it means, the threshold says. `directions` are like `examples`."""
        return self.joined(chances, nearness(self.examples, directions))

    def joined(self, chances: Floats, near: Floats) -> Floats:
        certain = self.confidence.of(certainty(chances.max(axis=1)))
        return certain + self.nearness.of(near) if self.examples.shape[1] else certain


def measured(examples: Matrix, best: Floats, near: Floats) -> Familiarity:
    """`best` confidences and nearness of texts the model had not seen, some of intents it had not either."""
    return Familiarity(examples=examples, confidence=_scale(certainty(best)), nearness=_scale(near))


def certainty(best: Floats) -> Floats:
    """Log odds of the best guesses' confidences."""
    within = np.clip(best, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(within / (1 - within))
    return odds


def nearness(examples: Matrix, directions: Matrix) -> Floats:
    """The mean likeness of the nearest examples, shape (texts,)."""
    if not examples.shape[1] or not len(examples):
        return np.zeros(len(directions))
    count = min(NEAREST, len(examples))
    likeness = directions @ examples.T
    nearest = np.partition(likeness, -count, axis=1)[:, -count:]
    return np.asarray(nearest.mean(axis=1), dtype=np.float64)


def floor_of(familiarity: Floats, kept: float = KEPT) -> float:
    """Below it a text is out of scope: the share `kept` of the held-out examples is above."""
    return float(np.quantile(familiarity, 1 - kept)) if len(familiarity) else -np.inf


def _scale(values: Floats) -> Scale:
    return Scale(middle=float(values.mean()), spread=float(values.std()))
