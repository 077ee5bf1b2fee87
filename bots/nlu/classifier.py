"""Intent from features: multinomial logistic regression, joined with the votes of the nearest examples, whose
confidence means what it says.

Confidence is calibrated by temperature scaling (Guo et al., 2017, "On Calibration of Modern Neural
Networks") on predictions for examples that were held out of the training by cross-validation; the two
thresholds are chosen on the same predictions, never on the data the model was fitted to. What is out of scope is
decided by how familiar a text is (`familiarity.py`), measured with whole intents left out too.
"""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, StratifiedShuffleSplit
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from bots.nlu.embedding import Matrix
from bots.nlu.familiarity import KEPT, Familiarity, Neighbours, floor_of, measured, neighbours
from bots.nlu.features import FeatureSpace, fit_space
from bots.nlu.lessons import Lessons, Names
from bots.nlu.understanding import OUT_OF_SCOPE

INVERSE_REGULARISATION = 10.0  # by cross-validation; flat from 3 to 30
VOTES = 0.5  # what the nearest examples count beside the regression; decision 0031 says how it was chosen
WANTED_PRECISION = 0.95  # of the guesses that are acted upon without asking back
FOLDS = 4
_ONE_SPLIT_ABOVE = 4_000  # examples; one held-out fifth is then enough to calibrate on
_GRID = np.round(np.arange(0.10, 0.91, 0.01), 2)
_THREADS = ThreadpoolController()

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Less familiar than `floor`, a text is out of scope; from the confidence `sure` on the guess may be acted upon."""

    floor: float
    sure: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What was made of some texts: calibrated chances, shape (texts, intents), each row adding up to 1; how familiar
    each is; and whether it is something the bot was built for.
    """

    chances: Floats
    familiarity: Floats
    familiar: NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    space: FeatureSpace
    intents: tuple[str, ...]
    weights: Matrix  # (intents, features), in the order of columns: else each question copies them
    bias: Floats
    owners: NDArray[np.int64]  # the place in `intents` of each example of `familiarity`
    temperature: float
    familiarity: Familiarity
    thresholds: Thresholds

    def judge(self, texts: Sequence[str], embeddings: Matrix) -> Judgement:
        names = np.array(self.intents)
        asked = self.space.directions(embeddings)
        with _one_thread():
            beside = neighbours(self.familiarity.examples, self.owners, len(self.intents), asked)
        rows = self.space.rows(texts, embeddings).astype(np.float32)  # as the weights: else they are copied
        chances = calibrated(
            with_votes(np.asarray(rows @ self.weights.T, dtype=np.float64) + self.bias, beside),
            self.temperature,
        )
        familiarity = self.familiarity.joined(in_scope(chances, names), beside.near)
        outside = names[chances.argmax(axis=1)] == OUT_OF_SCOPE
        return Judgement(
            chances=chances,
            familiarity=familiarity,
            familiar=(familiarity >= self.thresholds.floor) & ~outside,
        )


def in_scope(chances: Floats, intents: Names) -> Floats:
    """The best chance among the intents in scope, shape (texts,)."""
    best: Floats = chances[:, intents != OUT_OF_SCOPE].max(axis=1, initial=0.0)
    return best


def with_votes(logits: Floats, beside: Neighbours) -> Floats:
    return logits + VOTES * beside.votes


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


def fit(given: Lessons) -> Classifier:
    """Trains on examples with their intents; at least two intents with two examples each."""
    return fit_and_try(given)[0]


