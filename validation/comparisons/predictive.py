"""Predictive: predictive values and Brier scores of two versions, compared."""

import math
from dataclasses import replace

import numpy as np

from validation.comparisons.differences import (
    NO_PROBABILITY,
    Difference,
    Pair,
    by_normal,
    of_mean,
)
from validation.comparisons.influence import Array
from validation.errors import UndefinedError
from validation.protocols.edges import comparator_edges
from validation.protocols.shape import ScoreKind
from validation.tallies.cells import SCORE, SCORE_SQUARED
from validation.tallies.content import EXACT
from validation.tallies.grids import edges


def ppv_ratio(pair: Pair) -> Difference:
    """Return this version's positive predictive value over the comparator's."""
    return _ratio(pair, flagged=True)


def npv_ratio(pair: Pair) -> Difference:
    """Return this version's negative predictive value over the comparator's."""
    return _ratio(pair, flagged=False)


def _ratio(pair: Pair, *, flagged: bool) -> Difference:
    """Return the ratio of the predictive values, its interval made on the log scale.

    It rests on the exams that at least one of the two flags (or does not flag).

    Raises
    ------
    UndefinedError
        When one of the predictive values is 0 or does not exist.

    References
    ----------
    Moskowitz CS, Pepe MS. Comparing the predictive values of diagnostic tests: sample size and
    analysis for paired study designs. Clin Trials 2006;3(3):272-279.
    doi:10.1191/1740774506cn147oa
    """
    right = (pair.cells.label == (1 if flagged else 0)).astype(np.float64)
    decisions = pair.decisions()
    logs, influence = [], np.zeros(right.size)
    for sign, decided in zip((1, -1), decisions, strict=True):
        said = (decided == flagged).astype(np.float64)
        total, hits = float(pair.mass @ said), float(pair.mass @ (said * right))
        if hits == 0:
            whose = "this version" if sign == 1 else "the comparator"
            word = "flags no positive" if flagged else "clears no negative"
            msg = f"{whose} {word} exam, so that there is no ratio"
            raise UndefinedError(msg)
        logs.append(math.log(hits / total))
        influence += sign * said * (right - hits / total) / hits
    variance = pair.variance(influence, "ppv" if flagged else "npv")
    found = by_normal(pair, logs[0] - logs[1], variance, method="moskowitz-pepe")
    either = (decisions[0] == flagged) | (decisions[1] == flagged)
    return replace(
        found, value=math.exp(found.value), low=math.exp(found.low), high=math.exp(found.high),
        n=int(pair.cells.exams[either].sum()),
    )  # fmt: skip


def brier(pair: Pair) -> Difference:
    """Return the difference of the Brier scores; below 0 this version is nearer the truth.

    Where scores were merged, this version's losses are exact from the sums of its scores and of
    their squares. Of the comparator's only the cells are known: each loss is the middle of what
    its cell allows, and the mean of half these ranges is the error bound.

    Raises
    ------
    UndefinedError
        When scores are ranks, or the difference has no spread.
    """
    if pair.protocol.score_kind is not ScoreKind.PROBABILITY:
        raise UndefinedError(NO_PROBABILITY)
    label = (pair.cells.label == 1).astype(np.float64)
    if pair.stratum.base.grid == EXACT:
        return of_mean(pair, (pair.cells.score - label) ** 2 - (pair.theirs - label) ** 2, "brier")
    squared, once = (pair.cells.amount(name) for name in (SCORE_SQUARED, SCORE))
    ours = (squared - 2 * label * once) / pair.mass + label
    least, most = _losses(pair, label)
    found = of_mean(pair, ours - (least + most) / 2, "brier")
    bound = float(pair.mass @ np.abs(most - least)) / 2 / float(pair.mass.sum())
    return replace(found, error_bound=bound)


def _losses(pair: Pair, label: Array) -> tuple[Array, Array]:
    """Return the comparator's loss at the lower and the upper edge of each score cell."""
    registered = (
        edge
        for finding in pair.protocol.findings
        for edge in comparator_edges(pair.comparator, finding)
    )
    begins = np.append(np.unique(edges(pair.stratum.base.grid, registered).lower), 1.0)
    last = begins.size - 1
    ends = begins[np.minimum(np.searchsorted(begins, pair.theirs, side="right"), last)]
    return (pair.theirs - label) ** 2, (ends - label) ** 2
