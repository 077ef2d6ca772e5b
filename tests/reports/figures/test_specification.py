"""Facts about specifications: one for print and web, one scale, what may not set it."""

from dataclasses import replace

import pytest

from reports.content import Bin, Chart, Measure, Series
from reports.figures.layers import TICKS, decimals
from reports.figures.specification import specification
from reports.figures.styles import Json
from tests.factories.figures import make_charts

CHARTS = make_charts()


def make_decision(*series: Series) -> Chart:
    """Return a decision curve of some lines."""
    return Chart(kind="decision", title="", caption="", description="", series=series)


def line(points: tuple[tuple[float, float], ...], **changes: object) -> Series:
    """Return a line, the version's own unless changed."""
    return Series(**{"name": "", "points": points, "style": "main"} | changes)  # type: ignore[arg-type]


def drawn(chart: Chart, mark: str) -> list[Json]:
    """Return the layers of a figure that are drawn by a mark."""
    return [one for one in specification(chart)["layer"] if one["mark"]["type"] == mark]


class TestSpecification:
    """What is handed to Vega-Lite."""

    @pytest.mark.parametrize("kind", sorted(CHARTS))
    def test_every_layer_has_the_same_scales(self, kind: str) -> None:
        """A layer of its own scale would let Vega start the axis at 0."""
        for axis in ("x", "y"):
            scales = [
                one["encoding"][axis]["scale"]
                for one in specification(CHARTS[kind])["layer"]
                if "scale" in one["encoding"].get(axis, {})
            ]
            assert len(scales) > 1
            assert all(scale == scales[0] for scale in scales)

    @pytest.mark.parametrize("kind", sorted(CHARTS))
    def test_fits_and_says_what_it_shows(self, kind: str) -> None:
        """All figures are equally wide; the description travels inside; no data are fetched."""
        told = specification(CHARTS[kind])
        assert told["autosize"] == {"type": "fit", "contains": "padding"}
        assert told["width"] == 268
        assert told["description"] == CHARTS[kind].description
        assert all("values" in one["data"] for one in told["layer"])

    def test_flagging_everybody_does_not_set_the_scale(self) -> None:
        """The decision curve of flagging everybody falls without end; the axis does not follow."""
        falling = line(((0.1, 0.3), (0.99, -60.0)), style="reference")
        chart = make_decision(line(((0.1, 0.4), (0.99, 0.0))), falling)
        y = specification(chart)["layer"][0]["encoding"]["y"]
        assert y["scale"]["domain"][0] > -0.2

    def test_a_band_lies_below_its_line(self) -> None:
        """From low to high at each point, and does not set the scale."""
        own = line(((0.1, 0.4), (0.9, 0.0)), band=((0.3, 0.5), (-9.0, 0.1)))
        band, own_line = specification(make_decision(own))["layer"]
        assert (band["mark"]["type"], own_line["mark"]["type"]) == ("area", "line")
        assert band["data"]["values"] == [
            {"x": 0.1, "low": 0.3, "high": 0.5}, {"x": 0.9, "low": -9.0, "high": 0.1}
        ]  # fmt: skip
        assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
        assert band["encoding"]["y"]["scale"]["domain"][0] > -0.2

    def test_the_own_line_is_drawn_last(self) -> None:
        """Nothing lies over the line that the figure is about."""
        nobody = line(((0.1, 0.0), (0.9, 0.0)), style="baseline")
        chart = make_decision(line(((0.1, 0.4), (0.9, 0.1))), nobody)
        assert [one["mark"]["strokeWidth"] for one in drawn(chart, "line")] == [0.8, 1.9]

    def test_bars_of_a_calibration_plot_are_low(self) -> None:
        """The spread of scores lies under the curve: its highest bar takes a seventh."""
        (bars,) = drawn(CHARTS["calibration"], "rect")
        assert max(row["y"] for row in bars["data"]["values"]) == pytest.approx(0.14)

    def test_dots_are_joined_where_there_is_no_curve(self) -> None:
        """Older assessments have no flexible curve: their tenths are joined instead."""
        tenths = tuple(
            Bin(predicted=p, observed=p, low=0.0, high=1.0, exams=9) for p in (0.1, 0.5, 0.8)
        )
        chart = Chart(kind="calibration", title="", caption="", description="", bins=tenths)
        assert len(drawn(chart, "line")) == 2  # with the diagonal


