"""Measures of agreement on counted patterns of calls."""

import numpy as np
import pytest

from validation.agreement.measures import (
    in_calls,
    jackknife_influences,
    krippendorff_alpha,
    percent_agreement,
)
from validation.errors import UndefinedError

# Two of three agree, all agree, one call alone.
CALLS = np.array([[1, 1, 0], [0, 0, 0], [1, -1, -1]], dtype=np.int8)
EXAMS = np.array([4.0, 3.0, 2.0])


class TestPercentAgreement:
    """How often two calls on one exam are alike."""

    def test_by_hand(self) -> None:
        """One pair of three on four exams, three of three on three: 13 of 21."""
        assert percent_agreement(CALLS, EXAMS) == pytest.approx(13 / 21)


class TestInCalls:
    """Weights on the scale of calls."""

    def test_by_hand(self) -> None:
        """Twenty-one calls on exams with several; weights that say 210 are divided by ten."""
        assert in_calls(CALLS, EXAMS, EXAMS * 10) == pytest.approx(EXAMS)

    def test_alone(self) -> None:
        """Where nobody read an exam twice there is nothing to scale."""
        assert in_calls(CALLS[2:], EXAMS[2:], np.array([5.0])).tolist() == [5.0]

    def test_alpha_of_any_unit(self) -> None:
        """Alpha of scaled weights does not know their unit; of the weights themselves it does."""
        found = [
            krippendorff_alpha(CALLS, in_calls(CALLS, EXAMS, EXAMS * unit)) for unit in (1, 1e-4)
        ]
        assert found[0] == pytest.approx(found[1])


class TestJackknifeInfluences:
    """What one exam adds."""

    def test_of_a_share(self) -> None:
        """Of the agreement of pairs on three exams: 1, 1 and 0, less 2/3, over two."""
        calls, exams = np.array([[1, 1], [1, 0]], dtype=np.int8), np.array([2.0, 1.0])
        found = jackknife_influences(percent_agreement, calls, exams, exams)
        expected = np.sqrt(2 / 3) * (np.array([1, 0]) - 2 / 3) / 2
        assert found == pytest.approx(expected)
        assert exams @ found**2 == pytest.approx(np.var([1, 1, 0], ddof=1) / 3)

    def test_per_unit_of_weight(self) -> None:
        """Weights in another unit add less per unit, and as much in all."""
        one, other = (
            jackknife_influences(percent_agreement, CALLS, EXAMS, EXAMS * w) for w in (1, 4)
        )
        assert one == pytest.approx(4 * other)

    def test_without_some_exam(self) -> None:
        """A measure that hangs on one exam has none."""
        calls, exams = np.array([[1, 1], [1, -1]], dtype=np.int8), np.ones(2)
        with pytest.raises(UndefinedError, match="two readers"):
            jackknife_influences(percent_agreement, calls, exams, exams)
