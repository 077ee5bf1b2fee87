"""The figures a designer sees are the figures of the definition."""

import pytest

from bots.evaluation import Judged, summarise
from bots.nlu.understanding import OUT_OF_SCOPE


def judged(expected: str, answered: str, confidence: float = 1.0) -> Judged:
    return Judged(text="…", expected=expected, answered=answered, confidence=confidence)


def test_accuracy_precision_recall_and_f1():
    quality = summarise([judged("a", "a"), judged("a", "b"), judged("b", "b"), judged("b", "b")])

    assert quality.accuracy == 0.75
    assert (quality.intents["b"].precision, quality.intents["b"].recall) == (2 / 3, 1.0)
    assert quality.intents["a"].f1 == pytest.approx(2 / 3)
    assert quality.confusion == {("a", "a"): 1, ("a", "b"): 1, ("b", "b"): 2}


def test_what_was_refused_counts_as_out_of_scope():
    quality = summarise([judged(OUT_OF_SCOPE, OUT_OF_SCOPE), judged("a", "a")])

    assert quality.accuracy == 1.0
    assert quality.out_of_scope_recall == 1.0


def test_confidence_that_is_always_right_has_no_calibration_error():
    assert summarise([judged("a", "a"), judged("b", "b")]).calibration_error == 0.0
    assert summarise([judged("a", "b", 0.95)]).calibration_error == pytest.approx(0.95)


def test_mistakes_are_listed():
    assert [one.answered for one in summarise([judged("a", "b"), judged("a", "a")]).mistakes] == ["b"]


def test_nothing_to_judge_is_no_crash():
    assert summarise([]).accuracy == 0.0
