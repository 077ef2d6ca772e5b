"""Charts: what a figure shows, as lines, points and words."""

from dataclasses import dataclass
from typing import Literal

LineStyle = Literal["main", "second", "third", "fourth", "reference", "baseline"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of a figure; `band` is from where to where each point may lie, if that is drawn."""

    name: str
    points: tuple[tuple[float, float], ...]
    style: LineStyle
    band: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bin:
    """A point of a calibration plot with its interval."""

    predicted: float
    observed: float
    low: float
    high: float
    exams: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A labelled spot of a figure."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure: its lines, its words, and its `description` for those who cannot see it."""

    kind: Literal["roc", "calibration", "decision", "cost"]
    title: str
    caption: str
    description: str
    series: tuple[Series, ...] = ()
    bins: tuple[Bin, ...] = ()
    mark: Mark | None = None
    undefined: str | None = None
