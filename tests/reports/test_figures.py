"""Facts about figures."""

import subprocess
import sys

import pytest

from reports.content import Chart, Mark, Series
from reports.errors import FontsMissingError
from reports.figures import normalised, specification, svg

ROC = Chart(
    kind="roc",
    title="Discrimination",
    caption="",
    description="ROC curve of nobody.",
    series=(
        Series(name="Hungary 0.909", points=((0.0, 0.0), (0.2, 0.8), (1.0, 1.0)), style="main"),
    ),
    mark=Mark(x=0.2, y=0.8, label="operating point 0.50"),
)


class TestSpecification:
    """What is handed to Vega-Lite."""

    def test_says_what_it_shows(self) -> None:
        """The description travels with the figure."""
        assert specification(ROC)["description"] == "ROC curve of nobody."

    def test_every_layer_has_the_same_scale(self) -> None:
        """A layer of its own scale would let Vega start the axis at 0."""
        scales = [
            layer["encoding"]["x"]["scale"]
            for layer in specification(ROC)["layer"]
            if "scale" in layer["encoding"]["x"]
        ]
        assert len(scales) > 2
        assert all(scale == scales[0] for scale in scales)

    def test_treating_everybody_does_not_set_the_scale(self) -> None:
        """The decision curve of treating everybody falls without end; the axis does not follow."""
        falling = Series(name="", points=((0.1, 0.3), (0.99, -60.0)), style="reference")
        own = Series(name="", points=((0.1, 0.4), (0.99, 0.0)), style="main")
        chart = Chart(kind="decision", title="", caption="", description="", series=(own, falling))
        y = specification(chart)["layer"][0]["encoding"]["y"]
        assert y["scale"]["domain"][0] > -0.2

    def test_a_band_lies_below_its_line(self) -> None:
        """From low to high at each point, and does not set the scale."""
        own = Series(
            name="", points=((0.1, 0.4), (0.9, 0.0)), style="main", band=((0.3, 0.5), (-9.0, 0.1))
        )
        chart = Chart(kind="decision", title="", caption="", description="", series=(own,))
        band, line = specification(chart)["layer"]
        assert band["mark"]["type"] == "area"
        assert line["mark"]["type"] == "line"
        assert band["data"]["values"] == [
            {"x": 0.1, "low": 0.3, "high": 0.5}, {"x": 0.9, "low": -9.0, "high": 0.1}
        ]  # fmt: skip
        assert (band["encoding"]["y"]["field"], band["encoding"]["y2"]["field"]) == ("low", "high")
        assert band["encoding"]["y"]["scale"]["domain"][0] > -0.2


class TestSvg:
    """The drawing itself."""

    def test_prints_labels_as_text(self) -> None:
        """Words stay words: they can be searched and read aloud."""
        assert "operating point 0.50" in svg(ROC)

    def test_same_bytes_in_the_same_process(self) -> None:
        """Vega counts clip paths up as long as a process lives; the drawing does not show it."""
        assert svg(ROC) == svg(ROC)

    def test_same_bytes_in_another_process(self) -> None:
        """Nothing of a process shows in a drawing."""
        code = "from tests.reports.test_figures import ROC, svg; print(hash_of(svg(ROC)))"
        code = f"import hashlib; hash_of = lambda s: hashlib.sha256(s.encode()).hexdigest(); {code}"
        ran = [
            subprocess.run([sys.executable, "-c", code], check=True, capture_output=True).stdout
            for _ in range(2)
        ]
        assert ran[0] == ran[1] != b""

    def test_missing_fonts_are_an_error(self, tmp_path: object) -> None:
        """A figure in another font would not be the card's."""
        from pathlib import Path

        with pytest.raises(FontsMissingError, match=r"python -m reports\.fonts"):
            svg(ROC, fonts=Path(str(tmp_path)))


class TestNormalised:
    """Ids and coordinates that depend on nothing but the drawing."""

    def test_clip_ids_are_renamed_in_order(self) -> None:
        """clip7 of one process and clip0 of another are the same."""
        drawn = '<g clip-path="url(#clip7)"/><clipPath id="clip7"/><clipPath id="clip9"/>'
        renamed = normalised(drawn, prefix="roc")
        assert renamed == '<g clip-path="url(#roc-0)"/><clipPath id="roc-0"/><clipPath id="roc-1"/>'

    def test_geometry_is_cut(self) -> None:
        """Coordinates need no more than two decimals."""
        assert normalised('<path d="M1.23456,7"/>', prefix="x") == '<path d="M1.23,7"/>'

    def test_printed_numbers_are_never_touched(self) -> None:
        """0.909 in a text must not become 0.91."""
        assert normalised("<text>0.909 (0.8631)</text>", prefix="x") == (
            "<text>0.909 (0.8631)</text>"
        )
