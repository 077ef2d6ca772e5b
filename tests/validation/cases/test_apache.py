"""Deaths in hospital after intensive care: 174 hospitals, and groups with hardly any death."""

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from tests.validation.cases.reading import assessed, real, stratum, value
from validation.assessment import Assessment

PROTOCOL = """
schema = "cmr.protocol/1"
name = "Hospital mortality"
purpose = "external testing"
sampling = "consecutive"
reference_standard = "death before discharge from hospital"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
label = "label_hospital_death"
score = "score_apache_iva"

[operating_point]
threshold = 0.2

[subgroups]
race = "race"

[intervals]
replicates = 200

[[criteria]]
id = "deaths-found"
metric = "sensitivity"
at_least = 0.5
over = "every site"
"""


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Return the rows of the table."""
    return pd.read_csv(real("eicu_demo_apache/predictions.csv"))


@pytest.fixture(scope="session")
def found() -> Assessment:
    """Return the assessment."""
    return assessed(real("eicu_demo_apache/predictions.csv"), PROTOCOL)


class TestApache:
    """What the table is known to hold."""

    def test_unscored_stays_are_counted(self, found: Assessment, rows: pd.DataFrame) -> None:
        """155 stays without a score are no alarms as deployed; among scored they are not there."""
        dead = rows[rows["label_hospital_death"] == 1]["score_apache_iva"]
        ours = stratum(found).estimates["sensitivity"]
        assert stratum(found).unscored == 155
        assert value(ours) == pytest.approx((dead >= 0.2).mean())
        assert ours.among_scored is not None
        assert ours.among_scored.value == pytest.approx((dead.dropna() >= 0.2).mean())
        assert (ours.among_scored.value or 0) > value(ours)

    def test_auroc(self, found: Assessment, rows: pd.DataFrame) -> None:
        """Among scored stays it is what scikit-learn finds."""
        there = rows.dropna(subset=["score_apache_iva"])
        expected = roc_auc_score(there["label_hospital_death"], there["score_apache_iva"])
        assert value(stratum(found).estimates["auroc"]) == pytest.approx(expected)

    def test_most_hospitals_are_too_small(self, found: Assessment, rows: pd.DataFrame) -> None:
        """A hospital with fewer than ten deaths is not judged, and most have fewer."""
        parts = [one for one in found.criteria[0].strata if "site" in one.by]
        assert len(parts) == rows["site"].nunique() == 174
        deaths = rows.groupby("site")["label_hospital_death"].sum()
        small = {one.by["site"] for one in parts if deaths[one.by["site"]] < 10}
        assert len(small) > 160
        judged = {one.by["site"] for one in parts if str(one.verdict) in {"met", "not met"}}
        assert judged.isdisjoint(small)

    def test_no_death_is_no_sensitivity(self, found: Assessment) -> None:
        """Of Native Americans nobody died: undefined and never 0, and no part of the gap."""
        ours = stratum(found, {"race": "Native American"}).estimates["sensitivity"]
        assert ours.value is None
        assert ours.undefined
        gap = next(g for g in found.fairness if g.metric == "equal_opportunity_difference")
        assert gap.left_out["Native American"] == "no positives"
        assert "Native American" not in {gap.worst, gap.best}

    def test_three_deaths_are_named(self, found: Assessment) -> None:
        """African Americans' AUROC of 0.92 rests on 3 deaths: too few to be compared."""
        ours = stratum(found, {"race": "African American"})
        assert ours.positives == 3
        assert value(ours.estimates["auroc"]) == pytest.approx(0.92, abs=0.01)
        for metric in ("equal_opportunity_difference", "auroc_difference"):
            gap = next(g for g in found.fairness if g.metric == metric)
            assert "3 positives of 10" in gap.left_out["African American"]
