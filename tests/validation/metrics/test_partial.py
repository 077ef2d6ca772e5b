"""Partial area under the ROC curve."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from tests.factories.patients import counts_of_rows, patients
from tests.factories.tallies import counts_of, make_protocol, make_tally, score_counts
from tests.validation.metrics.test_discrimination import asah
from validation.counts import ScoreCounts, count_scores
from validation.errors import EmptyStratumError
from validation.metrics.discrimination import auroc
from validation.metrics.partial import partial_auroc
from validation.protocols.shape import PartialArea

SPECIFIC = PartialArea(axis="specificity", low=0.9, high=1.0)
SENSITIVE = PartialArea(axis="sensitivity", low=0.9, high=1.0)


def moved(counts: ScoreCounts, area: PartialArea, *, cell: int, positive: bool) -> float:
    """Return what one more exam in a cell changes, by a finite difference."""
    error = 1e-6
    added = np.zeros(counts.scores.size)
    added[cell] = error
    more = ScoreCounts(
        scores=counts.scores,
        positives=counts.positives + added * positive,
        negatives=counts.negatives + added * (not positive),
    )
    values = [partial_auroc(one, area=area, level=0.95).value or 0 for one in (more, counts)]
    return (values[0] - values[1]) / error


class TestPartialAuroc:
    """Against pROC, by hand, and by what one more exam changes."""

    @pytest.mark.parametrize(
        ("marker", "axis", "low", "high", "raw", "value"),
        [
            ("s100b", "specificity", 0.9, 1.0, 0.03275745257452574, 0.6460918556553987),
            ("s100b", "specificity", 0.8, 1.0, 0.08058943089430891, 0.6683039747064137),
            ("s100b", "specificity", 0.5, 0.9, 0.2504827235772358, 0.7330048635307782),
            ("s100b", "sensitivity", 0.9, 1.0, 0.01376355013550135, 0.546123948081586),
            ("s100b", "sensitivity", 0.8, 1.0, 0.04882113821138209, 0.5800587172538392),
            ("s100b", "sensitivity", 0.5, 0.9, 0.2391158536585366, 0.712706881533101),
            ("ndka", "specificity", 0.9, 1.0, 0.01070460704607046, 0.5300242476108972),
            ("ndka", "sensitivity", 0.8, 1.0, 0.02804878048780487, 0.5223577235772358),
            ("ndka", "sensitivity", 0.5, 0.9, 0.1796409214092141, 0.6065016453735966),
        ],
    )
    def test_gives_what_proc_gives(
        self, marker: str, axis: str, low: float, high: float, raw: float, value: float
    ) -> None:
        """`auc(partial.auc=, partial.auc.correct=)` of pROC 1.18.0 under R 4.2.2, all digits."""
        area = PartialArea(axis="sensitivity" if axis == "sensitivity" else "specificity",
                           low=low, high=high)  # fmt: skip
        found = partial_auroc(counts_of(*asah(marker)), area=area, level=0.95)
        assert found.value == pytest.approx(value, abs=1e-14)
        assert found.note is not None
        assert f"area {raw:.4g} of" in found.note

    def test_below_the_diagonal_it_stands(self) -> None:
        """PROC's area is 0.003794037940379402 there and its correction NA; by hand 0.4937."""
        found = partial_auroc(counts_of(*asah("ndka")), area=SENSITIVE, level=0.95)
        expected = (1 + (0.003794037940379402 - 0.005) / 0.095) / 2
        assert found.value == pytest.approx(expected, abs=1e-12)

    @pytest.mark.parametrize(("marker", "error"), [("s100b", 0.0401), ("ndka", 0.0311)])
    def test_the_error_is_near_procs(self, marker: str, error: float) -> None:
        """Of 10,000 bootstraps in pROC, within 8 %; there are 41 positives and 72 negatives."""
        found = partial_auroc(counts_of(*asah(marker)), area=SPECIFIC, level=0.95)
        assert found.value is not None
        assert found.high is not None
        distance = math.log(found.high / (1 - found.high)) - math.log(
            found.value / (1 - found.value)
        )
        se = distance / 1.959963984540054 * found.value * (1 - found.value)
        assert se == pytest.approx(error, rel=0.08)

    def test_hand_worked(self) -> None:
        """Ten negatives, one of them above both positives: half of the tenth is lost.

        From specificity 0.8 to 1 the curve is 0 up to a false-positive rate of 0.1, then 1:
        the area is 0.1 of 0.2, chance is 0.02, so (1 + 0.08 / 0.18) / 2.
        """
        counts = score_counts((0.1, 0, 9), (0.5, 2, 0), (0.9, 0, 1))
        found = partial_auroc(
            counts, area=PartialArea(axis="specificity", low=0.8, high=1.0), level=0.95
        )
        assert found.value == pytest.approx((1 + 0.08 / 0.18) / 2)

    def test_the_whole_curve_is_the_auroc(self) -> None:
        """From 0 to 1 value and influence are those of the AUROC: (1 + (A - ½) / ½) / 2 = A."""
        counts = counts_of_rows(patients(60, seed=1))
        whole = PartialArea(axis="specificity", low=0.0, high=1.0)
        found, plain = partial_auroc(counts, area=whole, level=0.95), auroc(counts, level=0.95)
        assert (found.value, found.low, found.high) == pytest.approx(
            (plain.value, plain.low, plain.high), rel=1e-9
        )
        assert found.method == "influence-logit-clustered"

    @pytest.mark.parametrize("area", [SPECIFIC, SENSITIVE, PartialArea(low=0.33, high=0.77)])
    def test_the_influence_is_what_one_more_exam_changes(self, area: PartialArea) -> None:
        """By finite differences: their squares over k (k - 1) of each class are the variance."""
        rng = np.random.default_rng(2)
        labels = rng.integers(0, 2, 90)
        counts = counts_of(labels, np.round(np.clip(rng.normal(0.4 + 0.2 * labels, 0.2), 0, 1), 1))
        variance = 0.0
        for positive, exams in ((True, counts.positives), (False, counts.negatives)):
            size = float(exams.sum())
            changes = [
                moved(counts, area, cell=i, positive=positive) * size for i in range(exams.size)
            ]
            variance += float(exams @ np.array(changes) ** 2) / size / (size - 1)
        found = partial_auroc(counts, area=area, level=0.95)
        assert found.value is not None
        assert found.low is not None
        distance = math.log(found.value / (1 - found.value)) - math.log(found.low / (1 - found.low))
        se = distance / 1.959963984540054 * found.value * (1 - found.value)
        assert se == pytest.approx(math.sqrt(variance), rel=1e-3)

    @given(st.integers(0, 10_000))
    @settings(max_examples=60, deadline=None)
    def test_the_two_axes_are_dual(self, seed: int) -> None:
        """With classes and order turned round, sensitivity takes the place of specificity."""
        rng = np.random.default_rng(seed)
        labels = np.append(rng.integers(0, 2, 20), [0, 1, 0, 1])
        scores = rng.integers(0, 9, labels.size) / 8
        one = partial_auroc(counts_of(labels, scores), area=SPECIFIC, level=0.95)
        other = partial_auroc(counts_of(1 - labels, 1 - scores), area=SENSITIVE, level=0.95)
        assert one.value == pytest.approx(other.value, rel=1e-9)
        assert one.low == (None if other.low is None else pytest.approx(other.low, rel=1e-9))

    def test_agrees_with_scikit_learn(self) -> None:
        """`roc_auc_score(max_fpr=0.1)` is McClish's correction from specificity 0.9."""
        rows = patients(80, seed=3)
        labels, scores = [row["label"] for row in rows], [row["score"] for row in rows]
        found = partial_auroc(counts_of(labels, scores), area=SPECIFIC, level=0.95)
        assert found.value == pytest.approx(roc_auc_score(labels, scores, max_fpr=0.1), abs=1e-12)

    def test_weights_as_scikit_learn_has_them(self) -> None:
        """The weighted partial area."""
        rows = patients(80, seed=4)
        labels, scores, weights = ([row[k] for row in rows] for k in ("label", "score", "weight"))
        found = partial_auroc(counts_of_rows(rows, weighted=True), area=SPECIFIC, level=0.95)
        expected = roc_auc_score(labels, scores, sample_weight=weights, max_fpr=0.1)
        assert found.value == pytest.approx(expected, abs=1e-12)

    def test_a_perfect_model_has_no_interval(self) -> None:
        """Nothing varies, and this is said."""
        found = partial_auroc(score_counts((0.1, 0, 5), (0.9, 5, 0)), area=SPECIFIC, level=0.95)
        assert (found.value, found.low) == (1, None)
        assert found.note is not None
        assert "no interval" in found.note

    def test_a_useless_model(self) -> None:
        """One score for all is chance."""
        found = partial_auroc(score_counts((0.3, 20, 60)), area=SPECIFIC, level=0.95)
        assert found.value == pytest.approx(0.5)

    @given(st.integers(0, 10_000))
    @settings(max_examples=60, deadline=None)
    def test_a_merged_grid_keeps_its_bound(self, seed: int) -> None:
        """The truth lies within the published bound of what merged scores give."""
        rng = np.random.default_rng(seed)
        rows = [
            {"label": label, "score": int(rng.integers(0, 40)) / 4000}
            for label in [0, 1, *rng.integers(0, 2, 25).tolist()]
        ]
        tally = make_tally(rows, make_protocol(), grid="dyadic-704")
        area = PartialArea(axis="specificity", low=0.45, high=0.9)
        exact = partial_auroc(
            counts_of([r["label"] for r in rows], [r["score"] for r in rows]), area=area, level=0.9
        )
        merged = partial_auroc(count_scores(tally.base.cells), area=area, level=0.9)
        assert exact.error_bound is None
        assert merged.error_bound is not None
        assert merged.value is not None
        assert exact.value is not None
        assert abs(merged.value - exact.value) <= merged.error_bound + 1e-12

    def test_an_empty_class_is_named(self) -> None:
        """Without negatives there is no curve."""
        with pytest.raises(EmptyStratumError, match="no negative"):
            partial_auroc(score_counts((0.5, 3, 0)), area=SPECIFIC, level=0.95)
