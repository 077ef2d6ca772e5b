"""Contrasts: several versions at once."""

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.factories.tallies import comparators, make_protocol, make_tally
from validation.assessment import assess
from validation.comparisons.contrasts import Contrast, aurocs, contrast
from validation.comparisons.paired import compare
from validation.federation.hiding import hide, plan_of
from validation.protocols.shape import Columns, Protocol
from validation.strata import Strata, Stratum
from validation.tallies.grids import COARSE

PROTOCOL = make_protocol(comparators=comparators(old=0.5, older=0.5))


def stratum_of(rows: list[dict[str, object]], protocol: Protocol = PROTOCOL) -> Stratum:
    """Return the one stratum of some rows."""
    found = Strata(make_tally(rows, protocol), protocol).find(protocol.findings[0], None, {})
    assert found is not None
    return found


def found_of(rows: list[dict[str, object]]) -> Contrast:
    """Return the contrast of some rows."""
    return contrast(stratum_of(rows), PROTOCOL)


RNG = np.random.default_rng(11)
ROWS: list[dict[str, object]] = [
    {
        "label": int(i % 3 == 0),
        "score": float(np.round(RNG.random() / 2 + (i % 3 == 0) / 4, 2)),
        "old": float(np.round(RNG.random(), 2)),
        "older": float(np.round(RNG.random(), 2)),
    }
    for i in range(90)
]


class TestContrast:
    """The test that all rank alike."""

    def test_the_ovarian_example(self) -> None:
        """By the definition over all pairs of exams, and by pROC.

        The figure is the quadratic form of var() and cov() of pROC 1.18.0 under R 4.2.2.
        """
        path = Path(__file__).parents[4] / "shared" / "data" / "more" / "delong1988_ovarian.csv"
        if not path.exists():
            pytest.skip("DeLong's patients are not there: delong1988_ovarian.csv")
        with path.open(encoding="utf-8") as file:
            read = list(csv.DictReader(file))
        label = np.array([int(row["popind"]) for row in read])
        scores = np.array(
            [[1 - float(row[name]) / 20 for row in read] for name in ("kg", "alb", "tp")]
        )
        rows: list[dict[str, object]] = [
            {"label": int(y), "score": float(a), "old": float(b), "older": float(c)}
            for y, a, b, c in zip(label, *scores, strict=True)
        ]
        wins = [
            (one[label == 1][:, None] > one[label == 0])
            + 0.5 * (one[label == 1][:, None] == one[label == 0])
            for one in scores
        ]
        area = np.array([one.mean() for one in wins])
        spread = np.cov([one.mean(axis=1) for one in wins]) / (label == 1).sum()
        spread = spread + np.cov([one.mean(axis=0) for one in wins]) / (label == 0).sum()
        against = np.array([[1.0, -1.0, 0.0], [1.0, 0.0, -1.0]])
        gap = against @ area
        expected = gap @ np.linalg.solve(against @ spread @ against.T, gap)
        found = found_of(rows)
        assert (found.n, found.df) == (43, 2)
        assert found.chi2 == pytest.approx(float(expected))
        assert found.chi2 == pytest.approx(2.533977926214, abs=1e-11)
        assert found.p == pytest.approx(float(np.exp(-expected / 2)))

    def test_of_one_it_is_the_paired_test(self) -> None:
        """With one comparator the chi-square is the square of z."""
        protocol = make_protocol(comparators=comparators(old=0.5))
        one = stratum_of(ROWS, protocol)
        z = compare(one, protocol, protocol.comparators[0])[0].z
        assert z is not None
        assert contrast(one, protocol).chi2 == pytest.approx(z**2)

    def test_only_exams_that_all_scored(self) -> None:
        """An exam that one of them left out is left out, and counted."""
        found = found_of([*ROWS, {"label": 1, "score": 0.9, "old": None, "older": 0.1}])
        assert found.left_out == 1
        assert found.chi2 == found_of(ROWS).chi2

    def test_all_alike(self) -> None:
        """Versions that rank every exam alike give no test."""
        found = found_of([{**row, "old": row["score"], "older": row["score"]} for row in ROWS])
        assert found.undefined is not None
        assert "no spread" in found.undefined

    @pytest.mark.parametrize(("label", "word"), [(1, "positive"), (0, "negative")])
    def test_a_single_exam(self, label: int, word: str) -> None:
        """One exam of a class has no spread."""
        rows = [row for row in ROWS if row["label"] != label]
        found = found_of([*rows, {"label": label, "score": 0.5, "old": 0.5, "older": 0.4}])
        assert found.undefined == f"a single {word} exam has no spread"

    def test_by_patient_and_weight(self) -> None:
        """With one comparator it is the square of the paired z there, too."""
        columns = Columns(patient="patient", weight="weight")
        protocol = make_protocol(comparators=comparators(old=0.5), columns=columns)
        rows = [{**row, "patient": i // 3, "weight": 1 + i % 4} for i, row in enumerate(ROWS)]
        one = stratum_of(rows, protocol)
        z = compare(one, protocol, protocol.comparators[0])[0].z
        found = contrast(one, protocol)
        assert z is not None
        assert found.chi2 == pytest.approx(z**2)
        assert found.method == "delong-contrast-clustered-weighted"

    def test_merged_scores(self) -> None:
        """The bound is that of the two AUROCs that merging may have moved furthest."""
        tally = make_tally(ROWS, PROTOCOL, grid=COARSE)
        one = Strata(tally, PROTOCOL).find(PROTOCOL.findings[0], None, {})
        assert one is not None
        scores = np.stack([one.joint.score, *one.joint.comparators.values()])
        bounds = sorted(aurocs(one, scores, one.joint.label >= 0)[2])
        assert contrast(one, PROTOCOL).error_bound == pytest.approx(bounds[1] + bounds[2])
        assert found_of(ROWS).error_bound is None

    def test_counts_that_left_a_site(self) -> None:
        """Without the comparators' scores there is no test, which is said."""
        rows = [{**row, "exam": i, "site": "a"} for i, row in enumerate(ROWS)]
        told = hide(make_tally(rows, PROTOCOL), plan_of(PROTOCOL, minimum=10))
        (found, _) = assess(told, PROTOCOL).contrasts
        assert "holds no scores of the comparator" in str(found.undefined)

    def test_in_the_assessment(self) -> None:
        """There with two comparators, and not with one."""
        assert (
            len(assess(make_tally(ROWS, PROTOCOL), PROTOCOL).contrasts) == 2
        )  # overall and the one site
        alone = make_protocol(comparators=comparators(old=0.5))
        assert assess(make_tally(ROWS, alone), alone).contrasts == ()


class TestAurocs:
    """Several AUROCs and their covariance."""

    def test_twice_the_same(self) -> None:
        """A version is perfectly correlated with itself."""
        one = stratum_of(ROWS)
        scores = np.stack([one.joint.score, one.joint.score])
        _, covariance, _ = aurocs(one, scores, one.joint.label >= 0)
        assert covariance[0, 1] == pytest.approx(covariance[0, 0])
