"""Intent from features: multinomial logistic regression whose confidence means what it says.

Confidence is calibrated by temperature scaling (Guo et al., 2017, "On Calibration of Modern Neural
Networks") on predictions for examples that were held out of the training by cross-validation; the two
thresholds are chosen on the same predictions, never on the data the model was fitted to. What is out of scope is
decided by how familiar a text is (`familiarity.py`), measured with whole intents left out too.
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
from bots.nlu.familiarity import KEPT, Familiarity, floor_of, measured, nearness
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
    """Less familiar than `floor`, a text is out of scope; from the confidence `sure` on the guess may be acted upon."""

    floor: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    space: FeatureSpace
    intents: tuple[str, ...]
    weights: Matrix  # (intents, features)
    bias: Floats
    temperature: float
    familiarity: Familiarity
    thresholds: Thresholds

    def confidences(self, texts: Sequence[str], embeddings: Matrix) -> Floats:
        """Calibrated chances, shape (texts, intents), each row adding up to 1."""
        rows = self.space.rows(texts, embeddings)
        return calibrated(np.asarray(rows @ self.weights.T, dtype=np.float64) + self.bias, self.temperature)

    def judge(self, texts: Sequence[str], embeddings: Matrix) -> tuple[Floats, NDArray[np.bool_]]:
        """(chances as `confidences`, whether each text is something the bot was built for)."""
        chances = self.confidences(texts, embeddings)
        found = self.familiarity.of(chances, self.space.directions(embeddings))
        outside = np.array(self.intents)[chances.argmax(axis=1)] == OUT_OF_SCOPE
        return chances, (found >= self.thresholds.floor) & ~outside


def calibrated(logits: Floats, temperature: float) -> Floats:
    chances: Floats = softmax(logits / temperature, axis=1)
    return chances


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What models that had not seen an example said of it: cross-validation, one row an example.

    `strange` is how familiar examples were whose whole intent was left out: what a bot is asked that was not built
    for it. The thresholds were chosen on these very rows, so what they make of them is a little too good.
    """

    places: NDArray[np.int64]  # which of the texts each row is about
    chances: Floats  # (rows, intents)
    familiarity: Floats
    strange: Floats


def fit(texts: Sequence[str], intents: Sequence[str], embeddings: Matrix) -> Classifier:
    """Trains on examples with their intents; at least two intents with two examples each."""
    return fit_and_try(texts, intents, embeddings)[0]


def fit_and_try(
    texts: Sequence[str], intents: Sequence[str], embeddings: Matrix, kept: float = KEPT
) -> tuple[Classifier, Tried]:
    """As `fit`, with what its cross-validation found. `kept`: the share of what it knows that it is not to refuse."""
    names = np.asarray(intents, dtype=np.str_)
    space = fit_space(texts, embeddings)
    order, weights, bias = _regression(space.rows(texts, embeddings), names)
    held = _held_out(texts, names, embeddings, order)
    temperature = best_temperature(held.logits, held.truth)
    chances = calibrated(held.logits, temperature)
    known = order[held.truth] != OUT_OF_SCOPE
    strange = _left_out(texts, names, embeddings, temperature)
    best, near = (
        np.concatenate(pair) for pair in zip((chances.max(axis=1), held.near), strange, strict=True)
    )
    familiarity = measured(space.directions(embeddings), best, near)
    found = familiarity.joined(chances, held.near)
    fitted = Classifier(
        space=space,
        intents=tuple(str(name) for name in order),
        weights=weights.astype(np.float32),
        bias=bias,
        temperature=temperature,
        familiarity=familiarity,
        thresholds=Thresholds(
            floor=floor_of(found[known], kept),
            sure=choose_sure(chances, held.truth),
        ),
    )
    certain = strange[0][:, None]  # of these the best guess alone is known, which is what counts
    tried = Tried(
        places=held.places,
        chances=chances,
        familiarity=found,
        strange=familiarity.joined(certain, strange[1]) if len(certain) else np.zeros(0),
    )
    return fitted, tried


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unseen:
    """What models said of examples they had not seen."""

    places: NDArray[np.int64]
    logits: Floats
    truth: NDArray[np.int64]  # the index of the true intent, where the model knew it
    near: Floats


def _regression(rows: csr_matrix, names: Names) -> tuple[Names, Floats, Floats]:
    # The sums are small: shared out over threads they took seven times the processor time, beside busy
    # processes fifty times as long.
    with threadpool_limits(1, user_api="blas"):
        model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200).fit(rows, names)
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return model.classes_, weights, bias


def _held_out(texts: Sequence[str], names: Names, embeddings: Matrix, order: Names) -> _Unseen:
    """Of models that knew the intents, but not the example."""
    asked = [_asked(texts, names, embeddings, train, test, order) for train, test in _splits(names)]
    return _Unseen(
        places=np.concatenate([part.places for part in asked]),
        logits=np.concatenate([part.logits for part in asked]),
        truth=np.concatenate([part.truth for part in asked]),
        near=np.concatenate([part.near for part in asked]),
    )


def _left_out(
    texts: Sequence[str], names: Names, embeddings: Matrix, temperature: float
) -> tuple[Floats, Floats]:
    """(confidence, nearness) of examples whose intent the model did not know: what bots are asked that were not
    built for it. None where there are too few intents to leave any out.
    """
    intents = np.unique(names[names != OUT_OF_SCOPE])
    rounds = 1 if len(names) > _ONE_SPLIT_ABOVE else FOLDS
    groups = np.array_split(np.random.default_rng(7).permutation(intents), FOLDS)[:rounds]
    best, near = [np.zeros(0)], [np.zeros(0)]
    for group in groups if len(intents) >= 2 * FOLDS else ():
        outside = np.isin(names, group)
        train, test = np.flatnonzero(~outside), np.flatnonzero(outside)
        asked = _asked(texts, names, embeddings, train, test, np.unique(names[train]))
        best.append(calibrated(asked.logits, temperature).max(axis=1))
        near.append(asked.near)
    return np.concatenate(best), np.concatenate(near)


def _asked(
    texts: Sequence[str],
    names: Names,
    embeddings: Matrix,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    order: Names,
) -> _Unseen:
    """What a model of the `train` examples says of the `test` ones."""
    space = fit_space([texts[one] for one in train], embeddings[train])
    known, weights, bias = _regression(
        space.rows([texts[one] for one in train], embeddings[train]), names[train]
    )
    logits = np.full((len(test), len(order)), -30.0)
    unseen = space.rows([texts[one] for one in test], embeddings[test])
    logits[:, np.searchsorted(order, known)] = unseen @ weights.T + bias
    near = nearness(space.directions(embeddings[train]), space.directions(embeddings[test]))
    return _Unseen(places=test, logits=logits, truth=np.searchsorted(order, names[test]), near=near)


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


def choose_sure(chances: Floats, truth: NDArray[np.int64]) -> float:
    """The least confidence whose guesses reach the wanted precision."""
    best, top = chances.argmax(axis=1), chances.max(axis=1)
    precise = [at for at in _GRID if _precision(top >= at, best == truth) >= WANTED_PRECISION]
    return float(precise[0]) if precise else 0.7


def _precision(accepted: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float(right[accepted].mean()) if accepted.any() else 1.0
