"""Sites: random effects."""

import math

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.stats import t as student
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.meta_analysis import combine_effects

from tests.factories.tallies import make_protocol, make_tally
from validation.protocols.shape import OperatingPoint, Protocol, ScoreKind
from validation.sites import Pooled, pool, reml, spread_between_sites
from validation.strata import Strata

# The BCG vaccine trials (Colditz 1994) as in metafor: cases and others, vaccinated and not.
BCG = np.array(
    [
        (4, 119, 11, 128), (6, 300, 29, 274), (3, 228, 11, 209), (62, 13536, 248, 12619),
        (33, 5036, 47, 5761), (180, 1361, 372, 1079), (8, 2537, 10, 619), (505, 87886, 499, 87892),
        (29, 7470, 45, 7232), (17, 1699, 65, 1600), (186, 50448, 141, 27197), (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)  # fmt: skip
A, B, C, D = BCG.T
VALUES = np.log(A / (A + B)) - np.log(C / (C + D))
VARIANCES = 1 / A - 1 / (A + B) + 1 / C - 1 / (C + D)


class TestPool:
    """The BCG trials, on the log scale."""

    found = pool(VALUES, VARIANCES, level=0.95)

    def test_metafor_prints_the_same(self) -> None:
        """rma(): -0.7145, tau² 0.3132, Q 152.2330; and -1.0669 to -0.3622 by the classic error."""
        printed = (self.found.mean, self.found.tau2, self.found.q)
        assert printed == pytest.approx((-0.7145, 0.3132, 152.2330), abs=5e-5)
        half = 1.959963984540054 / math.sqrt((1 / (VARIANCES + self.found.tau2)).sum())
        classic = (self.found.mean - half, self.found.mean + half)
        assert classic == pytest.approx((-1.0669, -0.3622), abs=5e-5)

    def test_a_weighted_regression_agrees(self) -> None:
        """Its error of a weighted mean with t(k - 1) is Hartung's and Knapp's interval."""
        fit = WLS(VALUES, np.ones(13), weights=1 / (VARIANCES + self.found.tau2)).fit()
        assert (self.found.low, self.found.high) == pytest.approx(tuple(fit.conf_int()[0]))

    def test_statsmodels_agrees_on_q(self) -> None:
        """Cochran's Q and I² as (Q - df) / Q."""
        expected = combine_effects(VALUES, VARIANCES, method_re="dl")
        assert self.found.q == pytest.approx(expected.q, rel=1e-10)
        assert self.found.i2 == pytest.approx(expected.i2, rel=1e-10)

    def test_statsmodels_agrees_given_the_spread(self) -> None:
        """With statsmodels' own τ² close to ours, its Hartung-Knapp error is close to ours."""
        other = combine_effects(VALUES, VARIANCES, method_re="iterated", use_t=True)
        weights = 1 / (VARIANCES + other.tau2)
        mean = float(weights @ VALUES / weights.sum())
        assert other.mean_effect_re == pytest.approx(mean)
        assert self.found.mean == pytest.approx(mean, abs=0.005)

    def test_the_prediction_interval(self) -> None:
        """Mean ± t(12) · sqrt(τ² + se²), from the interval's own standard error."""
        quantile = student.ppf(0.975, 12)
        error = (self.found.high - self.found.low) / 2 / quantile
        half = quantile * math.sqrt(self.found.tau2 + error**2)
        assert self.found.prediction == pytest.approx(
            (self.found.mean - half, self.found.mean + half)
        )

    def test_no_prediction_from_two(self) -> None:
        """Two sites say nothing about a third."""
        assert pool(VALUES[:2], VARIANCES[:2], level=0.95).prediction is None

    def test_the_guard(self) -> None:
        """Sites that agree too well do not narrow the interval below the classic error."""
        found = pool(np.array([1.0, 1.0, 1.0]), np.full(3, 0.03), level=0.95)
        assert found.high - found.mean == pytest.approx(student.ppf(0.975, 2) * math.sqrt(0.01))
        assert (found.q, found.i2, found.tau2) == (0, 0, 0)


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


def site(name: str, tp: int, fn: int, fp: int, tn: int) -> list[dict[str, object]]:
    """Return a site with four groups of exams, two scores to a side so that ranks overlap."""
    return [
        {"site": name, "label": 1, "score": 0.8, "n": tp},
        {"site": name, "label": 1, "score": 0.2, "n": fn},
        {"site": name, "label": 0, "score": 0.7, "n": fp},
        {"site": name, "label": 0, "score": 0.1, "n": tn},
    ]


def spread(rows: list[dict[str, object]], protocol: Protocol) -> dict[str, Pooled]:
    """Return the summaries by metric."""
    rows = [row for row in rows if row["n"]]
    strata = Strata(make_tally(rows, protocol), protocol)
    found = spread_between_sites(strata, protocol, protocol.findings[0])
    return {one.metric: one for one in found}


THREE = [*site("A", 40, 10, 5, 45), *site("B", 30, 20, 10, 40), *site("C", 45, 5, 8, 42)]


class TestSpreadBetweenSites:
    """Three hospitals with a hundred exams each."""

    found = spread(THREE, make_protocol())

    def test_sensitivity_is_pooled_on_the_logit_scale(self) -> None:
        """Log-odds with variance 1/x + 1/(n - x), carried back."""
        values = np.log(np.array([40 / 10, 30 / 20, 45 / 5]))
        variances = np.array([1 / 40 + 1 / 10, 1 / 30 + 1 / 20, 1 / 45 + 1 / 5])
        effects = pool(values, variances, level=0.95)
        found = self.found["sensitivity"]
        assert found.pooled == pytest.approx(1 / (1 + math.exp(-effects.mean)))
        assert found.tau2 == pytest.approx(effects.tau2)

    def test_observed_expected_is_pooled_on_the_log_scale(self) -> None:
        """The pooled value lies among the sites' own."""
        found = self.found["observed_expected"]
        assert found.scale == "log"
        ratios = [
            50 / (0.8 * tp + 0.2 * fn + 0.7 * fp + 0.1 * tn)
            for tp, fn, fp, tn in ((40, 10, 5, 45), (30, 20, 10, 40), (45, 5, 8, 42))
        ]
        assert found.pooled is not None
        assert min(ratios) < found.pooled < max(ratios)

    def test_leaving_one_out(self) -> None:
        """Without the best hospital the pooled sensitivity falls, without the worst it rises."""
        found = self.found["sensitivity"]
        assert found.pooled is not None
        assert found.leave_one_out["C"] < found.pooled < found.leave_one_out["B"]

    def test_few_sites_are_unstable(self) -> None:
        """With three it is said."""
        note = self.found["auroc"].note
        assert note is not None
        assert "unstable below 5" in note

    def test_five_are_stable(self) -> None:
        """With five nothing needs to be said."""
        rows = [*THREE, *site("D", 35, 15, 6, 44), *site("E", 41, 9, 7, 43)]
        assert spread(rows, make_protocol())["auroc"].note is None

    def test_a_site_without_negatives_is_left_out(self) -> None:
        """By name and with the reason."""
        found = spread([*THREE, *site("Swiss", 9, 1, 0, 0)], make_protocol())
        assert found["specificity"].left_out == {"Swiss": "no negative exam"}
        assert found["auroc"].left_out == {"Swiss": "no negative exam has a score"}
        assert found["sensitivity"].k == 4

    def test_a_rate_of_one_is_corrected(self) -> None:
        """Half an exam is added, and it is said where."""
        found = spread([*THREE, *site("Small", 6, 1, 0, 8)], make_protocol())["specificity"]
        assert found.corrected == ("Small",)
        assert found.note is not None
        assert "half an exam added where a rate is 0 or 1: Small" in found.note

    def test_perfect_separation_has_no_variance(self) -> None:
        """A site whose AUROC is 1 is left out of the AUROC's spread."""
        found = spread([*THREE, *site("Small", 6, 0, 0, 8)], make_protocol())["auroc"]
        assert found.left_out == {"Small": "DeLong's variance is 0 or unknown"}

    def test_two_sites(self) -> None:
        """They are pooled, without prediction and without leaving one out."""
        found = spread(THREE[:8], make_protocol())["sensitivity"]
        assert found.pooled is not None
        assert found.prediction_low is None
        assert found.leave_one_out == {}
        assert found.note == "no prediction interval below three sites"

    def test_one_site(self) -> None:
        """One hospital has no spread."""
        found = spread(THREE[:4], make_protocol())["auroc"]
        assert found.pooled is None
        assert found.undefined == "1 site with an estimate; a spread needs two"

    def test_no_site_column(self) -> None:
        """Without sites there is nothing to say."""
        assert spread([], make_protocol()) == {}

    def test_ranks_have_no_calibration(self) -> None:
        """Nor has the spread of it."""
        found = spread(THREE, make_protocol(score_kind=ScoreKind.RANK))
        assert found["calibration_slope"].undefined is not None
        assert found["auroc"].pooled is not None

    def test_no_operating_point(self) -> None:
        """Every site is left out of what needs one."""
        found = spread(THREE, make_protocol(operating_point=OperatingPoint()))["sensitivity"]
        assert set(found.left_out) == {"A", "B", "C"}
        assert found.undefined == "0 sites with an estimate; a spread needs two"
