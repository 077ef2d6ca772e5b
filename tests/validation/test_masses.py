"""Masses: what cells hold besides how many exams."""

from typing import Any

import numpy as np
import pytest

from tests.factories.tallies import make_protocol, make_tally
from validation.counts import count_scores
from validation.masses import weights_of
from validation.protocols.shape import Columns


class TestRowCosts:
    """Costs of the very exams."""

    def test_they_are_summed_by_score_and_class(self) -> None:
        """What misses and false alarms would cost, the unscored last."""
        protocol = make_protocol(
            columns=Columns(cost_of_miss="cost_of_miss", cost_of_alarm="cost_of_alarm")
        )
        rows: list[dict[str, Any]] = [
            {"label": 1, "score": 0.4, "cost_of_miss": 3.0},
            {"label": 1, "score": 0.4, "cost_of_miss": 0.5, "n": 2},
            {"label": 0, "score": 0.4, "cost_of_alarm": 0.25},
            {"label": 0, "score": None, "cost_of_alarm": 2.0},
        ]
        found = count_scores(make_tally(rows, protocol).base.cells).row_costs
        assert found is not None
        assert (found.misses.tolist(), found.misses_squared.tolist()) == ([4, 0], [9.5, 0])
        assert (found.alarms.tolist(), found.alarms_squared.tolist()) == ([0.25, 2], [0.0625, 4])


class TestMoments:
    """Scores that were merged."""

    def test_the_mean_of_a_cell(self) -> None:
        """Two exams at 0.0003 and 0.0009 share a cell of the coarse grid."""
        rows = [{"label": 1, "score": 0.0003}, {"label": 0, "score": 0.0009}]
        tally = make_tally(rows, make_protocol(), grid="dyadic-704")
        found = count_scores(tally.base.cells)
        assert found.scores.size < 20
        assert found.means @ (found.positives + found.negatives) == pytest.approx(0.0012)


class TestWeights:
    """Sampling weights."""

    def test_they_are_summed_by_score_and_class(self) -> None:
        """With their squares, the unscored last."""
        protocol = make_protocol(columns=Columns(weight="weight"))
        rows: list[dict[str, Any]] = [
            {"label": 1, "score": 0.4, "weight": 2.0},
            {"label": 1, "score": 0.4, "weight": 0.5},
            {"label": 0, "score": 0.9, "weight": 3.0},
            {"label": 0, "score": None, "weight": 1.5},
        ]
        found = weights_of(make_tally(rows, protocol).base.cells, np.array([0.4, 0.9]))
        assert (found.positives.tolist(), found.positives_squared.tolist()) == (
            [2.5, 0, 0],
            [4.25, 0, 0],
        )
        assert (found.negatives.tolist(), found.negatives_squared.tolist()) == (
            [0, 3, 1.5],
            [0, 9, 2.25],
        )
