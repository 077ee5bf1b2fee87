"""Intent from features: multinomial logistic regression whose confidence means what it says.

Confidence is calibrated by temperature scaling (Guo et al., 2017, "On Calibration of Modern Neural
Networks") on predictions for examples that were held out of the training by cross-validation; the two
thresholds are chosen on the same predictions, never on the data the model was fitted to.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from bots.nlu.embedding import Matrix
from bots.nlu.features import FeatureSpace, fit_space
from bots.nlu.understanding import OUT_OF_SCOPE

INVERSE_REGULARISATION = 10.0  # by cross-validation; flat from 3 to 30
WANTED_PRECISION = 0.95  # of the guesses that are acted upon without asking back
FOLDS = 4
_ONE_SPLIT_ABOVE = 4_000  # examples; one held-out fifth is then enough to calibrate on
_GRID = np.round(np.arange(0.10, 0.91, 0.01), 2)

Floats = NDArray[np.float64]
Names = NDArray[np.str_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Below `floor` a text is out of scope; from `sure` on the guess may be acted upon."""

    floor: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    space: FeatureSpace
    intents: tuple[str, ...]
    weights: Matrix  # (intents, features)
    bias: Floats
    temperature: float
    thresholds: Thresholds

    def confidences(self, texts: Sequence[str], embeddings: Matrix) -> Floats:
        """Calibrated chances, shape (texts, intents), each row adding up to 1."""
        rows = self.space.rows(texts, embeddings)
        return calibrated(np.asarray(rows @ self.weights.T, dtype=np.float64) + self.bias, self.temperature)


def calibrated(logits: Floats, temperature: float) -> Floats:
    chances: Floats = softmax(logits / temperature, axis=1)
    return chances


def fit(texts: Sequence[str], intents: Sequence[str], embeddings: Matrix) -> Classifier:
    """Trains on examples with their intents; at least two intents with two examples each."""
    names = np.asarray(intents, dtype=np.str_)
    space = fit_space(texts, embeddings)
    order, weights, bias = _regression(space.rows(texts, embeddings), names)
    logits, truth = _held_out(texts, names, embeddings, order)
    temperature = best_temperature(logits, truth)
    return Classifier(
        space=space,
        intents=tuple(str(name) for name in order),
        weights=weights.astype(np.float32),
        bias=bias,
        temperature=temperature,
        thresholds=choose_thresholds(calibrated(logits, temperature), truth, order),
    )


def _regression(rows: csr_matrix, names: Names) -> tuple[Names, Floats, Floats]:
    # The sums are small: shared out over threads they took seven times the processor time, beside busy
    # processes fifty times as long.
    with threadpool_limits(1, user_api="blas"):
        model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200).fit(rows, names)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return model.classes_, weights, bias


def _held_out(
    texts: Sequence[str], names: Names, embeddings: Matrix, order: Names
) -> tuple[Floats, NDArray[np.int64]]:
    """Logits of models that had not seen the example, and the index of its true intent."""
    logits, truth = [], []
    for train, test in _splits(names):
        space = fit_space([texts[one] for one in train], embeddings[train])
        rows = space.rows([texts[one] for one in train], embeddings[train])
        known, weights, bias = _regression(rows, names[train])
        unseen = space.rows([texts[one] for one in test], embeddings[test])
        part = np.full((len(test), len(order)), -30.0)
        part[:, np.searchsorted(order, known)] = unseen @ weights.T + bias
        logits.append(part)
        truth.append(np.searchsorted(order, names[test]))
    return np.concatenate(logits), np.concatenate(truth)


def _splits(names: Names) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    blank = np.zeros(len(names))
    if len(names) > _ONE_SPLIT_ABOVE:
        yield from StratifiedShuffleSplit(1, test_size=0.2, random_state=7).split(blank, names)
        return
    folds = max(2, min(FOLDS, int(np.unique(names, return_counts=True)[1].min())))
    yield from StratifiedKFold(folds, shuffle=True, random_state=7).split(blank, names)


def best_temperature(logits: Floats, truth: NDArray[np.int64]) -> float:
    """The temperature under which the held-out truth was least surprising."""

    def surprise(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        return float((logsumexp(scaled, axis=1) - scaled[np.arange(len(truth)), truth]).mean())

    return float(np.exp(minimize_scalar(surprise, bounds=(-3.0, 3.0), method="bounded").x))


def choose_thresholds(chances: Floats, truth: NDArray[np.int64], order: Names) -> Thresholds:
    """`floor` gets most held-out examples right when refusing counts as out of scope; `sure` is the least
    confidence whose guesses reach the wanted precision."""
    best, top = chances.argmax(axis=1), chances.max(axis=1)
    outside = order[truth] == OUT_OF_SCOPE
    if outside.any():
        right = [np.where(top < at, outside, best == truth).mean() for at in _GRID]
        floor = float(_GRID[int(np.argmax(right))])
    else:
        floor = float(_GRID[0])
    precise = [at for at in _GRID if at >= floor and _precision(top >= at, best == truth) >= WANTED_PRECISION]
    return Thresholds(floor=floor, sure=float(precise[0]) if precise else max(floor, 0.7))


def _precision(accepted: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float(right[accepted].mean()) if accepted.any() else 1.0
