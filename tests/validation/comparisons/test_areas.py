"""Areas: AUROCs of versions on the same exams."""

import csv
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm
from sklearn.metrics import roc_auc_score

from tests.factories.tallies import comparators, make_protocol
from tests.validation.comparisons.rows import (
    BOTH,
    BY_PATIENT,
    FINE,
    LABELS,
    OURS,
    PATIENTS,
    PROTOCOL,
    ROWS,
    THEIRS,
    WEIGHTED,
    WEIGHTS,
    Array,
    Rows,
    by_patient,
    differences,
    error_of,
    number,
    of_stratum,
    stratum_of,
    with_effects,
)
from validation.comparisons.areas import areas_of
from validation.metrics.discrimination import auroc
from validation.protocols.shape import OperatingPoint, ScoreKind
from validation.tallies.grids import COARSE


def influences(weights: Array) -> tuple[float, Array]:
    """Return the difference of the AUROCs and what each exam adds, over all pairs of exams."""
    positive = LABELS == 1
    wins = [
        (scores[positive][:, None] > scores[~positive])
        + 0.5 * (scores[positive][:, None] == scores[~positive])
        for scores in (OURS, THEIRS)
    ]
    gap = wins[0] - wins[1]
    of_one, of_none = (weights[chosen] / weights[chosen].sum() for chosen in (positive, ~positive))
    value = float(of_one @ gap @ of_none)
    found = np.zeros(LABELS.size)
    found[positive] = of_one * (gap @ of_none - value)
    found[~positive] = of_none * (of_one @ gap - value)
    return value, found


