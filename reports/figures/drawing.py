"""Drawing: specifications as SVG text, and what the web draws them with; alone knows vl_convert.

The same figure gives the same bytes in any process: clip paths, which Vega counts up as long as a
process lives, are renamed per figure, and coordinates are cut to two decimals in the attributes
that hold geometry, never in printed text.
"""

import base64
import functools
import json
import re
from pathlib import Path

import vl_convert

from reports.content import Chart
from reports.errors import FigureError
from reports.figures.specification import specification
from reports.fonts import FOLDER, font_folder

VEGA_LITE = "6.4"
_KEPT = 64  # drawings that a process remembers: a card is set more than once


def svg(chart: Chart, *, fonts: Path = FOLDER, prefix: str | None = None) -> str:
    """Draw a figure; one that was drawn before in this process is not drawn again.

    Parameters
    ----------
    chart : Chart
        What to draw.
    fonts : Path
        Where the fonts lie.
    prefix : str or None
        What ids begin with, where several drawings share a page; else the kind of figure.

    Raises
    ------
    FigureError
        When Vega-Lite refuses it.
    FontsMissingError
        When the fonts are not there: in another font it would not be the card's figure.
    """
    _register(str(font_folder(fonts)))
    told = json.dumps(specification(chart), ensure_ascii=False)
    try:
        drawn = _drawn(told)
    except ValueError as error:
        raise FigureError(f"The figure “{chart.title}” could not be drawn: {error}") from error
    return normalised(drawn, prefix=prefix or chart.kind)


def data_uri(drawn: str) -> str:
    """Return SVG text as the source of an image."""
    return "data:image/svg+xml;base64," + base64.b64encode(drawn.encode()).decode()


def image(chart: Chart) -> str | None:
    """Return a figure as the source of an image, or None where there is nothing to draw."""
    return None if chart.undefined is not None else data_uri(svg(chart))


def normalised(drawn: str, *, prefix: str) -> str:
    """Return SVG text whose ids and coordinates depend on nothing but what is drawn."""
    names: dict[str, str] = {}

    def rename(found: re.Match[str]) -> str:
        return names.setdefault(found[0], f"{prefix}-{len(names)}")

    def cut(found: re.Match[str]) -> str:
        return found[1] + re.sub(r"-?\d+\.\d{3,}", _two_decimals, found[2]) + found[3]

    drawn = re.sub(r'(?<=[#"])(?:clip|gradient)[_\w]*\d+(?=[")])', rename, drawn)
    return re.sub(r'(\s(?:d|transform|x|y|x1|x2|y1|y2|width|height)=")([^"]*)(")', cut, drawn)


@functools.cache
def bundle() -> str:
    """Return the JavaScript that draws specifications: Vega, Vega-Lite and Vega-Embed in one.

    It comes out of the same library that draws for print, so that both draw alike, and needs
    nothing from a network.
    """
    code = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;", VEGA_LITE)
    return str(code).replace("</script", r"<\/script")


@functools.lru_cache(maxsize=_KEPT)
def _drawn(told: str) -> str:
    return str(vl_convert.vegalite_to_svg(json.loads(told), vl_version=VEGA_LITE))


@functools.cache
def _register(folder: str) -> None:
    vl_convert.register_font_directory(folder)


def _two_decimals(found: re.Match[str]) -> str:
    return f"{float(found[0]):.2f}"
