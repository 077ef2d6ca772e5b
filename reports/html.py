"""HTML: a card's content set in its template; places what is there and judges nothing."""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, StrictUndefined

from reports import banners, codes, figures, formatting, lineage
from reports.content import HEADINGS, CardContent, Cell, Chart, Head, Measure, Row, SiteTable
from validation.rounding import declared

TEMPLATE = "card/card.html"

_KEPT = 0.9  # of the free height; the rest stays free, since a wider gap may not break a line
_MOST_AIR = 3.0  # mm a gap

_SHARE = 25  # percent of the page that a column takes where its table does not say
_LETTERS = 1.4  # in a line, for each percent
_LINES = 30  # half a page

CONTENTS = 13.0  # mm that the line about the sections takes at the foot of page 1

_STEP = 0.1
_TICKS = 3


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How page 1 of a card is set, and whether the rest is.

    Attributes
    ----------
    alone : bool
        Page 1 without what follows it, to see how much of a page it takes.
    dense : bool
        Page 1 in smaller type.
    air : float
        The millimetres by which every gap of page 1 is widened.
    contents : bool
        A line at the foot of page 1 that says on which page each section begins.
    """

    alone: bool = False
    dense: bool = False
    air: float = 0.0
    contents: bool = False


WHOLE = Setting()


def spread(content: CardContent, left: float) -> float:
    """Return the air, in mm, that fills page 1: the free height shared out among its gaps.

    Parameters
    ----------
    content : CardContent
        What is set.
    left : float
        The height that is free on page 1, in mm.
    """
    gaps = 8 + len(content.sites.rows)
    return round(min(_MOST_AIR, _KEPT * max(0.0, left) / gaps), 2)


def render_html(content: CardContent, environment: Environment, setting: Setting = WHOLE) -> str:
    """Return the card as one HTML text with its style sheet and figures inside.

    Parameters
    ----------
    content : CardContent
        All that the card says.
    environment : jinja2.Environment
        Finds ``card/card.html``; must escape HTML, since cards carry what people typed.
    setting : Setting
        How page 1 is set, and whether the rest is.

    Raises
    ------
    ValueError
        When the environment does not escape.
    """
    own = furnished(environment)
    return own.get_template(TEMPLATE).render(
        card=content,
        setting=setting,
        headings=HEADINGS,
        scale=site_scale(content.sites),
        banner=banners.image(content.banner) if content.banner else None,
    )


@functools.lru_cache(maxsize=4)
def furnished(environment: Environment) -> Environment:
    """Return an environment with all that the templates of blocks ask for; kept, as are they.

    Raises
    ------
    ValueError
        When it does not escape.
    """
    if not environment.autoescape:
        raise ValueError("The environment must escape HTML: it sets what people typed.")
    own = environment.overlay(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    own.filters.update(
        point=formatting.point,
        interval=formatting.interval,
        both=formatting.both,
        count=formatting.count,
        when=formatting.when,
        stamp=formatting.stamp,
        short=formatting.short,
        declared=declared,
        fixed=_fixed,
        per_cent_of=_per_cent_of,
        cell=_cell,
        image=figures.image,
        pairs=_pairs,
        long=_long,
        qr=codes.qr,
        drawn=lineage.data_uri,
    )
    return own


class Scale:
    """The horizontal axis of a forest that is drawn as a table: values to percentages."""

    def __init__(self, low: float, high: float) -> None:
        self.low = low
        self.high = high

    def place(self, value: float) -> float:
        """Return where a value lies, in percent of the axis; outside values lie on its ends."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(1.0, max(0.0, share)), 2)

    def width(self, low: float, high: float) -> float:
        """Return how much of the axis an interval covers, in percent."""
        return round(self.place(high) - self.place(low), 2)

    def ticks(self) -> tuple[float, ...]:
        """Return the round values to print: at most four, the upper end among them."""
        steps = round((self.high - self.low) / _STEP)
        stride = -(-steps // _TICKS)
        return tuple(round(self.high - _STEP * i, 1) for i in range(0, steps + 1, stride))[::-1]


def site_scale(table: SiteTable) -> Scale:
    """Return the scale that holds every interval of a table of areas, on tenths, up to 1."""
    lows = [row.area.low for row in table.rows if row.area.low is not None]
    lows += [row.area.value for row in table.rows if row.area.value is not None]
    if table.pooled is not None and table.pooled.prediction.low is not None:
        lows.append(table.pooled.prediction.low)
    if table.floor is not None:
        lows.append(table.floor)
    low = min([0.5, *lows])
    return Scale(int(low / _STEP) * _STEP, 1.0)


def _cell(given: str | Measure | Cell) -> Cell:
    """Return what stands in a table as a cell."""
    if isinstance(given, Cell):
        return given
    return Cell(measure=given) if isinstance(given, Measure) else Cell(text=given)


def _long(row: Row, heads: Sequence[Head]) -> bool:
    """Return whether a row takes so much of a page that it must be allowed to break."""
    shares = [head.share or _SHARE for head in heads]
    texts = [_cell(given).text + _cell(given).under for given in row.cells]
    lines = [len(text) / (_LETTERS * share) for text, share in zip(texts, shares, strict=True)]
    return max(lines, default=0) > _LINES


def _pairs(charts: Sequence[Chart]) -> list[Sequence[Chart]]:
    """Return figures two by two, as they stand beside each other."""
    return [charts[i : i + 2] for i in range(0, len(charts), 2)]


def _fixed(value: float, decimals: int) -> str:
    return f"{value:.{decimals}f}"


def _per_cent_of(measure: Measure, largest: float) -> float:
    """Return how long a bar is, in percent of the longest."""
    return 0.0 if measure.value is None or largest <= 0 else round(100 * measure.value / largest, 2)
