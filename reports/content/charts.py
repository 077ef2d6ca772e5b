"""Charts: what a figure shows, as lines, points and words."""

from dataclasses import dataclass
from typing import Literal

from reports.content.measures import Measure, Tone

LineStyle = Literal["main", "second", "third", "fourth", "reference", "baseline"]
ChartKind = Literal[
    "roc",
    "calibration",
    "decision",
    "cost",
    "thresholds",
    "scores",
    "sites",
    "groups",
    "change",
]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of a figure.

    Attributes
    ----------
    note : str
        What a legend says beside the name: its area.
    band : tuple of (float, float)
        From where to where each point may lie, if that is drawn.
    at : tuple of float or None
        The threshold of each point, where the line is drawn over something else; None for the
        points at which nobody is flagged, or everybody.
    """

    name: str
    points: tuple[tuple[float, float], ...]
    style: LineStyle
    band: tuple[tuple[float, float], ...] = ()
    at: tuple[float | None, ...] = ()
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Bin:
    """A point of a calibration plot with its interval."""

    predicted: float
    observed: float
    low: float
    high: float
    exams: int


@dataclass(frozen=True, kw_only=True)
class Bar:
    """The share of exams of one kind with a score from `low` to below `high`."""

    name: str
    low: float
    high: float
    share: float
    style: LineStyle = "baseline"


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A labelled spot of a figure, and from where to where it may lie."""

    x: float
    y: float
    label: str
    across: tuple[float, float] | None = None
    along: tuple[float, float] | None = None


@dataclass(frozen=True, kw_only=True)
class Range:
    """A number with its interval in a row of a figure: a site, a group, a difference."""

    label: str
    name: str  # of what the number is one: AUROC, sensitivity
    measure: Measure
    tone: Tone = Tone.PLAIN
    style: LineStyle = "main"
    word: str = ""  # its verdict
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Bound:
    """A value that was agreed on beforehand, drawn across the rows of a figure that it binds.

    Attributes
    ----------
    rows : tuple of str
        The labels of those rows; all of them where none is named.
    """

    value: float
    label: str
    style: LineStyle = "main"
    rows: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure: its data, its words, and its `description` for those who cannot see it.

    Attributes
    ----------
    description : str
        What it shows, with the numbers that matter; judged before it came here.
    domain : tuple of (float, float)
        Where the horizontal axis begins and ends.
    undefined : str or None
        Why there is nothing to draw.
    """

    kind: ChartKind
    title: str
    caption: str
    description: str
    series: tuple[Series, ...] = ()
    bins: tuple[Bin, ...] = ()
    bars: tuple[Bar, ...] = ()
    rows: tuple[Range, ...] = ()
    bounds: tuple[Bound, ...] = ()
    mark: Mark | None = None
    domain: tuple[float, float] = (0.0, 1.0)
    undefined: str | None = None
