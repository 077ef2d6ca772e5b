"""Measures: numbers, facts and points, of which every section is made."""

from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    """How a statement stands towards use; always said in words too, never by colour alone."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    PLAIN = "plain"


class Unit(StrEnum):
    """How a number is printed."""

    SCORE = "score"  # three decimals: areas, slopes of curves
    RATIO = "ratio"  # two decimals: observed to expected
    PERCENT = "percent"  # a share as a percentage
    PER_THOUSAND = "per thousand"  # exams or cost units out of a thousand exams


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number with its interval, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    unit: Unit = Unit.SCORE
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and what stands beside it; `code` for what is set as a digest."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Point:
    """One item of a list that judges: a word for its kind, and the sentence."""

    kind: str
    text: str
    tone: Tone
