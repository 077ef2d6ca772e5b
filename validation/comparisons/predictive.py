"""Predictive: predictive values, net benefit and Brier score of two versions, compared."""

import math
from dataclasses import replace

import numpy as np

from validation.comparisons.differences import (
    NO_PROBABILITY,
    Difference,
    Pair,
    by_normal,
    of_mean,
    variance_of,
)
from validation.errors import UndefinedError
from validation.protocols.odds import threshold_probability
from validation.protocols.shape import ScoreKind


def predictive_ratio(pair: Pair, *, flagged: bool) -> Difference:
    """Return the ratio of the predictive values, its interval made on the log scale.

    References
    ----------
    Moskowitz CS, Pepe MS. Comparing the predictive values of diagnostic tests: sample size and
    analysis for paired study designs. Clin Trials 2006;3(3):272-279.
    doi:10.1191/1740774506cn147oa
    """
    exams = pair.cells.exams.astype(np.float64)
    right = (pair.cells.label == (1 if flagged else 0)).astype(np.float64)
    logs, influence = [], np.zeros(exams.size)
    for sign, decided in zip((1, -1), pair.decisions(), strict=True):
        said = (decided == flagged).astype(np.float64)
        total, hits = float(exams @ said), float(exams @ (said * right))
        if hits == 0:
            whose = "this version" if sign == 1 else "the comparator"
            word = "flags no positive" if flagged else "clears no negative"
            msg = f"{whose} {word} exam, so that there is no ratio"
            raise UndefinedError(msg)
        logs.append(math.log(hits / total))
        influence += sign * said * (right - hits / total) / hits
    found = by_normal(
        pair, logs[0] - logs[1], variance_of(pair, influence), method="moskowitz-pepe"
    )
    return replace(
        found, value=math.exp(found.value), low=math.exp(found.low), high=math.exp(found.high)
    )


def net_benefit(pair: Pair) -> Difference:
    """Return the difference of the net benefits, both priced by the same odds.

    They are those of the stated threshold probability, else of this version's score threshold.
    """
    ours, theirs = pair.decisions()
    threshold = threshold_probability(pair.stratum.finding, pair.protocol.score_kind)
    worth = np.where(pair.cells.label == 1, 1.0, -threshold / (1 - threshold))
    return of_mean(pair, worth * (ours.astype(np.float64) - theirs))


def brier(pair: Pair) -> Difference:
    """Return the difference of the Brier scores; below 0 this version is nearer the truth."""
    if pair.protocol.score_kind is not ScoreKind.PROBABILITY:
        raise UndefinedError(NO_PROBABILITY)
    label = (pair.cells.label == 1).astype(np.float64)
    return of_mean(pair, (pair.cells.score - label) ** 2 - (pair.theirs - label) ** 2)


def ppv_ratio(pair: Pair) -> Difference:
    """Return this version's positive predictive value over the comparator's."""
    return predictive_ratio(pair, flagged=True)


def npv_ratio(pair: Pair) -> Difference:
    """Return this version's negative predictive value over the comparator's."""
    return predictive_ratio(pair, flagged=False)
