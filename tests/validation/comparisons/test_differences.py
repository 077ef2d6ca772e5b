"""Differences: means of changes, and how many exams tell as much."""

import numpy as np
import pytest

from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    PROTOCOL,
    ROWS,
    WEIGHTED,
    WEIGHTS,
    Array,
    Rows,
    stratum_of,
    with_effects,
)
from validation.comparisons.differences import Pair, effective_size, of_mean
from validation.errors import UndefinedError
from validation.protocols.shape import Protocol


def pair_of(rows: Rows, protocol: Protocol = PROTOCOL) -> Pair:
    """Return the two versions on some rows."""
    stratum = stratum_of(rows, protocol)
    return Pair(
        enters=stratum.joint.label >= 0,
        stratum=stratum,
        protocol=protocol,
        comparator=protocol.comparators[0],
    )


def change_of(pair: Pair) -> Array:
    """Return a change of each cell: whether this version scores higher."""
    return (pair.cells.score > pair.theirs).astype(np.float64)


class TestOfMean:
    """The mean of a change per exam."""

    @pytest.mark.parametrize("protocol", [PROTOCOL, WEIGHTED, BY_PATIENT])
    def test_a_change_that_is_the_same_for_all(self, protocol: Protocol) -> None:
        """It has no spread, whatever the floats of its weighted mean say."""
        pair = pair_of(ROWS, protocol)
        with pytest.raises(UndefinedError, match="no spread"):
            of_mean(pair, np.full(len(pair.cells), 0.1))


class TestEffectiveSize:
    """How many independent exams of equal weight tell as much."""

    def everyone(self, pair: Pair) -> float:
        """Return the size of the mean over all exams."""
        return effective_size(pair, change_of(pair), np.ones(len(pair.cells), dtype=np.bool_))

    def test_independent_exams(self) -> None:
        """They tell what they tell."""
        assert self.everyone(pair_of(ROWS)) == pytest.approx(300)

    def test_everything_thrice(self) -> None:
        """Three exams alike of each patient tell what one does, but for being few."""
        rows = [{**row, "patient": i % 300} for i, row in enumerate(ROWS * 3)]
        assert self.everyone(pair_of(rows, BY_PATIENT)) == pytest.approx(300, rel=0.005)

    def test_never_more_than_the_exams(self) -> None:
        """Patients whose exams cancel tell no more than as many independent exams."""
        rows: Rows = [
            {"label": 1, "score": 0.5, "old": old, "patient": patient}
            for patient in range(20)
            for old in (0.2, 0.8)
        ]
        assert self.everyone(pair_of(rows, BY_PATIENT)) == 40

    def test_a_change_that_is_the_same_for_all(self) -> None:
        """The size is the effective number of patients, as if their exams had to be alike."""
        pair = pair_of(ROWS, WEIGHTED)
        found = effective_size(
            pair, np.full(len(pair.cells), 0.1), np.ones(len(pair.cells), dtype=np.bool_)
        )
        assert found == pytest.approx(WEIGHTS.sum() ** 2 / (WEIGHTS**2).sum())

    def test_weights_and_patients_leave_less(self) -> None:
        """Either alone leaves more than both."""
        both, weighted = (self.everyone(pair_of(ROWS, one)) for one in (BOTH, WEIGHTED))
        assert both < weighted < 300

    def test_a_stated_effect(self) -> None:
        """Three leaves a third, put right for being few: a hundred, less one."""
        stratum = with_effects({"f1": 3.0})
        pair = Pair(
            enters=stratum.joint.label >= 0, stratum=stratum, protocol=PROTOCOL,
            comparator=PROTOCOL.comparators[0],
        )  # fmt: skip
        assert self.everyone(pair) == pytest.approx(100 * (99 / 100) * (300 / 299))
