"""Tests of soundness: which criteria can be judged under a protocol, and which cannot."""

import pytest

from tests.factories.protocols import FULL, criterion
from tests.factories.tables import HEAD
from validation.errors import ProtocolError
from validation.protocols import read

NO_SITES = FULL.replace('site = "site"\n', "").replace('over = "every site"\n', "")


class TestCheckCriterion:
    """Criteria under a whole protocol with sites, costs, subgroups and a comparator."""

    @pytest.mark.parametrize(
        "values",
        [
            {"metric": "auroc", "over": "pooled external"},
            {"metric": "auroc", "source": "sites", "bound": "prediction_low"},
            {"metric": "net_benefit", "at_least": 0.01},
            {"metric": "expected_cost", "at_least": None, "at_most": 2.0},
            {"metric": "sensitivity", "source": "comparison", "comparator": "in_use",
             "at_least": -0.05},
            {"metric": "auroc", "source": "comparison", "comparator": "in_use", "at_least": -0.05},
            {"metric": "ppv_ratio", "source": "comparison", "comparator": "in_use",
             "at_least": 0.9},
            {"metric": "npv_ratio", "source": "comparison", "comparator": "in_use",
             "at_least": 1.05, "over": "every site"},
            {"metric": "expected_cost", "source": "comparison", "comparator": "in_use",
             "at_least": None, "at_most": 2.0},
            {"metric": "equal_opportunity_difference", "source": "fairness", "attribute": "sex",
             "at_least": None, "at_most": 0.1},
            {"metric": "equal_opportunity_difference", "source": "fairness",
             "over": "difference by sex", "at_least": None, "at_most": 0.1},
        ],
    )  # fmt: skip
    def test_sound_criterion_stays_as_written(self, values: dict[str, object]) -> None:
        """What can be judged is read as it stands there."""
        found = read(FULL + criterion(**values)).criteria[1]
        assert {key: getattr(found, key) for key in values} == values

    @pytest.mark.parametrize(
        ("metric", "bound", "reason"),
        [
            ("ppv_ratio", -0.05, "no ratio is as low as -0.05"),
            ("npv_ratio", 0.0, "no ratio is as low as 0"),
            ("sensitivity", -5.0, "a difference in sensitivity lies between -1 and 1"),
            ("auroc", 1.5, "a difference in auroc lies between -1 and 1"),
        ],
    )
    def test_a_margin_that_says_nothing(self, metric: str, bound: float, reason: str) -> None:
        """What every version would meet, or none, is no margin."""
        wanted = criterion(metric=metric, source="comparison", comparator="in_use", at_least=bound)
        with pytest.raises(ProtocolError, match=reason) as caught:
            read(FULL + wanted)
        assert caught.value.at == "criteria[1].at_least"

    def test_a_ratio_compares_two_versions(self) -> None:
        """Alone a version has no ratio; the source that has one is named."""
        with pytest.raises(ProtocolError, match="not computed for source = “estimate”") as caught:
            read(FULL + criterion(metric="ppv_ratio", at_least=0.9))
        assert "Write source = “comparison”" in str(caught.value)

    def test_a_ratio_needs_the_comparators_threshold(self) -> None:
        """Without it nobody knows whom the comparator flags."""
        without = FULL.replace('version = "heart-cad/1"\nthreshold = 0.5\n', "")
        wanted = criterion(
            metric="npv_ratio", source="comparison", comparator="in_use", at_least=0.9
        )
        with pytest.raises(ProtocolError, match="needs the threshold it is used at"):
            read(without + wanted)

    def test_sites_are_pooled_where_there_are_some(self) -> None:
        """Without a column of sites there is nothing to pool."""
        wanted = criterion(metric="auroc", source="sites", bound="prediction_low")
        with pytest.raises(ProtocolError, match="this needs sites") as caught:
            read(NO_SITES + wanted)
        assert caught.value.at == "criteria[1].source"

    def test_one_site_needs_sites(self) -> None:
        """A criterion at one hospital needs the column that names hospitals."""
        with pytest.raises(ProtocolError, match="no site is declared") as caught:
            read(NO_SITES + criterion() + 'at = { site = "Kiel" }\n')
        assert caught.value.at == "criteria[1].at.site"

    def test_decisions_need_a_threshold(self) -> None:
        """On development evidence without an operating point no sensitivity can be judged."""
        text = HEAD.replace("external testing", "development")
        with pytest.raises(ProtocolError, match="needs the threshold in use") as caught:
            read(text + criterion())
        assert caught.value.at == "criteria[0].metric"
