"""Variance between sites: three estimates."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from tests.validation.sites.test_random_effects import VALUES, VARIANCES
from validation.sites.variance import dersimonian_laird, paule_mandel, reml


class TestReml:
    """The variance between sites."""

    def test_nothing_is_likelier(self) -> None:
        """A general optimiser of the restricted likelihood finds the same."""

        def loss(tau2: float) -> float:
            total = VARIANCES + tau2
            mean = np.average(VALUES, weights=1 / total)
            return float(
                np.log(total).sum()
                + np.log((1 / total).sum())
                + ((VALUES - mean) ** 2 / total).sum()
            )

        expected = minimize_scalar(loss, bounds=(0, 5), method="bounded", options={"xatol": 1e-10})
        assert reml(VALUES, VARIANCES) == pytest.approx(expected.x, abs=1e-6)

    def test_no_spread(self) -> None:
        """Values closer than their errors have none."""
        assert reml(np.array([0.1, 0.2, 0.15]), np.full(3, 1.0)) == 0


class TestDersimonianLaird:
    """From Cochran's Q."""

    def test_hand_worked(self) -> None:
        """0 and 2, each with variance 1: Q = 2, less 1, over 2 - 2/2."""
        assert dersimonian_laird(np.array([0.0, 2.0]), np.ones(2)) == pytest.approx(1.0)

    def test_never_below_zero(self) -> None:
        """Values closer than their errors have no spread."""
        assert dersimonian_laird(np.array([0.0, 0.1]), np.ones(2)) == 0


class TestPauleMandel:
    """The variance that leaves as much spread as there are degrees of freedom."""

    def test_hand_worked(self) -> None:
        """0 and 2, each with variance 1: 2 / (1 + τ²) = 1."""
        assert paule_mandel(np.array([0.0, 2.0]), np.ones(2)) == pytest.approx(1.0)

    def test_never_below_zero(self) -> None:
        """Values closer than their errors have no spread."""
        assert paule_mandel(np.array([0.0, 0.1]), np.ones(2)) == 0
