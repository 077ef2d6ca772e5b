"""Formatting: numbers, intervals and times as printed on a card.

A minus sign is a minus sign, a range has an en dash, and a number that does not exist is a dash
in a table; the reason stands in the words beside it.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from reports.content import Measure, Unit
from validation.rounding import ends, fixed

NONE = "—"

_DECIMALS = {Unit.SCORE: 3, Unit.RATIO: 2, Unit.PERCENT: 1, Unit.PER_THOUSAND: 0}
_FEW = 10  # below it, a number per 1,000 keeps one decimal


def number(value: float, unit: Unit, *, like: float | None = None) -> str:
    """Return one number as printed: ``0.972``, ``93.1%``, ``1,204``.

    A number of an interval is printed `like` the value that it belongs to.
    """
    if unit is Unit.PERCENT:
        return f"{fixed(100 * value, 1, whole=100)}%"
    if unit is Unit.PER_THOUSAND and 0 < abs(value if like is None else like) < _FEW:
        return fixed(value, 1)
    return fixed(value, _DECIMALS[unit], whole=1 if unit is Unit.SCORE else None)


def point(measure: Measure) -> str:
    """Return the value alone, or a dash where it is undefined."""
    return NONE if measure.value is None else number(measure.value, measure.unit)


def interval(measure: Measure) -> str:
    """Return ``low–high`` or ``low to >high``, or nothing where there is no interval."""
    if measure.low is None or measure.high is None:
        return ""
    low, high = (
        number(end, measure.unit, like=measure.value) for end in (measure.low, measure.high)
    )
    return ends(low, high)


def both(measure: Measure) -> str:
    """Return ``value (low–high)``, or a dash where it is undefined."""
    return f"{point(measure)} ({interval(measure)})" if interval(measure) else point(measure)


def count(value: int) -> str:
    """Return a count with its thousands set apart: ``7,405``."""
    return f"{value:,}"


def when(moment: datetime) -> str:
    """Return a moment for people: ``23 Nov 2026, 09:30 UTC``."""
    return moment.astimezone(UTC).strftime("%-d %b %Y, %H:%M UTC")


def stamp(moment: datetime) -> str:
    """Return a moment for machines: ``2026-11-23T09:30:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def written(document: Mapping[str, Any]) -> bytes:
    """Return a document as JSON: sorted keys, two spaces, UTF-8, a line feed at the end.

    Times are written for machines.

    Raises
    ------
    TypeError
        When it holds what JSON has no form for.
    ValueError
        When it holds a number that is none, or is infinite.
    """
    text = json.dumps(
        document, default=_plain, ensure_ascii=False, allow_nan=False, indent=2, sort_keys=True
    )
    return text.encode() + b"\n"


def _plain(value: object) -> str:
    """Return a time for machines; nothing else needs help."""
    if isinstance(value, datetime):
        return stamp(value)
    raise TypeError(f"JSON has no form for a {type(value).__name__}.")


def short(digest: str) -> str:
    """Return a digest that a person can compare: ``sha256 9f2c41d8…b07e``."""
    method, _, digits = digest.partition(":")
    return f"{method} {digits[:8]}…{digits[-4:]}" if digits else digest
