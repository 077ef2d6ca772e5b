"""Signals: what a window shows without a label: how much came in, and how unlike before."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from validation.casemix.shifts import kolmogorov_smirnov, population_stability
from validation.errors import UndefinedError
from validation.monitoring.windows import Array, Window

BINS = 10  # of the stability index, of about equal mass in the baseline


@dataclass(frozen=True, kw_only=True)
class Signals:
    """What a window shows without a label; None where a signal does not exist.

    Attributes
    ----------
    volume : float
        Exams a day.
    flag_rate, unscored : float or None
        Shares of all exams, in [0, 1]; an unscored exam takes the fail-safe.
    psi, ks : float or None
        How far the scores lie from those of the baseline: the population stability index over
        tenths of the baseline, at least 0; and the greatest distance of the two distribution
        functions, in [0, 1].
    undefined : mapping of str to str
        Why a signal does not exist.
    """

    volume: float
    flag_rate: float | None
    unscored: float | None
    psi: float | None
    ks: float | None
    undefined: dict[str, str] = field(default_factory=dict)


def signals(window: Window, baseline: Window | None, *, days: int) -> Signals:
    """Return the signals of a window.

    Parameters
    ----------
    window : Window
    baseline : Window or None
        With whose scores its own are compared, of the same finding.
    days : int
        How long the window is.

    References
    ----------
    Siddiqi N. Credit Risk Scorecards. Wiley 2006 (the stability index).
    Massey FJ. J Am Stat Assoc 1951;46(253):68-78. doi:10.1080/01621459.1951.10500769
    """
    undefined: dict[str, str] = {}

    def told(name: str, way: Callable[[], float]) -> float | None:
        try:
            return way()
        except UndefinedError as reason:
            undefined[name] = str(reason)
            return None

    return Signals(
        volume=window.exams / days,
        flag_rate=told("flag_rate", lambda: _share(window.flagged, window.exams)),
        unscored=told("unscored", lambda: _share(window.unscored, window.exams)),
        psi=told("psi", lambda: _psi(window, baseline)),
        ks=told("ks", lambda: kolmogorov_smirnov(*_on_common_scores(window, baseline))),
        undefined=undefined,
    )


def _share(part: int, whole: int) -> float:
    """Return a share of exams."""
    if not whole:
        msg = "the window has no exam"
        raise UndefinedError(msg)
    return part / whole


def _on_common_scores(window: Window, baseline: Window | None) -> tuple[Array, Array]:
    """Return the exams of a window and of its baseline at every score that either has."""
    if baseline is None:
        msg = "no baseline is named"
        raise UndefinedError(msg)
    if window.grid != baseline.grid:
        msg = f"the scores are kept {window.grid}, those of the baseline {baseline.grid}"
        raise UndefinedError(msg)
    common = np.union1d(window.scores, baseline.scores)

    def on(one: Window) -> Array:
        placed = np.zeros(common.size)
        placed[np.searchsorted(common, one.scores)] = one.masses
        return placed

    return on(window), on(baseline)


def _psi(window: Window, baseline: Window | None) -> float:
    """Return the stability index over tenths of the baseline."""
    now, before = _on_common_scores(window, baseline)
    middle = np.cumsum(before) - before / 2
    bins = np.minimum(BINS - 1, (middle * BINS / max(1.0, before.sum())).astype(np.intp))

    def binned(masses: Array) -> Array:
        return np.bincount(bins, masses, BINS).astype(np.float64)

    return population_stability(binned(now), binned(before))
