"""How sure it is that two parties are one: the weights of evidence, added.

Each level of each field is worth the logarithm of how often it is seen among two records of one party (`m`) over how
often among two of strangers (`u`): I. Fellegi and A. Sunter, "A Theory for Record Linkage", JASA 64 (1969). People who
live or work together share a name, a telephone, a door and yet are two: they are a third hypothesis (`h`), without
which a family would be taken for one person. The weights below are ours for bases that were not learned from yet;
`training.py` learns others from a base.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from math import log2

from crm.identity.compare import Compared, Field, Level, compared, family_names, given_names
from crm.identity.names import Name
from crm.identity.profile import Profile
from crm.parties.model import PartyKind

L = Level
LEAST_BASE = 1_000  # who has fewer customers knows of few people, but there are as many namesakes
NAMES = frozenset({Field.FAMILY_NAME, Field.GIVEN_NAME, Field.ORGANISATION})


class Verdict(StrEnum):
    CERTAIN = "certain"
    LIKELY = "likely"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Weight:
    """Bits for one level: that they are one party, that they share a household, both against strangers."""

    one: float
    household: float


@dataclass(frozen=True, slots=True)
class Weights:
    """The bits, and two thresholds, as probabilities.

    `doubles` and `relatives` are about how many others of the base a party is the same as, and shares a household with.
    """

    bits: Mapping[Field, Mapping[Level, Weight]]
    swapped: float = -1.5  # bits, when given and family name are written the other way round
    doubles: float = 1.0
    relatives: float = 1.0
    certain: float = 0.985
    likely: float = 0.5
    together: float = 0.95  # pairs as sure as this join those that hang together by them


@dataclass(frozen=True, slots=True)
class Reason:
    field: Field
    level: Level
    bits: float
    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Score:
    bits: float  # of all reasons, without what was known before looking
    household: float  # bits for two of one household
    reasons: tuple[Reason, ...]  # weightiest first
    doubles: float = 1.0
    relatives: float = 1.0

    @property
    def is_proof(self) -> bool:
        """Enough to join two by itself: a number nobody else has, or birth date and front door, with the same name."""
        level = {reason.field: reason.level for reason in self.reasons}
        named = all(level.get(field, L.SAME) in (L.SAME, L.SOUND, L.CLOSE) for field in NAMES)
        numbered = L.SAME in (level.get(Field.PERSON_NUMBER), level.get(Field.COMPANY_NUMBER))
        at_home = (level.get(Field.BIRTH_DATE), level.get(Field.PLACE)) == (L.SAME, L.SAME)
        return named and (numbered or (at_home and level.get(Field.GIVEN_NAME) in (L.SAME, L.SOUND)))

    def probability(self, base: int) -> float:
        """That they are one, when either has about `base` others to be mistaken for."""
        strangers, prior = 0.0, log2(max(base, LEAST_BASE))
        one = self.bits - prior + log2(self.doubles)
        household = self.household - prior + log2(self.relatives)
        most = max(one, household, strangers)
        parts = [2 ** max(bits - most, -200.0) for bits in (one, household, strangers)]
        return parts[0] / sum(parts)


NOTHING = Weight(0.0, 0.0)


def _levels(**levels: tuple[float, float, float]) -> dict[Level, tuple[float, float, float]]:
    return {Level(name): shares for name, shares in levels.items()}


# Each level: m, u, h.
SHARES: Mapping[Field, Mapping[Level, tuple[float, float, float]]] = {
    Field.FAMILY_NAME: _levels(
        same=(0.8, 0.0015, 0.65),
        sound=(0.05, 0.001, 0.03),
        close=(0.08, 0.003, 0.04),
        part=(0.02, 0.001, 0.04),
        far=(0.02, 0.02, 0.02),
        different=(0.03, 0.97, 0.22),
    ),
    Field.GIVEN_NAME: _levels(
        same=(0.72, 0.008, 0.004),
        form=(0.1, 0.02, 0.01),
        sound=(0.03, 0.004, 0.002),
        close=(0.08, 0.01, 0.005),
        far=(0.03, 0.06, 0.06),
        different=(0.04, 0.9, 0.9),
    ),
    Field.ORGANISATION: _levels(
        same=(0.6, 0.0001, 0.02),
        form=(0.04, 0.002, 0.02),
        sound=(0.04, 0.0001, 0.005),
        close=(0.1, 0.001, 0.02),
        part=(0.15, 0.002, 0.2),
        far=(0.03, 0.02, 0.03),
        different=(0.04, 0.97, 0.7),
    ),
    Field.BIRTH_DATE: _levels(
        same=(0.85, 0.00006, 0.006),
        close=(0.08, 0.0015, 0.0015),
        part=(0.03, 0.003, 0.003),
        far=(0.01, 0.03, 0.03),
        different=(0.015, 0.96, 0.96),
    ),
    Field.EMAIL: _levels(
        same=(0.5, 0.00002, 0.1),
        form=(0.1, 0.0003, 0.01),
        close=(0.1, 0.0003, 0.005),
        different=(0.3, 0.999, 0.88),
    ),
    Field.PHONE: _levels(
        same=(0.55, 0.00005, 0.35), close=(0.05, 0.002, 0.003), different=(0.4, 0.999, 0.65)
    ),
    Field.PLACE: _levels(
        same=(0.6, 0.0001, 0.7),
        form=(0.05, 0.0001, 0.03),
        sound=(0.1, 0.0005, 0.08),
        close=(0.15, 0.015, 0.1),
        part=(0.04, 0.02, 0.02),
        different=(0.1, 0.97, 0.07),
    ),
    Field.COMPANY_NUMBER: _levels(
        same=(0.93, 0.000002, 0.0001), close=(0.05, 0.0001, 0.0001), different=(0.02, 0.999, 0.999)
    ),
    Field.PERSON_NUMBER: _levels(
        same=(0.9, 0.000001, 0.000001), close=(0.07, 0.00005, 0.00005), different=(0.03, 0.999, 0.999)
    ),
}


def bits_of(m: float, u: float, h: float) -> Weight:
    return Weight(log2(m / u), log2(h / u))


DEFAULT = Weights(
    bits={
        field: {level: bits_of(*shares) for level, shares in levels.items()}
        for field, levels in SHARES.items()
    }
)


def score(one: Profile, other: Profile, weights: Weights = DEFAULT) -> Score:
    """Symmetrical. Two of different kinds are never one."""
    if one.kind is not other.kind:
        return Score(-100.0, -100.0, ())
    reasons = [_reason(field, found, weights) for field, found in compared(one, other).items()]
    if one.kind is PartyKind.PERSON:
        reasons += _names(one.name, other.name, weights)
    reasons.sort(key=lambda reason: -abs(reason.bits))
    household = sum(_weight(weights, reason.field, reason.level).household for reason in reasons)
    bits = sum(reason.bits for reason in reasons)
    return Score(bits, household, tuple(reasons), weights.doubles, weights.relatives)


def verdict(probability: float, weights: Weights = DEFAULT) -> Verdict:
    if probability >= weights.certain:
        return Verdict.CERTAIN
    return Verdict.LIKELY if probability >= weights.likely else Verdict.NEW


def _names(one: Name, other: Name, weights: Weights) -> list[Reason]:
    """As they are written, or with given and family name changed over in either, whichever says most."""
    straight = _both(one, other, weights)
    if not one.family or not other.family or (straight and all(r.level is L.SAME for r in straight)):
        return straight
    ways = [straight]
    for mine, theirs in ((one, _turned(other)), (_turned(one), other)):
        ways.append([replace(r, bits=r.bits + weights.swapped / 2) for r in _both(mine, theirs, weights)])
    return max(ways, key=lambda reasons: sum(r.bits for r in reasons))


def _turned(name: Name) -> Name:
    return Name(given=name.family, family=name.given)


def _both(one: Name, other: Name, weights: Weights) -> list[Reason]:
    found = ((Field.FAMILY_NAME, family_names(one, other)), (Field.GIVEN_NAME, given_names(one, other)))
    return [_reason(field, level, weights) for field, level in found if level is not None]


def _reason(field: Field, found: Compared, weights: Weights) -> Reason:
    level, one, other = found
    return Reason(field, level, _weight(weights, field, level).one, one, other)


def _weight(weights: Weights, field: Field, level: Level) -> Weight:
    return weights.bits[field].get(level, NOTHING)
