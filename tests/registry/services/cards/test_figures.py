"""Facts about the figures of a card: what is drawn, what is not and why."""

from copy import deepcopy

import pytest

from registry.domain.judgements import exhibits
from registry.services.cards import assessments
from tests.factories.cards import make_content
from tests.factories.documents import assessment, drawn, make_dossier, make_evidence
from tests.factories.figures import make_charts, make_compared

CHARTS = make_charts()


class TestFigures:
    """A full dossier."""

    def test_every_figure_says_what_it_shows(self) -> None:
        """Alternative text is of numbers: each has more than one, and ends as a sentence."""
        for chart in CHARTS.values():
            assert chart.undefined is None
            assert sum(letter.isdigit() for letter in chart.description) > 6, chart.kind
            assert chart.description.endswith(".")

    def test_the_operating_point_has_its_intervals(self) -> None:
        """Its cross is that of sensitivity, and of specificity turned round."""
        hungary = exhibits.sites(make_compared())["Hungary"]
        found, spared = hungary.estimate("sensitivity"), hungary.estimate("specificity")
        mark = CHARTS["roc"].mark
        assert mark is not None
        assert (mark.y, mark.along) == (found["value"], (found["low"], found["high"]))
        assert mark.across == pytest.approx((1 - spared["high"], 1 - spared["low"]))

    def test_the_forest_holds_floor_and_next_site(self) -> None:
        """The last row is what is expected at the next site; the floor is the criterion's."""
        chart = CHARTS["sites"]
        assert [row.label for row in chart.rows] == [
            "Hungary", "Long Beach", "Switzerland", "Next site, expected"
        ]  # fmt: skip
        assert [bound.value for bound in chart.bounds] == [0.8]

    def test_groups_are_judged_rate_by_rate(self) -> None:
        """A criterion on sensitivity says nothing of the specificity in the same row."""
        found = {(row.label, row.name): row.word for row in CHARTS["groups"].rows}
        assert found["Sex F", "Sensitivity"] == "not met"
        assert found["Sex F", "Specificity"] == "not judged"
        assert [bound.label for bound in CHARTS["groups"].bounds] == ["sensitivity floor 85%"]

    def test_a_floor_is_drawn_across_whom_it_binds(self) -> None:
        """What is asked for women is not drawn through the rows of others."""
        (bound,) = CHARTS["groups"].bounds
        assert bound.rows == ("Sex F",)

    def test_development_is_drawn_beside_no_external_site(self) -> None:
        """The training hospital would pass for one more: it is named in the captions instead."""
        training = make_evidence(
            assessment(drawn([("Cleveland", 304, 0.46)])),
            id="evidence-0",
            number=2,
            purpose="development",
            scores_from="refits",
            counts=False,
            because="refits",
        )
        dossier = make_dossier()
        dossier["evidence"].append(training)
        charts = make_charts(dossier)
        roc, forest = charts["roc"], charts["sites"]
        assert "Cleveland" not in [row.label for row in forest.rows]
        assert not any("Cleveland" in series.name for series in roc.series)
        for chart in (roc, forest):
            assert "Cleveland" not in chart.description
            assert "Not drawn: Cleveland (development, refits)." in chart.caption
        assert "external testing" in roc.description

    def test_the_only_site_is_not_drawn_twice(self) -> None:
        """All exams together are those of the only hospital."""
        dossier = make_dossier(drawn([("Hungary", 293, 0.36)]), scope_sites=[])
        (curve,) = make_charts(dossier)["roc"].series
        assert curve.name == "All exams"

    def test_of_many_sites_the_largest_are_drawn(self) -> None:
        """Of thirty alike the forest keeps those with the most exams, and counts the rest."""
        many = [(f"Site {i:02d}", 20 + i, 0.5) for i in range(30)]
        chart = make_charts(make_dossier(drawn(many), scope_sites=[], criteria=[]))["sites"]
        assert [row.label for row in chart.rows[:2]] == ["Site 29", "Site 28"]
        assert "Not drawn: 6 more sites." in chart.caption

    def test_card_content_holds_them_all(self) -> None:
        """Six in the section of performance, two with the sites, one with the change."""
        content = make_content(make_compared())
        kinds = [chart.kind for chart in content.performance.charts]
        assert kinds == ["roc", "calibration", "decision", "cost", "thresholds", "scores"]
        assert [chart.kind for chart in content.fairness.charts] == ["sites", "groups"]


class TestUndefined:
    """What cannot be drawn says why."""

    def test_ranks_have_no_calibration(self) -> None:
        """The assessment's own reason stands where the figure would be."""
        dossier = make_dossier()
        for entry in dossier["evidence"][0]["assessment"]["curves"]:
            reason = dict.fromkeys(("calibration", "decision"), "the scores are ranks")
            entry.update(calibration=[], decision=[], undefined=reason)
        charts = make_charts(dossier)
        assert charts["calibration"].undefined == "The scores are ranks."
        assert charts["decision"].undefined == "The scores are ranks."
        assert charts["roc"].undefined is None

    def test_without_costs_or_comparison(self) -> None:
        """A protocol without costs, a table without another version's scores."""
        dossier = make_dossier()
        dossier["protocols"][0]["document"]["costs"] = None
        charts = make_charts(dossier)
        assert charts["cost"].undefined == "The protocol sets no costs."
        assert charts["change"].undefined == "No other version was scored on these exams."

    def test_ranks_are_drawn_on_their_own_scale(self) -> None:
        """Scores that are no probabilities do not end at 1."""
        dossier = make_dossier()
        dossier["protocols"][0]["document"]["score_kind"] = "rank"
        for entry in dossier["evidence"][0]["assessment"]["curves"]:
            for point in entry["roc"]:
                point["threshold"] *= 40
        low, high = make_charts(dossier)["scores"].domain
        assert high > 30
        assert low <= 0.5


class TestAssessments:
    """Figures of an assessment that no dossier holds."""

    def test_each_finding_has_its_own_operating_point(self) -> None:
        """A finding's threshold and costs go before those at the top of the protocol."""
        dossier = make_dossier()
        measured = deepcopy(dossier["evidence"][0]["assessment"])
        for part in ("strata", "curves"):
            for entry in measured[part]:
                entry["finding"] = "effusion"
        measured |= {"purpose": "external testing", "criteria": []}
        own = {"threshold": 0.3, "positive_when": ">=", "costs": None, "population": None}
        protocol = {
            **dossier["protocols"][0]["document"],
            "findings": {"effusion": own},
            "criteria": [],
        }
        assert assessments.findings(measured) == ("effusion",)
        charts = {c.kind: c for c in assessments.charts(measured, protocol, "effusion")}
        assert charts["thresholds"].mark is not None
        assert charts["thresholds"].mark.x == 0.3
        assert charts["cost"].undefined == "The protocol sets no costs."
        assert assessments.heading("effusion") == "Figures: effusion"