class TestRows:
    """Figures of sites, groups and differences."""

    def test_higher_with_every_row(self) -> None:
        """Rows keep their distance however many there are."""
        few, many = CHARTS["change"], CHARTS["groups"]
        assert specification(many)["height"] > specification(few)["height"]

    def test_not_met_differs_by_shape(self) -> None:
        """What was required and not met is a triangle, red or not."""
        (dots, *_) = [one for one in drawn(CHARTS["groups"], "point") if "shape" in one["encoding"]]
        shapes = {row["shape"] for row in dots["data"]["values"]}
        assert shapes == {"circle", "diamond", "triangle-down"}

    def test_names_are_quoted(self) -> None:
        """Whatever a site is called, its name is a text in Vega's expressions and no code."""
        row = CHARTS["sites"].rows[0]
        odd = replace(CHARTS["sites"], rows=(replace(row, label='St "Mary\'s" \\ ]'),))
        (dots,) = [one for one in drawn(odd, "point") if "shape" in one["encoding"]]
        told = dots["encoding"]["y"]["axis"]["labelExpr"]
        assert told == '["St \\"Mary\'s\\" \\\\ ]"][datum.value]'

    def test_long_names_take_room_from_the_plot(self) -> None:
        """A name of two things is read whole: as much is kept free as its letters take."""
        row = CHARTS["groups"].rows[0]
        longest = "Age band 18-39, right bundle branch block"
        for name, size in (("Sex F", 7.8), (longest, 7.2), ("東京大学医学部附属病院" * 2, 7.2)):
            (dots, *_) = [
                one
                for one in drawn(
                    replace(CHARTS["groups"], rows=(replace(row, label=name),)), "point"
                )
                if "shape" in one["encoding"]
            ]
            told = dots["encoding"]["y"]["axis"]
            assert told["labelFontSize"] == size
            assert told["labelLimit"] > 0.5 * size * len(name)

    def test_a_low_operating_point_keeps_its_label_off_the_axis(self) -> None:
        """The label of a point on the axis stands above it."""
        roc = CHARTS["roc"]
        assert roc.mark is not None
        for height, below in ((0.9, True), (0.0, False)):
            told = drawn(replace(roc, mark=replace(roc.mark, y=height)), "text")
            assert all((one["mark"]["dy"] > 0) is below for one in told if "dy" in one["mark"])

    def test_without_a_number_there_is_the_reason(self) -> None:
        """A row whose number does not exist says why, where the dot would be."""
        row = CHARTS["sites"].rows[0]
        nothing = replace(row, measure=Measure(value=None, undefined="one class only"))
        told = drawn(replace(CHARTS["sites"], rows=(nothing,)), "text")
        assert any("one class only" in str(one["data"]["values"]) for one in told)
        why = replace(nothing.measure, undefined="no positive exam of this hospital has a score")
        told = drawn(
            replace(CHARTS["sites"], rows=(replace(nothing, measure=why),)),
            "text",
        )
        assert any("no positive exam of this hospital has a…" in str(one["data"]) for one in told)


@pytest.mark.parametrize(
    ("domain", "expected"), [((0.0, 1.0), 2), ((-0.02, 0.03), 2), ((0.0, 0.015), 3), ((1, 1), 2)]
)
def test_ticks_are_told_apart(domain: tuple[float, float], expected: int) -> None:
    """A small scale gets more decimals: no two ticks of an axis print the same number."""
    assert decimals(domain) == expected
    low, high = domain
    ticks = [f"{low + i * (high - low) / TICKS:.{decimals(domain)}f}" for i in range(TICKS)]
    assert low == high or len(set(ticks)) == TICKS
