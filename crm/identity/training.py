"""Learns the weights from a base that nobody has labelled: how often two records of one party agree, field by field.

Expectation-maximisation over three kinds of pairs (one party, one household, strangers), as W. E. Winkler proposed for
the model of Fellegi and Sunter ("Using the EM Algorithm for Weight Computation in the Fellegi-Sunter Model of Record
Linkage", 1988). What is learned: `m`, and how many pairs of each kind there are. How strangers and relatives agree
stays what it was: pairs that share a blocking key say nothing about strangers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import log2

from crm.identity.compare import Field, Level
from crm.identity.scoring import DEFAULT, SHARES, Score, Weight, Weights

Pattern = tuple[tuple[Field, Level], ...]
"""How two parties agree: the level of each field that both have."""
ROUNDS = 50
SETTLED = 1e-4  # change of the expected number of doubles, as a part of it
TRUST = 20.0  # as many pairs as the shares we began with count for
FEWEST = 30.0  # expected doubles, below which a base has nothing to teach
FEWEST_SEEN = 20.0  # of them with the field in both


@dataclass(frozen=True, slots=True)
class Learned:
    """`doubles` and `relatives` are expected pairs of the base; `rounds` how many passes it took."""

    weights: Weights
    doubles: float
    relatives: float
    rounds: int


def pattern_of(score: Score) -> Pattern:
    return tuple(sorted((reason.field, reason.level) for reason in score.reasons))


def learn(patterns: Mapping[Pattern, int], base: int, start: Weights = DEFAULT) -> Learned | None:
    """From how often each pattern was found among the pairs compared, in a base of so many parties.

    None when the base shows too few doubles to learn from.
    """
    if base < 2 or not patterns:
        return None
    per_party = base / 2  # pairs are counted once, parties have each of them twice
    learned = Learned(start, per_party * start.doubles, per_party * start.relatives, 0)
    weights = start
    for done in range(1, ROUNDS + 1):
        before = learned.doubles
        shares, doubles, relatives = _expect(patterns, weights, base)
        weights = replace(
            _maximise(shares, start),
            doubles=max(doubles, 0.5) / per_party,
            relatives=max(relatives, 0.5) / per_party,
        )
        learned = Learned(weights, doubles, relatives, done)
        if abs(learned.doubles - before) <= SETTLED * max(before, 1.0):
            break
    return learned if learned.doubles >= FEWEST else None


Shares = dict[Field, dict[Level, float]]


def _expect(patterns: Mapping[Pattern, int], weights: Weights, base: int) -> tuple[Shares, float, float]:
    """How many of the pairs are doubles and relatives, and what the doubles look like."""
    shares: Shares = {}
    doubles = relatives = 0.0
    for pattern, count in patterns.items():
        of = [weights.bits[field].get(level, Weight(0.0, 0.0)) for field, level in pattern]
        one = _odds(sum(weight.one for weight in of), weights.doubles, base)
        household = _odds(sum(weight.household for weight in of), weights.relatives, base)
        whole = one + household + 1.0
        mine = count * one / whole
        doubles, relatives = doubles + mine, relatives + count * household / whole
        for field, level in pattern:
            seen = shares.setdefault(field, {})
            seen[level] = seen.get(level, 0.0) + mine
    return shares, doubles, relatives


def _odds(bits: float, others: float, base: int) -> float:
    return float(2.0 ** min(bits + log2(others) - log2(base), 60.0))


def _maximise(shares: Shares, start: Weights) -> Weights:
    return replace(
        start, bits={field: _relearned(field, shares.get(field, {}), start) for field in start.bits}
    )


def _relearned(field: Field, seen: Mapping[Level, float], start: Weights) -> Mapping[Level, Weight]:
    """A field that few doubles have in both stays what it was."""
    total, before = sum(seen.values()), start.bits[field]
    if total < FEWEST_SEEN:
        return before
    found = {}
    for level, weight in before.items():
        m = SHARES[field][level][0]
        share = (seen.get(level, 0.0) + TRUST * m) / (total + TRUST)
        found[level] = Weight(weight.one + log2(share / m), weight.household)
    return found


def counted(scores: Iterable[Score]) -> dict[Pattern, int]:
    """How often each pattern is among them."""
    found: dict[Pattern, int] = {}
    for score in scores:
        pattern = pattern_of(score)
        found[pattern] = found.get(pattern, 0) + 1
    return found
