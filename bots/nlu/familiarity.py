"""Whether the bot was built for what somebody says: the text is near examples it learned from, and clearly one of them.

Confidence alone knows only the intents there are: a text of no intent gets one all the same, often surely. How near
the nearest examples are is the other half (Lee et al., 2018, "A Simple Unified Framework for Detecting
Out-of-Distribution Samples", of other features): each is put on its own scale, measured on examples held out and on
intents left out of the training, and the two are added. On CLINC150 that refused 90 % of what is out of scope where
confidence alone refused 77 %, with 95 % of what is in scope kept (decision 0031).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bots.nlu.embedding import Matrix

NEAREST = 3  # examples
SHARPNESS = 20.0  # how much more a near example counts than a far one; decision 0031 says how it was chosen
_FAINTEST = 1e-6  # of all votes, for an intent that no near example has
_AT_ONCE = 256  # texts compared with all examples; bounds the memory that 100,000 examples take
KEPT = 0.975  # of the held-out examples are familiar: .97 left 94.8 % of CLINC150's test set, and 95 % is promised
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

    def joined(self, best: Floats, near: Floats) -> Floats:
        """One number a text, of the `best` chance among the intents in scope; what it means, the threshold says."""
        certain = self.confidence.of(certainty(best))
        return certain + self.nearness.of(near) if self.examples.shape[1] else certain


def measured(examples: Matrix, best: Floats, near: Floats) -> Familiarity:
    """`best` confidences and nearness of texts the model had not seen, some of intents it had not either."""
    return Familiarity(examples=examples, confidence=_scale(certainty(best)), nearness=_scale(near))


def certainty(best: Floats) -> Floats:
    """Log odds of the best guesses' confidences."""
    within = np.clip(best, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(within / (1 - within))
    return odds


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """What the examples near a text say: how near they are, shape (texts,), and the logarithm of each intent's share
    of their votes, shape (texts, intents).
    """

    near: Floats
    votes: Floats


def neighbours(examples: Matrix, owners: NDArray[np.int64], intents: int, directions: Matrix) -> Neighbours:
    """`owners`: which of the intents each example is of. Near examples vote more than far ones, all of them vote.

    A regression draws one line around an intent; examples beside each other tell small groups within it. Where an
    intent has few examples or many kinds of them, that helps; elsewhere it costs a little (decision 0031).
    """
    if not examples.shape[1] or not len(examples):
        nothing = np.zeros((len(directions), intents))
        return Neighbours(near=nothing.sum(axis=1), votes=nothing)
    count = min(NEAREST, len(examples))
    near, votes = [np.zeros(0)], [np.zeros((0, intents))]
    for start in range(0, len(directions), _AT_ONCE):
        likeness = directions[start : start + _AT_ONCE] @ examples.T
        near.append(np.partition(likeness, -count, axis=1)[:, -count:].mean(axis=1, dtype=np.float64))
        weighed = np.exp((likeness.astype(np.float64) - 1) * SHARPNESS)
        shares = np.array([np.bincount(owners, weights=row, minlength=intents) for row in weighed])
        votes.append(np.log(shares / shares.sum(axis=1, keepdims=True) + _FAINTEST))
    return Neighbours(near=np.concatenate(near), votes=np.concatenate(votes))


def floor_of(familiarity: Floats, kept: float = KEPT) -> float:
    """Below it a text is out of scope: the share `kept` of the held-out examples is above."""
    return float(np.quantile(familiarity, 1 - kept)) if len(familiarity) else -np.inf


def _scale(values: Floats) -> Scale:
    return Scale(middle=float(values.mean()), spread=float(values.std()))
