"""Grids: tables as text, and how numbers, metrics and strata are written in them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from validation.metric_names import FAIRNESS_METRICS, METRICS

NONE: Final = "—"


@dataclass(frozen=True, kw_only=True)
class Grid:
    """A table as text; the first column names the row, `right` says where numbers begin."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    right: int
    notes: tuple[str, ...] = ()


def label(metric: str) -> str:
    """Return the printed name of a metric."""
    known = METRICS.get(metric) or FAIRNESS_METRICS.get(metric)
    return known.label if known else metric


def stratum(by: Mapping[str, str]) -> str:
    """Return a stratum in words: ``site Cleveland``; all exams where nothing is named."""
    return ", ".join(f"{name} {level}" for name, level in by.items()) or "all exams"


def estimate(found: Mapping[str, Any]) -> str:
    """Return an estimate with its interval; a dash where it is undefined."""
    return short(found.get("value"), found.get("low"), found.get("high"))


def short(value: float | None, low: float | None = None, high: float | None = None) -> str:
    """Return a value and its interval: ``0.81 (0.77–0.84)``."""
    if value is None:
        return NONE
    return digits(value) if low is None or high is None else f"{digits(value)} ({span(low, high)})"


def span(low: float | None, high: float | None) -> str:
    """Return an interval alone."""
    return NONE if low is None or high is None else f"{digits(low)}–{digits(high)}"


def digits(value: float) -> str:
    """Return a number with as many digits as a person compares."""
    if 0 < abs(value) < 0.0005:  # noqa: PLR2004  (less than what three digits show)
        return f"{value:.1e}"
    text = f"{value:.3f}" if abs(value) < 10 else f"{value:,.1f}"  # noqa: PLR2004
    return f"−{text[1:]}" if text.startswith("-") else text
