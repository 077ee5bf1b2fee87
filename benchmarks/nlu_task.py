"""What is to be understood, and how well and fast it was."""

from dataclasses import dataclass

from bots.evaluation import Evaluation

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    name: str
    train: Pairs
    test: Pairs


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    quality: Evaluation
    train_seconds: float
    parse_ms: float
    parse_p95_ms: float