def fit_and_try(given: Lessons, kept: float = KEPT) -> tuple[Classifier, Tried]:
    """As `fit`, with what its cross-validation found. `kept`: the share of what it knows that it is not to refuse."""
    space, order, weights, bias = _regression(given)
    held = _held_out(given, order)
    temperature = best_temperature(held.logits, held.truth)
    chances = calibrated(held.logits, temperature)
    inside = in_scope(chances, order)
    known = order[held.truth] != OUT_OF_SCOPE
    strange = _left_out(given, temperature)
    best, near = (np.concatenate(pair) for pair in zip((inside, held.near), strange, strict=True))
    familiarity = measured(space.directions(given.embeddings), best, near)
    found = familiarity.joined(inside, held.near)
    fitted = Classifier(
        space=space,
        intents=tuple(str(name) for name in order),
        weights=np.asfortranarray(weights, dtype=np.float32),
        bias=bias,
        owners=np.searchsorted(order, given.names),
        temperature=temperature,
        familiarity=familiarity,
        thresholds=Thresholds(
            floor=floor_of(found[known], kept),
            sure=choose_sure(chances, held.truth),
        ),
    )
    tried = Tried(
        places=held.places,
        chances=chances,
        familiarity=found,
        strange=familiarity.joined(*strange) if len(strange[0]) else np.zeros(0),
    )
    return fitted, tried


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unseen:
    """What models said of examples they had not seen."""

    places: NDArray[np.int64]
    logits: Floats
    truth: NDArray[np.int64]  # the index of the true intent, where the model knew it
    near: Floats


def _one_thread() -> AbstractContextManager[object]:
    """For sums that are small: shared out over threads they took seven times the processor time, beside busy processes
    fifty times as long, and threads that wait for more of them slowed the next embedding from 10 to 29 ms.
    """
    limited: AbstractContextManager[object] = _THREADS.limit(limits=1, user_api="blas")
    return limited


def _regression(given: Lessons) -> tuple[FeatureSpace, Names, Floats, Floats]:
    """(features, the intents in order, weights, bias)."""
    texts, names, embeddings = given.with_labels()
    space = fit_space(texts, embeddings)
    with _one_thread():
        model = LogisticRegression(C=INVERSE_REGULARISATION, max_iter=200).fit(
            space.rows(texts, embeddings), names
        )
    weights, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one row for two classes
        weights, bias = np.vstack([-weights, weights]) / 2, np.concatenate([-bias, bias]) / 2
    return space, model.classes_, weights, bias


def _held_out(given: Lessons, order: Names) -> _Unseen:
    """Of models that knew the intents, but not the example."""
    asked = [_asked(given, train, test, order) for train, test in _splits(given.names)]
    return _Unseen(
        places=np.concatenate([part.places for part in asked]),
        logits=np.concatenate([part.logits for part in asked]),
        truth=np.concatenate([part.truth for part in asked]),
        near=np.concatenate([part.near for part in asked]),
    )


def _left_out(given: Lessons, temperature: float) -> tuple[Floats, Floats]:
    """(confidence, nearness) of examples whose intent the model did not know: what bots are asked that were not
    built for it. None where there are too few intents to leave any out.
    """
    intents = given.known
    rounds = 1 if len(given) > _ONE_SPLIT_ABOVE else FOLDS
    groups = np.array_split(np.random.default_rng(7).permutation(intents), FOLDS)[:rounds]
    best, near = [np.zeros(0)], [np.zeros(0)]
    for group in groups if len(intents) >= 2 * FOLDS else ():
        outside = np.isin(given.names, group)
        train, test = np.flatnonzero(~outside), np.flatnonzero(outside)
        order = np.unique(given.names[train])
        asked = _asked(given, train, test, order)
        best.append(in_scope(calibrated(asked.logits, temperature), order))
        near.append(asked.near)
    return np.concatenate(best), np.concatenate(near)


def _asked(given: Lessons, train: NDArray[np.int64], test: NDArray[np.int64], order: Names) -> _Unseen:
    """What a model of the `train` examples says of the `test` ones."""
    taught, asked = given.part(train), given.part(test)
    space, known, weights, bias = _regression(taught)
    logits = np.full((len(test), len(order)), -30.0)
    beside = neighbours(
        space.directions(taught.embeddings),
        np.searchsorted(known, taught.names),
        len(known),
        space.directions(asked.embeddings),
    )
    unseen = space.rows(asked.texts, asked.embeddings)
    logits[:, np.searchsorted(order, known)] = with_votes(unseen @ weights.T + bias, beside)
    return _Unseen(places=test, logits=logits, truth=np.searchsorted(order, asked.names), near=beside.near)


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
