"""Electrocardiograms: thirteen versions of one model, and five human readers."""

import json
from pathlib import Path

import krippendorff
import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import aggregate_raters, cohens_kappa, fleiss_kappa

from tests.validation.cases.reading import assessed, real, stratum, value
from validation.assessment import Assessment

HEAD = """
schema = "cmr.protocol/1"
name = "Six findings in the electrocardiogram"
purpose = "internal testing"
sampling = "consecutive"
reference_standard = "two cardiologists, a third where they disagree"

[columns]
exam = "exam_id"
patient = "patient_id"

[intervals]
replicates = 200

[operating_point]
threshold = 0.5
positive_when = ">"
"""

# Ribeiro et al. 2020, doi:10.1038/s41467-020-15432-4, table 2, DNN: recall and specificity.
PUBLISHED = {
    "1davb": (0.929, 0.995),
    "rbbb": (1.000, 0.995),
    "lbbb": (1.000, 1.000),
    "sb": (0.938, 0.996),
    "af": (0.769, 1.000),
    "st": (0.973, 0.997),
}
VERSIONS = (
    *(f"seed_{seed:02d}" for seed in range(1, 11)),
    "split_date_order",
    "split_individual_patients",
    "split_normal_order",
)


@pytest.fixture(scope="session")
def exams() -> pd.DataFrame:
    """Return the exams with the reference standard."""
    return pd.read_csv(real("ecg_code_test/exams.csv"))


@pytest.fixture(scope="session")
def thresholds() -> dict[str, float]:
    """Return the published thresholds."""
    text = real("ecg_code_test/operating_points.json").read_text(encoding="utf-8")
    points: dict[str, float] = json.loads(text)["thresholds_published"]
    return points


@pytest.fixture(scope="session")
def versions(
    exams: pd.DataFrame, thresholds: dict[str, float], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Assessment]:
    """Return the assessment of each version at the published thresholds."""
    text = HEAD + "".join(
        f'[findings.{name}]\nlabel = "label_{name}"\nscore = "score_{name}"\nthreshold = {at}\n'
        for name, at in thresholds.items()
    )
    folder: Path = tmp_path_factory.mktemp("ecg")
    done = {}
    for version in VERSIONS:
        path = folder / f"{version}.csv"
        scores = pd.read_csv(real(f"ecg_code_test/versions/{version}.csv"))
        exams.merge(scores, on="exam_id", validate="1:1").to_csv(path, index=False)
        done[version] = assessed(path, text)
    return done


def table_of(found: Assessment) -> dict[str, tuple[float, float]]:
    """Return sensitivity and specificity of each finding, to the three digits of the paper."""
    return {
        name: (
            round(value(stratum(found, finding=name).estimates["sensitivity"]), 3),
            round(value(stratum(found, finding=name).estimates["specificity"]), 3),
        )
        for name in PUBLISHED
    }


class TestVersions:
    """Which version stands behind the published table."""

    def test_the_right_file(self, versions: dict[str, Assessment]) -> None:
        """Score above threshold on the first seed gives all twelve published numbers."""
        assert table_of(versions["seed_01"]) == PUBLISHED

    def test_the_default_file(self, versions: dict[str, Assessment]) -> None:
        """The repository's default output is the sixth seed, and gives other numbers."""
        assert table_of(versions["seed_06"]) != PUBLISHED

    def test_no_other_file(self, versions: dict[str, Assessment]) -> None:
        """Of thirteen versions only one reproduces the table."""
        same = [name for name, found in versions.items() if table_of(found) == PUBLISHED]
        assert same == ["seed_01"]


@pytest.fixture(scope="session")
def calls() -> pd.DataFrame:
    """Return what five readers said of atrial fibrillation, one column each."""
    folder = real("ecg_code_test/readers")
    return pd.DataFrame(
        {path.stem: pd.read_csv(path)["call_af"] for path in sorted(folder.glob("*.csv"))}
    )


@pytest.fixture(scope="session")
def read_by_five(
    exams: pd.DataFrame, calls: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory
) -> Assessment:
    """Return the assessment of atrial fibrillation, with five readers."""
    path: Path = tmp_path_factory.mktemp("readers") / "readers.csv"
    scores = pd.read_csv(real("ecg_code_test/versions/seed_01.csv"))
    exams.merge(scores, on="exam_id").join(calls).to_csv(path, index=False)
    text = HEAD.replace("[intervals]", 'label = "label_af"\nscore = "score_af"\n\n[intervals]')
    names = "".join(f'{name} = "{name}"\n' for name in calls)
    return assessed(path, f"{text}\n[readers]\n{names}")


class TestReaders:
    """How far five readers agree."""

    def test_all_together(self, read_by_five: Assessment, calls: pd.DataFrame) -> None:
        """Fleiss' kappa is statsmodels', Krippendorff's alpha is krippendorff's."""
        (found,) = read_by_five.agreement
        ours = {one.measure: one.estimate for one in found.measures if len(one.between) == 5}
        assert found.called == 827
        assert value(ours["fleiss_kappa"]) == pytest.approx(
            fleiss_kappa(aggregate_raters(calls.to_numpy())[0])
        )
        assert value(ours["krippendorff_alpha"]) == pytest.approx(
            krippendorff.alpha(calls.to_numpy().T, level_of_measurement="nominal")
        )

    def test_every_pair(self, read_by_five: Assessment, calls: pd.DataFrame) -> None:
        """Cohen's kappa of each of the ten pairs is statsmodels'."""
        (found,) = read_by_five.agreement
        pairs = [one for one in found.measures if one.measure == "cohen_kappa"]
        assert len(pairs) == 10
        for one in pairs:
            table = pd.crosstab(calls[one.between[0]], calls[one.between[1]]).to_numpy()
            assert value(one.estimate) == pytest.approx(cohens_kappa(table).kappa)
            assert np.isfinite(value(one.estimate))
