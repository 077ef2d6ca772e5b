"""CUSUM: observed against expected events, added up over windows until it is enough to tell."""

from dataclasses import dataclass

import numpy as np

from validation.errors import UndefinedError
from validation.monitoring.windows import Window


@dataclass(frozen=True, kw_only=True)
class Chart:
    """Where the chart stands after some windows.

    Attributes
    ----------
    observed : int
        Positives so far.
    expected : float
        The sum of the predicted probabilities of the same exams.
    more, fewer : float
        How strongly the exams so far speak for events being so many times as likely, or as
        unlikely, by their odds, as predicted: the highest sum of log-likelihood ratios that ends
        with the last window; at least 0.
    """

    observed: int = 0
    expected: float = 0.0
    more: float = 0.0
    fewer: float = 0.0

    @property
    def highest(self) -> float:
        """The higher of the two."""
        return max(self.more, self.fewer)


def ratio(window: Window, odds_ratio: float) -> float:
    """Return the log-likelihood ratio of a window's labelled exams, odds multiplied over as said.

    An exam of predicted probability p has the weight ln R - ln(1 - p + R p) if it is positive, and
    -ln(1 - p + R p) if it is negative.

    Parameters
    ----------
    window : Window
    odds_ratio : float
        R, above 0.

    Returns
    -------
    float
        A natural logarithm of any sign: above 0 where the exams fit R times the odds better.

    Raises
    ------
    UndefinedError
        When scores are no probabilities.

    References
    ----------
    Steiner SH, Cook RJ, Farewell VT, Treasure T. Monitoring surgical performance using
    risk-adjusted cumulative sum charts. Biostatistics 2000;1(4):441-452.
    doi:10.1093/biostatistics/1.4.441
    """
    _require_probabilities(window)
    labelled = window.with_positives + window.with_negatives
    spread = np.log1p((odds_ratio - 1) * window.means)
    return float(window.with_positives.sum() * np.log(odds_ratio) - labelled @ spread)


def add(chart: Chart, window: Window, *, odds_ratio: float) -> Chart:
    """Return the chart after one more window, taken as a whole.

    Exams have no order within a window, so that the sums are compared with 0 only at its end: a
    chart that is kept exam by exam would stand as high or higher.

    Parameters
    ----------
    chart : Chart
    window : Window
    odds_ratio : float
        Above 1; the chart looks for so many times the odds, and for as many times fewer.

    Raises
    ------
    UndefinedError
        When scores are no probabilities.
    """
    more, fewer = ratio(window, odds_ratio), ratio(window, 1 / odds_ratio)
    labelled = window.with_positives + window.with_negatives
    return Chart(
        observed=chart.observed + int(window.with_positives.sum()),
        expected=chart.expected + float(labelled @ window.means),
        more=max(0.0, chart.more + more),
        fewer=max(0.0, chart.fewer + fewer),
    )


def _require_probabilities(window: Window) -> None:
    """Refuse scores that only rank, or that lie outside 0 and 1."""
    inside = (window.means >= 0) & (window.means <= 1)
    if not (window.probability and bool(inside.all())):
        msg = "scores are no probabilities, so that nothing is expected of them"
        raise UndefinedError(msg)
