"""Smooth: the flexible calibration curve, against rms."""

import csv
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm

from tests.factories.patients import counts_of_rows, patients
from tests.factories.tallies import counts_of, score_counts
from validation.counts import ScoreCounts
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.metrics.smooth import (
    KEYS,
    calibration_curve,
    calibration_errors,
    curve_noise,
    spline,
)

TABLE = Path(__file__).parents[4] / "shared/data/more/calibrationcurves_testdata.csv"


def real() -> ScoreCounts:
    """Return the 500 exams of the test data of R's CalibrationCurves."""
    if not TABLE.exists():
        pytest.skip("the public tables of ../shared/data are not here")
    with TABLE.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    return counts_of([int(row["label"]) for row in rows], [float(row["score"]) for row in rows])


def errors(counts: ScoreCounts) -> dict[str, Estimate]:
    """Return the four errors of some counts."""
    curve = calibration_curve(counts)
    return calibration_errors(curve, counts, level=0.95, noise=curve_noise(1))


def expected(n: int = 60, *, slope: float = 1.0) -> ScoreCounts:
    """Return counts that are exactly as expected under a slope on the log-odds."""
    scores = np.linspace(0.02, 0.98, n)
    risk = 1 / (1 + np.exp(-slope * np.log(scores / (1 - scores))))
    return ScoreCounts(scores=scores, positives=100 * risk, negatives=100 * (1 - risk))


class TestSpline:
    """The columns of a restricted cubic spline."""

    def test_hand_worked(self) -> None:
        """Knots 0, 1, 2 at 3: (27 - 8 · 2 + 1 · 1) / 4; linear from there on."""
        found = spline(np.array([-1.0, 1.0, 3.0, 4.0, 5.0]), np.array([0.0, 1.0, 2.0]))
        assert found[:3, 2] == pytest.approx([0, 0.25, 3])
        assert found[4, 2] - found[3, 2] == pytest.approx(found[3, 2] - found[2, 2])

    def test_without_knots(self) -> None:
        """A straight line."""
        assert spline(np.array([2.0]), np.empty(0)).tolist() == [[1, 2]]


