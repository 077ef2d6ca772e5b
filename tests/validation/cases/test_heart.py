"""Heart disease at four hospitals: a model of Cleveland that travels to three others."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from sklearn.metrics import roc_auc_score

from tests.validation.cases.reading import assessed, real, stratum, value
from validation.assessment import Assessment

PROTOCOL = """
schema = "cmr.protocol/1"
name = "Coronary disease, three hospitals"
purpose = "external testing"
sampling = "verified only"
reference_standard = "invasive angiography, a major vessel narrowed by more than 50 %"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
partition = "partition"
label = "label_disease"
score = "score_v1_0_0"

[operating_point]
threshold = 0.5

[subgroups]
sex = "sex"

[intervals]
replicates = 200

[[criteria]]
id = "specificity"
metric = "specificity"
at_least = 0.5
over = "every site"
"""
SITES = ("Hungarian", "Switzerland", "VA-Long-Beach")


@pytest.fixture(scope="session")
def rows() -> pd.DataFrame:
    """Return the rows of the table."""
    return pd.read_csv(real("heart_4site/predictions.csv"))


@pytest.fixture(scope="session")
def found(rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Assessment:
    """Return the assessment; Cleveland, where the model was made, is told apart."""
    path: Path = tmp_path_factory.mktemp("heart") / "heart.csv"
    words = {"development_oof": "development", "external": "external testing"}
    rows.assign(partition=rows["split"].map(words)).to_csv(path, index=False)
    return assessed(path, PROTOCOL)


class TestHeart:
    """What the table is known to hold."""

    @pytest.mark.parametrize("site", SITES)
    def test_auroc_of_each_site(self, found: Assessment, rows: pd.DataFrame, site: str) -> None:
        """The AUROC at each hospital is the one that scikit-learn finds on its rows."""
        here = rows[rows["site"] == site]
        expected = roc_auc_score(here["label_disease"], here["score_v1_0_0"])
        ours = stratum(found, {"site": site}).estimates["auroc"]
        assert value(ours) == pytest.approx(expected)

    def test_development_is_told_apart(self, found: Assessment) -> None:
        """Cleveland is development: 303 exams of their own, none among the 617 that are judged."""
        apart = [s for s in found.strata if s.partition == "development" and not s.by]
        assert [one.exams for one in apart] == [303]
        assert stratum(found).exams == 617

    def test_discrimination_is_lost(self, found: Assessment) -> None:
        """It is kept in Hungary and lost in Switzerland and at Long Beach."""
        kept, *lost = (value(stratum(found, {"site": site}).estimates["auroc"]) for site in SITES)
        assert kept > 0.85
        assert max(lost) < kept - 0.1

    def test_eight_negatives_are_no_evidence(self, found: Assessment) -> None:
        """Swiss specificity rests on 8 negatives: insufficient, whatever its value."""
        assert stratum(found, {"site": "Switzerland"}).negatives == 8
        verdict = next(one for one in found.criteria if one.id == "specificity")
        swiss = next(p for p in verdict.strata if p.by.get("site") == "Switzerland")
        assert str(swiss.verdict) == "insufficient evidence"
        assert "8 negatives" in str(swiss.because)

    def test_women(self, found: Assessment, rows: pd.DataFrame) -> None:
        """The sensitivity of women lies far below that of men, and both are those of the rows."""
        outside = rows[(rows["split"] == "external") & (rows["label_disease"] == 1)]
        expected = (outside["score_v1_0_0"] >= 0.5).groupby(outside["sex"]).mean()
        ours = {sex: value(stratum(found, {"sex": sex}).estimates["sensitivity"]) for sex in "FM"}
        assert ours == pytest.approx(dict(expected))
        assert ours["F"] < ours["M"] - 0.15
        gap = next(
            one
            for one in found.fairness
            if one.metric == "equal_opportunity_difference"
            and one.basis == "crude"
            and one.attribute == "sex"
        )
        assert (gap.worst, gap.best) == ("F", "M")

    def test_observed_over_expected_sees_switzerland(
        self, found: Assessment, rows: pd.DataFrame
    ) -> None:
        """Cholesterol that was never measured: far more disease than was foretold."""
        swiss = rows[rows["site"] == "Switzerland"]
        expected = swiss["label_disease"].sum() / swiss["score_v1_0_0"].sum()
        ours = stratum(found, {"site": "Switzerland"}).estimates["observed_expected"]
        assert value(ours) == pytest.approx(expected)
        assert ours.low is not None
        assert ours.low > 1

    def test_calibration_slope_falls_by_half(self, found: Assessment, rows: pd.DataFrame) -> None:
        """Of what the scores promise in Cleveland half is left at Long Beach."""
        home = next(s for s in found.strata if s.partition == "development" and not s.by)
        away = stratum(found, {"site": "VA-Long-Beach"})
        ours = [value(one.estimates["calibration_slope"]) for one in (home, away)]
        theirs = [slope_on(rows[rows["site"] == site]) for site in ("Cleveland", "VA-Long-Beach")]
        assert ours == pytest.approx(theirs, rel=1e-6)
        assert ours[1] / ours[0] == pytest.approx(0.5, abs=0.1)


def slope_on(rows: pd.DataFrame) -> float:
    """Return the slope of a logistic regression of the disease on the score's log-odds."""
    score = rows["score_v1_0_0"].to_numpy()
    design = sm.add_constant(np.log(score / (1 - score)))
    fit = sm.Logit(rows["label_disease"].to_numpy(), design).fit(disp=0)
    return float(fit.params[1])
