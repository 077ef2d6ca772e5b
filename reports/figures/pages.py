"""Pages: figures to look at in a browser, each with its table, in one file that needs no other.

Nothing is fetched and nothing is evaluated: Vega interprets its expressions, and the page's own
policy names every script and style by its digest.
"""

import base64
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment

from reports.content import Chart
from reports.figures.drawing import bundle, svg
from reports.figures.interactive import interactive
from reports.figures.lettering import faces
from reports.figures.readings import Readings, readings

PAGE = "figures/page.html"
_SCRIPT, _STYLE = "figures/page.js", "figures/page.css"


@dataclass(frozen=True, kw_only=True)
class Plate:
    """A figure on a page: its number, its table, and what draws it.

    Attributes
    ----------
    drawing : str or None
        The figure as SVG, for whom no script runs; None where only the browser draws it.
    specification : str or None
        JSON for Vega-Lite, safe inside a script element; None where there is nothing to draw.
    """

    number: int
    chart: Chart
    table: Readings
    drawing: str | None
    specification: str | None


@dataclass(frozen=True, kw_only=True)
class Group:
    """Figures under one heading, such as those of one finding."""

    title: str
    plates: tuple[Plate, ...]


def plates(charts: Sequence[Chart], *, first: int = 1, drawn: bool = False) -> tuple[Plate, ...]:
    """Return figures as they stand on a page.

    Parameters
    ----------
    charts : sequence of Chart
        The figures in order.
    first : int
        The number of the first.
    drawn : bool
        Whether they are there before a script runs, too; that costs time.
    """
    return tuple(_plate(chart, first + i, drawn=drawn) for i, chart in enumerate(charts))


def parts(environment: Environment, groups: Sequence[Group], *styles: str) -> dict[str, str]:
    """Return what a page with figures needs in its head and at its end.

    Parameters
    ----------
    environment : jinja2.Environment
        Finds the templates.
    groups : sequence of Group
        The figures: their letters are those that the fonts keep.
    *styles : str
        Templates of further style sheets; they go after those of figures.

    Returns
    -------
    dict of str to str
        ``policy`` (the content of its Content-Security-Policy), ``style``, ``vega``, ``script``.
    """
    told = [_letters(plate) for group in groups for plate in group.plates]
    own = [_source(environment, name) for name in (_STYLE, *styles)]
    style = "\n".join([faces(told), *own])
    vega, script = bundle(), _source(environment, _SCRIPT)
    return {
        "policy": policy(scripts=(vega, script), styles=(style,)),
        "style": style,
        "vega": vega,
        "script": script,
    }


def page(
    environment: Environment,
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    groups: Sequence[Group],
) -> str:
    """Return figures as one HTML page.

    Raises
    ------
    ValueError
        When the environment does not escape HTML: names are what people typed.
    """
    if not environment.autoescape:
        raise ValueError("The environment must escape HTML: figures carry what people typed.")
    found = environment.get_template(PAGE)
    return found.render(title=title, facts=facts, groups=groups, parts=parts(environment, groups))


def policy(*, scripts: Sequence[str], styles: Sequence[str]) -> str:
    """Return a Content-Security-Policy that lets these scripts and styles run, and nothing else.

    Vega moves and colours what it draws by attributes of style, which name no address.
    """
    run = " ".join(_hash(text) for text in scripts)
    look = " ".join(_hash(text) for text in styles)
    return (
        f"default-src 'none'; script-src {run}; style-src-elem {look}; "
        "style-src-attr 'unsafe-inline'; font-src data:; base-uri 'none'; form-action 'none'"
    )


def _plate(chart: Chart, number: int, *, drawn: bool) -> Plate:
    if chart.undefined is not None:
        empty = Readings(columns=(), lines=())
        return Plate(number=number, chart=chart, table=empty, drawing=None, specification=None)
    told = json.dumps(interactive(chart), ensure_ascii=False, sort_keys=True)
    return Plate(
        number=number,
        chart=chart,
        table=readings(chart),
        drawing=svg(chart, prefix=f"figure-{number}") if drawn else None,
        specification=told.replace("<", r"\u003c"),
    )


def _letters(plate: Plate) -> str:
    chart = plate.chart
    return "".join((chart.title, chart.caption, chart.description, plate.specification or ""))


def _source(environment: Environment, name: str) -> str:
    if environment.loader is None:
        raise ValueError("The environment must find the templates of figures.")
    return environment.loader.get_source(environment, name)[0]


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