class TestAuroc:
    """The difference of two correlated AUROCs."""

    def test_proc_finds_the_same(self) -> None:
        """WFNS against S100B in the aneurysm data: Z = 2.209 and p = 0.02718, as pROC prints."""
        path = Path(__file__).parents[4] / "shared" / "data" / "more" / "asah.csv"
        if not path.exists():
            pytest.skip("pROC's aneurysm data are not there: asah.csv beside the repository")
        with path.open(encoding="utf-8") as file:
            rows: list[dict[str, object]] = [
                {
                    "label": int(row["outcome"] == "Poor"),
                    "score": float(row["wfns"]),
                    "old": float(row["s100b"]),
                }
                for row in csv.DictReader(file)
            ]
        found = differences(rows, replace(PROTOCOL, score_kind=ScoreKind.RANK))["auroc"]
        assert found.z == pytest.approx(2.20898359144, abs=1e-10)
        assert found.p == pytest.approx(0.02718, abs=5e-6)

    def test_by_definition(self) -> None:
        """Over all pairs of exams with numpy, ties counting half."""
        value, added = influences(np.ones(300))
        m, n = int(LABELS.sum()), int((1 - LABELS).sum())
        variance = (added[LABELS == 1] ** 2).sum() * m / (m - 1)
        variance += (added[LABELS == 0] ** 2).sum() * n / (n - 1)
        found = differences(ROWS)["auroc"]
        assert found.difference == pytest.approx(value, rel=1e-10)
        assert error_of(found) == pytest.approx(np.sqrt(variance), rel=1e-10)
        assert found.z == pytest.approx(value / np.sqrt(variance))
        assert found.p == pytest.approx(2 * norm.sf(abs(value) / np.sqrt(variance)))

    def test_weighted(self) -> None:
        """The values are scikit-learn's with sample weights, the spread that of weighted sums."""
        value, added = influences(WEIGHTS)
        ours, theirs = (
            roc_auc_score(LABELS, scores, sample_weight=WEIGHTS) for scores in (OURS, THEIRS)
        )
        m, n = int(LABELS.sum()), int((1 - LABELS).sum())
        variance = (added[LABELS == 1] ** 2).sum() * m / (m - 1)
        variance += (added[LABELS == 0] ** 2).sum() * n / (n - 1)
        found = differences(ROWS, WEIGHTED)["auroc"]
        assert found.difference == pytest.approx(ours - theirs)
        assert found.difference == pytest.approx(value)
        assert error_of(found) == pytest.approx(np.sqrt(variance))
        assert found.method == "delong-paired-weighted"

    @pytest.mark.parametrize("weighted", [False, True])
    def test_by_patient(self, weighted: bool) -> None:  # a case
        """Obuchowski's variance of the difference, summed over patients row by row."""
        _, added = influences(WEIGHTS if weighted else np.ones(300))
        of_one, of_none = by_patient(added * LABELS), by_patient(added * (1 - LABELS))
        with_one, with_none, k = (
            np.unique(PATIENTS[chosen]).size for chosen in (LABELS == 1, LABELS == 0, LABELS >= 0)
        )
        variance = with_one / (with_one - 1) * (of_one**2).sum()
        variance += with_none / (with_none - 1) * (of_none**2).sum()
        variance += 2 * k / (k - 1) * (of_one * of_none).sum()
        found = differences(ROWS, BOTH if weighted else BY_PATIENT)["auroc"]
        assert error_of(found) == pytest.approx(np.sqrt(variance))
        assert "-clustered" in str(found.method)

    def test_against_chance(self) -> None:
        """Against a constant it is the model's own AUROC less a half, with the same error."""
        rows = [{**row, "old": 0.5} for row in ROWS]
        protocol = replace(BOTH, intervals=replace(BOTH.intervals, auroc="delong"))
        stratum = stratum_of(rows, protocol)
        found = of_stratum(stratum, protocol)["auroc"]
        alone = auroc(stratum.counts, level=0.95, scale="delong")
        assert found.difference == pytest.approx(number(alone.value) - 0.5)
        assert found.low == pytest.approx(number(alone.low) - 0.5)

    def test_a_stated_effect(self) -> None:
        """A design effect of four doubles the standard error where patients are not known."""
        plain = differences(ROWS)["auroc"]
        found = of_stratum(with_effects({"auroc": 4.0, "ppv": 9.0}))["auroc"]
        assert error_of(found) == pytest.approx(2 * error_of(plain))
        assert found.method == "delong-paired-clustered"

    def test_another_stated_effect(self) -> None:
        """Where none is stated for the AUROC the largest of all is taken."""
        plain = differences(ROWS)["auroc"]
        found = of_stratum(with_effects({"sensitivity": 4.0, "ppv": 9.0}))["auroc"]
        assert error_of(found) == pytest.approx(3 * error_of(plain))

    def test_alike(self) -> None:
        """A difference of exactly nothing has no spread, and is said not to."""
        found = differences([{**row, "old": row["score"]} for row in ROWS])["auroc"]
        assert found.difference is None
        assert found.undefined == (
            "both rank every exam alike, so that the difference has no spread"
        )

    @pytest.mark.parametrize(("label", "word"), [(1, "positive"), (0, "negative")])
    def test_a_single_exam(self, label: int, word: str) -> None:
        """One exam of a class has no spread."""
        rows = [row for row in ROWS if row["label"] != label]
        found = differences([*rows, {"label": label, "score": 0.6, "old": 0.7}])["auroc"]
        assert found.undefined == f"a single {word} exam has no spread"

    @pytest.mark.parametrize(("label", "word"), [(1, "positive"), (0, "negative")])
    def test_a_single_patient(self, label: int, word: str) -> None:
        """Nor have several exams of one patient, who would speak for all."""
        rows = [row for row in ROWS if row["label"] != label]
        rows += [
            {"label": label, "score": score, "old": 0.5, "patient": 999} for score in (0.3, 0.8)
        ]
        found = differences(rows, BY_PATIENT)["auroc"]
        assert found.undefined == (
            f"the {word} exams are of a single patient, so that they have no spread"
        )


class TestMerged:
    """Scores that were merged to cells."""

    def test_exact_scores(self) -> None:
        """Where every score is kept there is nothing to allow for."""
        assert differences(ROWS)["auroc"].error_bound is None

    def test_the_bound_holds(self) -> None:
        """The exact difference lies within the bound, which is small and above 0."""
        exact, merged = differences(FINE), differences(FINE, grid=COARSE)
        bound = number(merged["auroc"].error_bound)
        gap = abs(number(exact["auroc"].difference) - number(merged["auroc"].difference))
        assert gap <= bound
        assert 0 < bound < 0.01

    def test_by_hand(self) -> None:
        """Two cells of ours, one of theirs: a quarter of half for ours, the half for theirs."""
        rows: Rows = [
            {"label": label, "score": score, "old": 0.3}
            for label in (1, 0)
            for score in (0.2, 0.8)
            for _ in range(2)
        ]
        stratum = stratum_of(rows, grid=COARSE)
        scores = np.stack([stratum.joint.score, stratum.joint.comparators["old"]])
        found = areas_of(stratum, scores, stratum.joint.label >= 0)
        assert found.error_bounds.tolist() == [0.25, 0.5]


class TestThresholds:
    """What the AUROC does not need."""

    def test_no_threshold(self) -> None:
        """Without any threshold the areas are compared all the same."""
        protocol = make_protocol(
            operating_point=OperatingPoint(), comparators=comparators(old=None)
        )
        assert differences(ROWS, protocol)["auroc"] == differences(ROWS)["auroc"]
