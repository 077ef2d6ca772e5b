"""Prices: net benefit and expected cost of two versions on the same exams, compared."""

from itertools import product
from typing import Final

import numpy as np

from validation.bootstrap import draw_probabilities, generator, percentile_interval
from validation.comparisons.differences import (
    Difference,
    Pair,
    effective_size,
    of_mean,
)
from validation.counts import sum_by
from validation.errors import EmptyStratumError, UndefinedError
from validation.exam_costs import DIFFER, costs_differ
from validation.protocols.odds import threshold_probability

NO_COSTS = "the protocol declares no costs"
COMBINATIONS: Final = 8  # of a label and two decisions
RESTS_ON: Final = (
    "sensitivity",
    "specificity",
    "prevalence",
)  # of which sites state design effects


def net_benefit(pair: Pair) -> Difference:
    """Return the difference of the net benefits, both priced by the same odds.

    They are those of the stated threshold probability, else of this version's score threshold.

    Raises
    ------
    UndefinedError
        When there are no odds: no threshold probability is stated, and the scores are ranks or
        the threshold is no probability between 0 and 1.
    """
    ours, theirs = pair.decisions()
    threshold = threshold_probability(pair.stratum.finding, pair.protocol.score_kind)
    worth = np.where(pair.cells.label == 1, 1.0, -threshold / (1 - threshold))
    return of_mean(pair, worth * (ours.astype(np.float64) - theirs), *RESTS_ON)


def expected_cost(pair: Pair) -> Difference:
    """Return the difference of the expected costs; below 0 this version is cheaper.

    The interval is from draws of the eight combinations of label and decisions; where exams are
    weighted or several of one patient, from as many exams as tell as much about the difference.

    Raises
    ------
    EmptyStratumError
        When no exam has a label.
    UndefinedError
        When the protocol declares no costs, or they differ from exam to exam.
    """
    costs = pair.stratum.finding.costs
    if costs is None:
        raise UndefinedError(NO_COSTS)
    if costs_differ(pair.protocol, pair.stratum.finding):
        raise UndefinedError(DIFFER)
    ours, theirs = pair.decisions()
    positive = pair.cells.label == 1
    n = int(pair.cells.exams.sum())
    if n == 0:
        msg = "no labelled exam"
        raise EmptyStratumError(msg)
    by_decision = {
        True: (costs.true_positive, costs.false_positive),
        False: (costs.false_negative, costs.true_negative),
    }
    combined, changes = np.zeros(positive.size, dtype=np.intp), np.zeros(COMBINATIONS)
    for index, (label, mine, other) in enumerate(product((True, False), repeat=3)):
        combined[(positive == label) & (ours == mine) & (theirs == other)] = index
        of_label = 0 if label else 1
        changes[index] = by_decision[mine][of_label] - by_decision[other][of_label]
    counts = sum_by(combined, pair.mass, size=COMBINATIONS)
    value = float(counts @ changes) / float(counts.sum())
    if pair.heeds:
        everyone = np.ones(positive.size, dtype=np.bool_)
        size = effective_size(pair, changes[combined], everyone, *RESTS_ON)
        counts = counts / counts.sum() * size
    intervals = pair.protocol.intervals
    rng = generator(intervals.seed, "cost difference", pair.comparator.name, pair.stratum.key)
    draws = draw_probabilities(counts, replicates=intervals.replicates, rng=rng) @ changes
    low, high = percentile_interval(draws, value=value, level=pair.level)
    return Difference(value=value, low=low, high=high, method=pair.named("bootstrap-counts"), n=n)
