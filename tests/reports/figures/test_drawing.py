"""Facts about drawings: real text, the same bytes everywhere, refused where the data are bad."""

import hashlib
import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from reports.content import Chart, Mark, Series
from reports.errors import FigureError, FontsMissingError
from reports.figures import drawing
from reports.figures.drawing import image, normalised, svg
from reports.figures.specification import specification
from tests.factories.figures import make_charts

ROC = Chart(
    kind="roc",
    title="Discrimination",
    caption="",
    description="ROC curve of nobody.",
    series=(Series(name="Hungary", points=((0.0, 0.0), (0.2, 0.8), (1.0, 1.0)), style="main"),),
    mark=Mark(x=0.2, y=0.8, label="operating point 0.50"),
)


ELSEWHERE = """
import hashlib, pickle, sys
from reports.figures import svg
for kind, chart in pickle.load(open(sys.argv[1], "rb")):
    print(kind, hashlib.sha256(svg(chart).encode()).hexdigest())
"""


class TestSvg:
    """The drawing itself."""

    def test_prints_labels_as_text(self) -> None:
        """Words stay words: they can be searched and read aloud, in our font."""
        drawn = svg(ROC)
        assert "operating point 0.50</text>" in drawn
        assert 'font-family="Inter"' in drawn

    def test_every_kind_is_drawn(self) -> None:
        """Vega-Lite takes every specification, and none is empty."""
        charts = make_charts()
        assert len(charts) == 9
        assert all(svg(chart).count("<path") > 3 for chart in charts.values())

    def test_same_bytes_in_any_process_and_order(self, tmp_path: Path) -> None:
        """Neither hash seeds, nor what was drawn before, nor the process shows in a drawing."""
        charts, file = list(make_charts().items()), tmp_path / "charts"
        here = {f"{kind} {hashlib.sha256(svg(c).encode()).hexdigest()}" for kind, c in charts}
        file.write_bytes(pickle.dumps(charts[::-1]))
        there = subprocess.run(
            [sys.executable, "-c", ELSEWHERE, str(file)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONHASHSEED": "77", "TZ": "Asia/Kolkata"},
        ).stdout
        assert set(there.splitlines()) == here

    def test_drawn_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A card is set more than once; its figures are drawn once in a process."""
        svg(ROC)

        def never(*_: object, **__: object) -> str:
            raise AssertionError("drawn again")

        monkeypatch.setattr("vl_convert.vegalite_to_svg", never)
        assert svg(replace(ROC, title="Another title alone draws nothing else"))

    def test_what_vega_refuses_is_an_error(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """A bad specification is an error that names the figure, never an empty picture."""
        bad = {**specification(ROC), "layer": [{"mark": "no such mark"}]}
        monkeypatch.setattr(drawing, "specification", lambda _: bad)
        with pytest.raises(FigureError, match="Discrimination"):
            svg(ROC)

    def test_missing_fonts_are_an_error(self, tmp_path: Path) -> None:
        """A figure in another font would not be the card's."""
        with pytest.raises(FontsMissingError, match=r"python -m reports\.fonts"):
            svg(ROC, fonts=tmp_path)

    def test_what_does_not_exist_is_not_drawn(self) -> None:
        """Where there is nothing to draw there is no image."""
        assert image(replace(ROC, undefined="One class only.")) is None


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


class TestBundle:
    """What a page draws with."""

    def test_ends_no_script_element(self) -> None:
        """It stands inside a page: nothing in it may close the element early."""
        assert "</script" not in drawing.bundle()
        assert "vegaEmbed" in drawing.bundle()
