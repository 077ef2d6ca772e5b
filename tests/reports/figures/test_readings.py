"""Facts about the tables beside figures: they hold what is drawn, printed as elsewhere."""

import pytest

from reports.figures.readings import readings
from tests.factories.figures import make_charts

CHARTS = make_charts()


class TestReadings:
    """The numbers of a figure."""

    @pytest.mark.parametrize("kind", sorted(CHARTS))
    def test_every_line_fills_every_column(self, kind: str) -> None:
        """A table is a rectangle, and begins with what names the line."""
        table = readings(CHARTS[kind])
        assert table.lines
        assert all(len(line.cells) == len(table.columns) for line in table.lines)
        assert all(line.cells[0] for line in table.lines)

    def test_roc_has_every_point_of_every_curve(self) -> None:
        """And the operating point first, with both intervals."""
        chart, table = CHARTS["roc"], readings(CHARTS["roc"])
        points = [(line.x, line.y) for line in table.lines[1:]]
        assert points == [point for one in chart.series for point in one.points]
        assert chart.mark is not None
        assert table.lines[0].cells[0] == "Operating point 0.50"
        assert (table.lines[0].x, table.lines[0].y) == (chart.mark.x, chart.mark.y)
        assert "(68.2%–84.1%)" in table.lines[0].cells[2]

    def test_decision_has_the_lines_side_by_side(self) -> None:
        """Each threshold with all three ways, the version's interval in brackets."""
        chart, table = CHARTS["decision"], readings(CHARTS["decision"])
        assert table.columns == ("Threshold", "This version", "Flag everybody", "Flag nobody")
        assert len(table.lines) == len(chart.series[0].points)
        assert table.lines[0].cells[3] == "0.000"
        assert " to " in table.lines[0].cells[1]

    def test_calibration_has_dots_curve_and_bars(self) -> None:
        """Whatever is drawn has a line: ten dots and twenty bars, of which no curve was fitted."""
        names = [line.cells[0] for line in readings(CHARTS["calibration"]).lines]
        assert (names.count("Dot"), names.count("Grey bar")) == (10, 20)

    def test_scores_add_up(self) -> None:
        """The shares of each class are all of it."""
        for name in ("With the finding", "Without"):
            shares = [bar.share for bar in CHARTS["scores"].bars if bar.name == name]
            assert sum(shares) == pytest.approx(1)

    def test_groups_name_their_rate_and_verdict(self) -> None:
        """Two rates share a row of the figure; in the table each has its own line."""
        found = {line.cells[0]: line.cells[3] for line in readings(CHARTS["groups"]).lines}
        assert found["Sex F, sensitivity"] == "not met"
        assert found["Sex F, specificity"] == "not judged"

    def test_differences_carry_a_sign(self) -> None:
        """More or less is seen without looking at the figure."""
        found = {line.cells[0]: line.cells[1:4] for line in readings(CHARTS["change"]).lines}
        assert found["Sensitivity"] == ("−0.039", "−0.059 to −0.019", "worse")
        assert found["AUROC"][2] == "not told apart"

    def test_words_of_a_line(self) -> None:
        """A line as a sentence, for whoever points at its dot; empty cells are left out."""
        table = readings(CHARTS["change"])
        assert table.words(table.lines[1]) == (
            "Sensitivity; difference −0.039; interval −0.059 to −0.019; shown worse; on 616 exams"
        )
        curve = readings(CHARTS["thresholds"])
        assert curve.words(curve.lines[0]).startswith("Threshold 0.0")
