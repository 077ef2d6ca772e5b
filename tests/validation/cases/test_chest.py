"""Chest X-rays: eight findings, several images per patient, two ways of taking them."""

import math
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tests.validation.cases.reading import assessed, real, stratum, value
from validation.assessment import Assessment

Numbers = npt.NDArray[np.float64]

FINDINGS = ("cardiomegaly", "edema", "effusion", "infiltration")
PROTOCOL = """
schema = "cmr.protocol/1"
name = "Chest X-ray findings"
purpose = "internal testing"
sampling = "consecutive"
reference_standard = "findings mined from the radiologist's report"

[columns]
exam = "exam_id"
patient = "patient_id"

[operating_point]
threshold = 0.3

[subgroups]
view = "view_position"

[intervals]
auroc = "delong"
replicates = 200
""" + "".join(
    f'\n[findings.{name}]\nlabel = "label_{name}"\nscore = "score_{name}"\n' for name in FINDINGS
)


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Return the rows of the table."""
    return pd.read_csv(real("nih_chexnet/predictions.csv.gz"))


@pytest.fixture(scope="session")
def found(rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Return the assessment of four findings."""
    path = tmp_path_factory.mktemp("chest") / "chest.csv"
    rows.to_csv(path, index=False)
    return assessed(path, PROTOCOL)


def independent_error(labels: pd.Series, scores: pd.Series) -> float:
    """Return DeLong's standard error on rows, as though every image were of another patient."""
    positive = np.sort(scores[labels == 1].to_numpy())
    negative = np.sort(scores[labels == 0].to_numpy())

    def share(of: np.ndarray, among: np.ndarray) -> np.ndarray:
        below = np.searchsorted(among, of, side="left")
        return np.asarray((below + np.searchsorted(among, of, side="right")) / 2 / len(among))

    above, beneath = share(positive, negative), share(negative, positive)
    return math.sqrt(above.var(ddof=1) / len(positive) + beneath.var(ddof=1) / len(negative))


class TestChest:
    """What the table is known to hold."""

    @pytest.mark.parametrize("finding", FINDINGS)
    def test_auroc(self, found: Assessment, rows: pd.DataFrame, finding: str) -> None:
        """It is what scikit-learn finds; merged scores move it by no more than is said."""
        expected = roc_auc_score(rows[f"label_{finding}"], rows[f"score_{finding}"])
        ours = stratum(found, finding=finding).estimates["auroc"]
        bound = (ours.error_bound or 0.0) + 1e-12
        assert bound < 1e-3
        assert abs(value(ours) - expected) <= bound

    @pytest.mark.parametrize("finding", FINDINGS)
    def test_published_auroc(self, found: Assessment, finding: str) -> None:
        """It is the one published, up to the seven digits to which the scores are written."""
        published = pd.read_csv(real("nih_chexnet/published_auc.csv")).set_index("finding")["auc"]
        ours = stratum(found, finding=finding).estimates["auroc"]
        assert value(ours) == pytest.approx(
            published[finding], abs=1e-6 + (ours.error_bound or 0.0)
        )

    def test_patients(self, found: Assessment, rows: pd.DataFrame) -> None:
        """22,433 images of 6,187 patients, and the assessment says how they were heeded."""
        overall = stratum(found, finding="effusion")
        assert (overall.exams, overall.patients) == (len(rows), rows["patient_id"].nunique())
        assert (overall.exams, overall.patients) == (22433, 6187)
        several = int((rows.groupby("patient_id").size() > 1).sum())
        assert overall.repeated == several
        assert f"{several:,} patients have several exams" in str(found.accuracy.intervals)

    @pytest.mark.parametrize("finding", FINDINGS)
    def test_clustered_interval_is_wider(
        self, found: Assessment, rows: pd.DataFrame, finding: str
    ) -> None:
        """Images of one patient are alike: the interval is wider than that of so many patients."""
        ours = stratum(found, finding=finding).estimates["auroc"]
        assert ours.low is not None
        assert ours.high is not None
        error = independent_error(rows[f"label_{finding}"], rows[f"score_{finding}"])
        wider = (ours.high - ours.low) / (2 * 1.959964 * error)
        assert 1.05 < wider < 2.5

    def test_false_alarms_on_films_in_bed(self, found: Assessment, rows: pd.DataFrame) -> None:
        """On AP films false alarms of effusion are twice as many as on PA films."""
        without = rows[rows["label_effusion"] == 0]
        expected = (without["score_effusion"] >= 0.3).groupby(without["view_position"]).mean()
        ours = {
            view: 1 - value(stratum(found, {"view": view}, "effusion").estimates["specificity"])
            for view in ("AP", "PA")
        }
        assert ours == pytest.approx(dict(expected))
        assert ours["AP"] / ours["PA"] == pytest.approx(2, abs=0.3)


