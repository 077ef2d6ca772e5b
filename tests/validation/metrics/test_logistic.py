"""Logistic regression on counts."""

import math

import numpy as np
import pytest
import statsmodels.api as sm

from validation.errors import UndefinedError
from validation.metrics.logistic import expit, fit

SCORES = np.array([-2.0, -1.0, 0.0, 1.0, 3.0])
POSITIVES = np.array([1.0, 2.0, 5.0, 4.0, 9.0])
EXAMS = np.array([10.0, 9.0, 11.0, 7.0, 10.0])


class TestFit:
    """Coefficients and their covariance."""

    def test_intercept_alone(self) -> None:
        """3 of 12: the log-odds are ln(3/9), and their variance 1/3 + 1/9."""
        one, none = np.ones((1, 1)), np.zeros(1)
        beta, covariance = fit(one, none, np.array([3.0]), np.array([12.0]))
        assert beta[0] == pytest.approx(math.log(3 / 9), rel=1e-12)
        assert covariance[0, 0] == pytest.approx(1 / 3 + 1 / 9, rel=1e-12)

    @pytest.mark.parametrize("powers", [1, 2, 3, 4])
    def test_as_statsmodels(self, powers: int) -> None:
        """The same as its generalised linear model, with an offset and up to four columns."""
        design, offset = np.vander(SCORES, powers, increasing=True), SCORES / 3
        answer = np.column_stack([POSITIVES, EXAMS - POSITIVES])
        model = sm.GLM(answer, design, family=sm.families.Binomial(), offset=offset)
        expected = model.fit(tol=1e-14, maxiter=200)
        beta, covariance = fit(design, offset, POSITIVES, EXAMS)
        assert beta == pytest.approx(expected.params, rel=1e-11)
        assert covariance == pytest.approx(expected.cov_params(), rel=1e-6)

    def test_covariance_of_the_end(self) -> None:
        """It is the inverse of the information at the coefficients, not at those before."""
        design, offset = np.vander(SCORES, 3, increasing=True), SCORES / 3
        beta, covariance = fit(design, offset, POSITIVES, EXAMS)
        risk = 1 / (1 + np.exp(-(offset + design @ beta)))
        expected = np.linalg.inv(design.T @ (design * (EXAMS * risk * (1 - risk))[:, None]))
        assert covariance == pytest.approx(expected, rel=1e-10)

    def test_from_where_nothing_is_known(self) -> None:
        """A start at which all risks are 0 or 1 tells nothing: 0 is taken."""
        start = np.array([0.0, 1e3])
        found = fit(
            np.vander(SCORES, 2, increasing=True), SCORES * 0, POSITIVES, EXAMS, start=start
        )
        plain = fit(np.vander(SCORES, 2, increasing=True), SCORES * 0, POSITIVES, EXAMS)
        assert found[0] == pytest.approx(plain[0], rel=1e-11)

    def test_from_another_start(self) -> None:
        """Where the search begins changes nothing of what it finds."""
        design, offset = np.vander(SCORES, 3, increasing=True), SCORES / 3
        start = np.array([0.5, -1.0, 0.3])
        beta, covariance = fit(design, offset, POSITIVES, EXAMS, start=start)
        plain = fit(design, offset, POSITIVES, EXAMS)
        assert beta == pytest.approx(plain[0], rel=1e-11)
        assert covariance == pytest.approx(plain[1], rel=1e-11)

    @pytest.mark.parametrize("offset", [-20.0, -12.0, 12.0, 20.0])
    def test_from_afar(self, offset: float) -> None:
        """Newton's first step overshoots where it begins far off; it is halved, not followed."""
        beta, _ = fit(np.ones((1, 1)), np.array([offset]), np.array([3.0]), np.array([12.0]))
        assert beta[0] + offset == pytest.approx(math.log(3 / 9), abs=1e-9)

    def test_columns_alike(self) -> None:
        """What cannot be told apart has no coefficients."""
        with pytest.raises(UndefinedError, match="the likelihood has no maximum"):
            fit(np.ones((5, 2)), np.zeros(5), POSITIVES, EXAMS)


class TestExpit:
    """Log-odds to probabilities."""

    def test_at_either_end(self) -> None:
        """Neither overflows."""
        assert expit(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
