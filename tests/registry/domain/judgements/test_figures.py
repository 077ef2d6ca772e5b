"""Facts about the sentences that say what figures show."""

from typing import Any

import pytest

from registry.domain.judgements import exhibits, figures, gaps
from registry.domain.judgements.exhibits import Exhibit
from tests.factories.documents import criterion, make_dossier
from tests.factories.figures import make_compared

Json = dict[str, Any]
DOSSIER = make_compared()


def make_exhibit(by: Json | None = None, **estimates: Json) -> Exhibit:
    """Return a stratum of Hungary with some estimates."""
    stratum = {"by": by or {"site": "Hungary"}, "positives": 40, "negatives": 60}
    return Exhibit(
        evidence={"purpose": "external testing"}, stratum={**stratum, "estimates": estimates}
    )


def told(value: float, low: float, high: float) -> Json:
    """Return an estimate."""
    return {"value": value, "low": low, "high": high}


class TestDiscrimination:
    """ROC curves."""

    def test_lowest_and_highest_and_what_happens_in_use(self) -> None:
        """The areas of the worst and the best site, then both rates with their intervals."""
        good = make_exhibit(
            auroc=told(0.9, 0.85, 0.94),
            sensitivity=told(0.8, 0.7, 0.9),
            specificity=told(0.75, 0.7, 0.8),
        )
        poor = make_exhibit({"site": "Basel"}, auroc=told(0.6, 0.5, 0.7))
        assert figures.discrimination(good, [good, poor], 0.5) == (
            "AUROC, external testing: by site lowest at Basel, 0.600 (0.500–0.700), highest at "
            "Hungary, 0.900 (0.850–0.940), of 2 drawn. At the operating point 0.50, at Hungary: "
            "sensitivity 80.0% (70.0%–90.0%), false alarms 25.0% (20.0%–30.0%)."
        )

    def test_all_exams_are_no_site(self) -> None:
        """All exams together stand before the sites and are not ranked among them."""
        whole = make_exhibit(auroc=told(0.8, 0.7, 0.9))
        whole.stratum["by"].clear()
        one, other = (
            make_exhibit({"site": site}, auroc=told(value, 0.6, 0.95))
            for site, value in (("Basel", 0.7), ("Bern", 0.9))
        )
        said = figures.discrimination(whole, [whole, one, other], None)
        assert said == (
            "AUROC, external testing: all exams together, 0.800 (0.700–0.900); by site lowest at "
            "Basel, 0.700 (0.600–0.950), highest at Bern, 0.900 (0.600–0.950), of 2 drawn."
        )

    def test_without_an_area(self) -> None:
        """It says that there is nothing to see."""
        assert "No ROC curve" in figures.discrimination(make_exhibit(), [], 0.5)


class TestCalibration:
    """Predicted against observed."""

    @pytest.mark.parametrize(
        ("low", "high", "words"),
        [
            (1.1, 1.4, "more findings than predicted"),
            (0.6, 0.9, "fewer findings than predicted"),
            (0.9, 1.2, "no departure shown over all"),
        ],
    )
    def test_the_interval_says_on_which_side(self, low: float, high: float, words: str) -> None:
        """Only an interval that leaves 1 out speaks of a departure."""
        exhibit = make_exhibit(observed_expected=told((low + high) / 2, low, high))
        assert words in figures.calibration(exhibit, [])

    def test_widest_apart(self) -> None:
        """The group whose observed share lies furthest from the predicted one, with its exams."""
        bins = [
            {"predicted": 0.1, "observed": 0.12, "low": 0.05, "high": 0.2, "n": 30},
            {"predicted": 0.6, "observed": 0.9, "low": 0.75, "high": 0.97, "n": 31},
        ]
        said = figures.calibration(make_exhibit(), bins)
        assert "In 1 of 2 groups" in said
        assert "predicted 60.0%, observed 90.0% (75.0%–97.0%), 31 exams." in said


class TestWhereBetter:
    """Where the decision curve lies above doing without the version."""

    def make(self, *benefits: float) -> list[Json]:
        """Return a curve at thresholds 0.1, 0.2, …, where flagging everybody is worth 0.1."""
        return [
            {"threshold": (i + 1) / 10, "net_benefit": benefit, "treat_all": 0.1}
            for i, benefit in enumerate(benefits)
        ]

    def test_nowhere(self) -> None:
        """As much is not more."""
        assert figures.where_better(self.make(0.1, 0.0)) == "at no threshold drawn"

    def test_between(self) -> None:
        """From the first to the last, where none between is worse."""
        found = figures.where_better(self.make(0.0, 0.2, 0.3))
        assert found == "between thresholds 0.20 and 0.30"

    def test_with_breaks(self) -> None:
        """A gap between is told."""
        assert "2 of 3 thresholds drawn" in figures.where_better(self.make(0.2, 0.0, 0.3))


class TestCost:
    """Expected cost."""

    @pytest.mark.parametrize(
        ("own", "words"), [(90.0, "less than"), (120.0, "more than"), (100.0, "as much as")]
    )
    def test_beside_doing_without(self, own: float, words: str) -> None:
        """Whether the version costs less than the cheaper of doing without it is said."""
        said = figures.cost("Hungary", "120 units", own, 100.0)
        assert f"That is {words} the cheaper of flagging everybody and nobody, 100." in said


class TestSites:
    """The forest."""

    def test_repeats_the_verdicts_of_the_criteria(self) -> None:
        """No other is made: Switzerland is insufficient, Hungary met, as the criteria have it."""
        dossier = make_dossier(
            criteria=[
                criterion(),
                criterion(by={"site": "Switzerland"}, verdict="insufficient evidence"),
            ]
        )
        said = figures.sites(dossier, tuple(exhibits.sites(dossier).values()), None)
        assert "Required AUROC insufficient evidence: Switzerland." in said
        assert "Required AUROC met: Hungary." in said
        assert "lowest at Switzerland, 0.698" in said


class TestGroups:
    """Subgroups."""

    def test_the_worst_is_that_of_page_one(self) -> None:
        """The sentence under the figure cannot name another group."""
        worst = gaps.worst_subgroup(DOSSIER)
        assert worst.exhibit is not None
        said = figures.groups(DOSSIER, exhibits.subgroups(DOSSIER))
        assert f"Lowest sensitivity: sex F, {worst.exhibit.value('sensitivity'):.1%}" in said


class TestChange:
    """Paired differences."""

    def test_only_intervals_beside_nothing_are_called_a_change(self) -> None:
        """Worse where the whole interval is; where it holds nothing, it is not told apart."""
        entries = DOSSIER["evidence"][0]["assessment"]["comparisons"]
        said = figures.change(entries, "heart-cad/1")
        assert said.startswith("Differences from heart-cad/1 on the same exams: AUROC +0.001 (")
        assert said.count(", not told apart;") == 1
        assert said.count(", worse;") == 1
        assert said.endswith(", better.")

    def test_without_an_interval(self) -> None:
        """A difference alone says nothing about chance."""
        entry = {"metric": "auroc", "difference": 0.1, "by": {}}
        assert figures.shown(entry) == "cannot be said"
