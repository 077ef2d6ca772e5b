"""Facts about windows: who is counted where, and signals from counts alone."""

import math
from typing import Any

import numpy as np
import pytest
from scipy.stats import ks_2samp

from tests.factories.tallies import make_protocol, make_tally
from validation.monitoring.signals import signals
from validation.monitoring.windows import Window, windows
from validation.protocols.shape import Columns, OperatingPoint, Partition
from validation.tallies.grids import FINE

PROTOCOL = make_protocol(purpose=Partition.MONITORING)
ROWS: list[dict[str, Any]] = [
    {"site": "Hungary", "label": 1, "score": 0.9},
    {"site": "Hungary", "label": 0, "score": 0.9},
    {"site": "Hungary", "label": 0, "score": 0.1, "n": 5},
    {"site": "Hungary", "label": None, "score": 0.6},
    {"site": "Hungary", "label": 1, "score": None},
    {"site": "Hungary", "label": None, "score": None},
    {"site": "Cleveland", "label": 1, "score": 0.9, "n": 50},
]


def window(rows: list[dict[str, Any]], **changes: Any) -> Window:  # noqa: ANN401 -- any part of a protocol
    """Return the window of Hungary in some rows."""
    protocol = make_protocol(purpose=Partition.MONITORING, **changes)
    (found,) = windows(make_tally(rows, protocol), protocol, site="Hungary")
    return found


def scored(scores: list[float]) -> Window:
    """Return a window of unlabelled exams at Hungary with these scores."""
    return window([{"site": "Hungary", "label": None, "score": score} for score in scores])


def test_counted() -> None:
    """Exams of one site, labelled or not; an unscored one is not flagged by the fail-safe."""
    found = window(ROWS)
    assert (found.exams, found.positives, found.negatives, found.unlabelled) == (10, 2, 6, 2)
    assert (found.unscored, found.flagged) == (2, 3)
    assert found.scores.tolist() == [0.1, 0.6, 0.9]
    assert found.masses.tolist() == [5, 1, 2]
    assert found.with_positives.tolist() == [0, 0, 1]
    assert found.with_negatives.tolist() == [5, 0, 1]


def test_fail_safe() -> None:
    """Where an unscored exam counts as positive, it is flagged."""
    point = OperatingPoint(threshold=0.5, unscored="positive")
    assert window(ROWS, operating_point=point).flagged == 5


def test_partition() -> None:
    """Rows of another partition than the judged one are not of the window."""
    columns = Columns(site="site", exam="exam", partition="split")
    rows = [row | {"partition": "monitoring"} for row in ROWS[:2]]
    rows.append(ROWS[2] | {"partition": "development"})
    assert window(rows, columns=columns).exams == 2


def test_merged_scores_keep_their_mean() -> None:
    """On a grid the mean score of a cell stands beside its lower edge."""
    rows = [{"site": "Hungary", "label": 1, "score": s} for s in (0.70001, 0.70002)]
    protocol = make_protocol(purpose=Partition.MONITORING)
    tally = make_tally(rows, protocol, grid=FINE)
    (found,) = windows(tally, protocol, site="Hungary")
    assert found.means.tolist() == pytest.approx([0.700015], abs=1e-8)


def test_elsewhere() -> None:
    """A site without exams has an empty window, of which shares do not exist."""
    (found,) = windows(make_tally(ROWS, PROTOCOL), PROTOCOL, site="Atlantis")
    told = signals(found, None, days=7)
    assert (found.exams, told.volume, told.flag_rate) == (0, 0.0, None)
    assert set(told.undefined) == {"flag_rate", "unscored", "psi", "ks"}


def test_signals() -> None:
    """Volume a day, shares of all exams, and no shift without a baseline."""
    told = signals(window(ROWS), None, days=5)
    assert (told.volume, told.flag_rate, told.unscored) == (2.0, 0.3, 0.2)
    assert told.undefined == {"psi": "no baseline is named", "ks": "no baseline is named"}


def test_shift_against_other_code() -> None:
    """KS as scipy has it from the rows; PSI from tenths counted by hand."""
    generator = np.random.default_rng(7)
    before = generator.beta(2, 5, 500).round(3)
    now = generator.beta(3, 4, 300).round(3)
    told = signals(scored(now.tolist()), scored(before.tolist()), days=7)
    assert told.ks == pytest.approx(ks_2samp(now, before).statistic, abs=1e-12)
    values = np.unique(np.concatenate([now, before]))
    below = np.array([(before < value).sum() + (before == value).sum() / 2 for value in values])
    tenth = np.minimum(9, np.floor(below * 10 / before.size)).astype(int)
    place = dict(zip(values.tolist(), tenth.tolist(), strict=True))
    total = 0.0
    counts = [
        [sum(place[v] == b for v in one.tolist()) + 0.5 for b in range(10)] for one in (now, before)
    ]
    for first, second in zip(*counts, strict=True):
        p, q = first / sum(counts[0]), second / sum(counts[1])
        total += (p - q) * math.log(p / q)
    assert told.psi == pytest.approx(total, abs=1e-12)


def test_no_shift() -> None:
    """The same scores lie nowhere apart."""
    same = scored([0.1, 0.2, 0.2, 0.7])
    told = signals(same, same, days=1)
    assert (told.psi, told.ks) == (0.0, 0.0)


def test_other_grid() -> None:
    """Scores kept on different grids are not compared, and the reason is said."""
    rows = [{"site": "Hungary", "label": None, "score": 0.5}]
    coarse = make_tally(rows, PROTOCOL, grid=FINE)
    (baseline,) = windows(coarse, PROTOCOL, site="Hungary")
    told = signals(scored([0.5]), baseline, days=1)
    assert told.psi is None
    assert FINE in told.undefined["ks"]