COMPARED = """
schema = "cmr.protocol/1"
name = "Effusion, against a noisy copy"
purpose = "internal testing"
sampling = "consecutive"
reference_standard = "findings mined from the radiologist's report"

[columns]
exam = "exam_id"
patient = "patient_id"
label = "label_effusion"
score = "score_effusion"
{columns}

[operating_point]
threshold = 0.3

[comparators.other]
score = "other"
threshold = 0.3

[cells]
grid = "{grid}"
"""


def placed(labels: Numbers, scores: Numbers, weights: Numbers) -> Numbers:
    """Return where each image stands among those of the other class, worked on rows."""
    _, at = np.unique(scores, return_inverse=True)
    with_it = np.bincount(at, weights=weights * labels)
    without = np.bincount(at, weights=weights * (1 - labels))
    of_positives = (np.cumsum(without) - without / 2) / without.sum()
    of_negatives = 1 - (np.cumsum(with_it) - with_it / 2) / with_it.sum()
    return np.asarray(np.where(labels == 1, of_positives[at], of_negatives[at]), dtype=np.float64)


class TestCompared:
    """Another version on images of which patients have several: a copy with noise added."""

    @pytest.mark.parametrize(("grid", "weighted"), [("dyadic", False), ("exact", True)])
    def test_against_rows(
        self, rows: pd.DataFrame, tmp_path: Path, grid: str, weighted: bool
    ) -> None:  # a case
        """Differences and their errors are those of sums over rows and patients."""
        noise = np.random.default_rng(5).normal(0, 0.7, len(rows))
        labels, ours = (rows[f"{name}_effusion"].to_numpy(float) for name in ("label", "score"))
        theirs = np.round(1 / (1 + np.exp(-(np.log(ours / (1 - ours)) + noise))), 6)
        weights = (
            np.where(rows["view_position"] == "AP", 1.0, 2.5) if weighted else np.ones(len(rows))
        )
        rows.assign(other=theirs, w=weights).to_csv(tmp_path / "chest.csv", index=False)
        text = COMPARED.format(grid=grid, columns='weight = "w"' if weighted else "")
        found = {one.metric: one for one in assessed(tmp_path / "chest.csv", text).comparisons}

        mates = pd.factorize(rows["patient_id"])[0]
        gap = placed(labels, ours, weights) - placed(labels, theirs, weights)
        area = float(np.average(gap[labels == 1], weights=weights[labels == 1]))
        of_class = np.where(labels == 1, weights[labels == 1].sum(), weights[labels == 0].sum())
        sums = np.bincount(mates, weights=weights * (gap - area) / of_class)
        loss = (ours - labels) ** 2 - (theirs - labels) ** 2
        mean = float(np.average(loss, weights=weights))
        of_loss = np.bincount(mates, weights=weights * (loss - mean) / weights.sum())
        for metric, expected, spread in (("auroc", area, sums), ("brier", mean, of_loss)):
            one = found[metric]
            bound = (one.error_bound or 0.0) + 1e-12
            assert bound < 2e-3
            assert (one.error_bound is None) == (grid == "exact")
            assert one.difference is not None
            assert one.low is not None
            assert abs(one.difference - expected) <= bound
            error = (one.difference - one.low) / 1.959964
            assert error == pytest.approx(math.sqrt((spread**2).sum()), rel=2e-3)
