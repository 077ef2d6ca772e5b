"""Facts about the chart of observed against expected events."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import bernoulli

from tests.factories.tallies import make_protocol, make_tally
from validation.errors import UndefinedError
from validation.monitoring.cusum import Chart, add, ratio
from validation.monitoring.windows import Window, windows
from validation.protocols.shape import Partition, ScoreKind


def window(exams: list[tuple[float, int]], **changes: Any) -> Window:  # noqa: ANN401 -- any part of a protocol
    """Return the window of exams of given probability and outcome."""
    protocol = make_protocol(purpose=Partition.MONITORING, **changes)
    rows = [{"site": "Hungary", "label": label, "score": score} for score, label in exams]
    (found,) = windows(make_tally(rows, protocol), protocol, site="Hungary")
    return found


def drawn(seed: int, odds: float, size: int = 400) -> list[tuple[float, int]]:
    """Return exams whose events have so many times the odds that were predicted."""
    generator = np.random.default_rng(seed)
    predicted = generator.beta(1, 4, size).round(3)
    truth = odds * predicted / (1 - predicted + odds * predicted)
    happened = (generator.random(size) < truth).astype(int)
    return list(zip(predicted.tolist(), happened.tolist(), strict=True))


@pytest.mark.parametrize("odds_ratio", [0.5, 1.5, 2.0, 4.0])
def test_ratio_is_that_of_two_likelihoods(odds_ratio: float) -> None:
    """The weights add up to the log-likelihoods of scipy: odds as predicted, and multiplied."""
    exams = drawn(1, 1.0)
    predicted = np.array([score for score, _ in exams])
    happened = np.array([label for _, label in exams])
    other = odds_ratio * predicted / (1 - predicted + odds_ratio * predicted)
    expected = np.sum(bernoulli.logpmf(happened, other) - bernoulli.logpmf(happened, predicted))
    assert ratio(window(exams), odds_ratio) == pytest.approx(float(expected), abs=1e-9)


def test_one_exam_by_hand() -> None:
    """At p = 0.1 and R = 2 an event weighs ln(2 / 1.1), none weighs -ln(1.1)."""
    assert ratio(window([(0.1, 1)]), 2.0) == pytest.approx(np.log(2 / 1.1))
    assert ratio(window([(0.1, 0)]), 2.0) == pytest.approx(-np.log(1.1))


def test_chart_by_a_loop() -> None:
    """The chart over windows is that of a plain loop: the sum, never below nothing."""
    parts = [drawn(seed, 2.0, size=60) for seed in range(8)]
    chart, more, fewer = Chart(), 0.0, 0.0
    for part in parts:
        chart = add(chart, window(part), odds_ratio=2.0)
        for odds in (2.0, 0.5):
            total = 0.0
            for p, y in part:
                other = odds * p / (1 - p + odds * p)
                total += np.log(other / p) if y else np.log((1 - other) / (1 - p))
            more, fewer = (
                (max(0.0, more + total), fewer) if odds > 1 else (more, max(0.0, fewer + total))
            )
    assert (chart.more, chart.fewer) == pytest.approx((more, fewer), abs=1e-9)
    assert chart.observed == sum(y for part in parts for _, y in part)
    assert chart.expected == pytest.approx(sum(p for part in parts for p, _ in part))


def test_it_tells() -> None:
    """Twice the odds raise the one sum, half the odds the other, and neither without a change."""
    charts = {
        odds: add(Chart(), window(drawn(3, odds, 2000)), odds_ratio=2.0) for odds in (0.5, 1, 2)
    }
    assert charts[2].more > 10 > charts[2].fewer
    assert charts[0.5].fewer > 10 > charts[0.5].more
    assert charts[1].highest == 0.0


def test_without_labels_nothing_moves() -> None:
    """Exams without a label or a score leave the chart where it stood."""
    protocol = make_protocol(purpose=Partition.MONITORING)
    rows: list[dict[str, Any]] = [
        {"site": "Hungary", "label": None, "score": 0.9},
        {"site": "Hungary", "label": 1, "score": None},
    ]
    (bare,) = windows(make_tally(rows, protocol), protocol, site="Hungary")
    before = Chart(observed=3, expected=2.0, more=1.0, fewer=0.5)
    assert add(before, bare, odds_ratio=2.0) == before


def test_certain_predictions() -> None:
    """A predicted 0 or 1 changes with no odds, and is no division by nothing."""
    assert ratio(window([(0.0, 0), (1.0, 1)]), 2.0) == pytest.approx(0.0)


def test_ranks_are_no_probabilities() -> None:
    """Of scores that only rank nothing is expected."""
    with pytest.raises(UndefinedError, match="no probabilities"):
        add(Chart(), window([(0.5, 1)], score_kind=ScoreKind.RANK), odds_ratio=2.0)