class TestCalibrationCurve:
    """The logistic regression on the spline."""

    def test_agrees_with_rms(self) -> None:
        """Rms 6.5.0: lrm(label ~ rcs(qlogis(score), k)) with the quantiles of type 1 as knots."""
        curve = calibration_curve(real())
        assert curve.method == "rcs-4"
        assert curve.knots == pytest.approx(
            [-3.075318305091848, -0.653860358297316, 0.743826316406890, 2.888098234745156]
        )
        assert curve.beta == pytest.approx(
            [0.1351868835002, 0.7824364774976, 0.0766958860921, -0.2270935241866], abs=1e-9
        )

    def test_the_interval_agrees_with_rms(self) -> None:
        """predict(fit, se.fit = TRUE) ± 1.96 on the log-odds, at two of the scores."""
        found = calibration_curve(real()).observed(
            np.array([0.493029787292, 0.7770878221]), level=0.95
        )
        assert (
            pytest.approx(
                np.array(
                    [
                        [0.5431027566, 0.4771192327, 0.6076076399],
                        [0.7761284699, 0.7054507940, 0.8338413980],
                    ]
                ),
                abs=1e-8,
            )
            == np.array(found).T
        )

    def test_three_knots_where_a_class_is_rare(self) -> None:
        """Below a hundred of the rarer class."""
        labels = np.arange(150) % 2
        scores = np.linspace(0.1, 0.9, 150)
        assert calibration_curve(counts_of(labels, scores)).method == "rcs-3"

    def test_few_scores_give_a_line(self) -> None:
        """Three scores cannot tell a bend from its ends."""
        counts = score_counts((0.2, 2, 8), (0.5, 5, 5), (0.8, 8, 2))
        assert calibration_curve(counts).method == "linear-logit"

    def test_many_scores_are_joined(self) -> None:
        """Five thousand scores give at most 1,024 cells, and nearly the same curve."""
        rng = np.random.default_rng(3)
        scores = rng.beta(2, 2, 5000)
        counts = counts_of(rng.binomial(1, scores), scores)
        curve = calibration_curve(counts)
        assert curve.predicted.size <= 1024
        labels = np.repeat([1, 0], [counts.scored_positives, counts.scored_negatives])
        ordered = np.concatenate(
            [
                np.repeat(counts.scores, counts.positives.astype(int)),
                np.repeat(counts.scores, counts.negatives.astype(int)),
            ]
        )
        x = np.log(ordered / (1 - ordered))
        fit = sm.Logit(labels, spline(x, curve.knots)).fit(disp=0)
        places = np.linspace(0.05, 0.95, 19)
        rows = fit.predict(spline(np.log(places / (1 - places)), curve.knots))
        assert curve.observed(places, level=0.95)[0] == pytest.approx(rows, abs=1e-3)

    def test_clustered_agrees_with_the_rows(self) -> None:
        """Standard errors clustered by patient, of statsmodels on the rows."""
        rows = [row for row in patients(200, seed=4) if 0 < row["score"] < 1]
        curve = calibration_curve(counts_of_rows(rows))
        scores = np.array([row["score"] for row in rows])
        design = spline(np.log(scores / (1 - scores)), curve.knots)
        names = np.unique([row["patient"] for row in rows], return_inverse=True)[1]
        fit = sm.Logit(np.array([row["label"] for row in rows]), design).fit(
            disp=0, tol=1e-12, cov_type="cluster",
            cov_kwds={"groups": names, "use_correction": False},
        )  # fmt: skip
        assert curve.beta == pytest.approx(fit.params, abs=1e-7)
        assert curve.covariance == pytest.approx(fit.cov_params(), rel=1e-6, abs=1e-9)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ([(0.2, 0, 3), (0.8, 3, 0)], "separate"),
            (
                [(k / 10, 20 * (4 <= k <= 6), 20 * (k < 4 or k > 6)) for k in range(1, 10)],
                "not est",
            ),
        ],
    )
    def test_not_estimable(self, cells: list[tuple[float, int, int]], reason: str) -> None:
        """Where the curve would rise without end, it is said so."""
        with pytest.raises(UndefinedError, match=reason):
            calibration_curve(score_counts(*cells))


class TestCurveNoise:
    """The numbers by which curves are redrawn."""

    def test_of_the_seed_alone(self) -> None:
        """As many columns as a curve has coefficients; the same for the same seed."""
        noise = curve_noise(1)
        assert noise.shape == (400, 4)
        curve_noise.cache_clear()
        assert np.array_equal(curve_noise(1), noise)
        assert not np.array_equal(curve_noise(2), noise)


class TestCalibrationErrors:
    """ICI, E50, E90 and Emax."""

    def test_agrees_with_rms(self) -> None:
        """Distances of the lrm fit of rms 6.5.0: mean, quantiles of type 1, maximum."""
        found = errors(real())
        assert [found[key].value for key in KEYS] == pytest.approx(
            [0.0412033122168, 0.0426803029107, 0.0786660669728, 0.0811213360872], abs=1e-9
        )

    def test_perfect(self) -> None:
        """Exactly the expected counts: every error is 0 and so is the lower end."""
        for one in errors(expected()).values():
            assert one.value == pytest.approx(0, abs=1e-9)
            assert one.low == pytest.approx(0, abs=1e-9)

    def test_by_definition(self) -> None:
        """Counts exactly as under a slope of 2: distances known in closed form."""
        counts = expected(slope=2.0)
        distance = np.abs(counts.positives / 100 - counts.scores)
        found = errors(counts)
        assert found["ici"].value == pytest.approx(distance.mean(), abs=1e-8)
        assert found["emax"].value == pytest.approx(distance.max(), abs=1e-8)
        assert found["e50"].value == pytest.approx(np.sort(distance)[29], abs=1e-8)

    def test_the_interval_holds_the_value(self) -> None:
        """And lies within 0 and 1."""
        for one in errors(real()).values():
            assert one.low is not None
            assert one.value is not None
            assert one.high is not None
            assert 0 <= one.low <= one.value <= one.high <= 1
