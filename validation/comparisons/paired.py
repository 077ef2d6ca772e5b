"""Paired: this version against one other on the same exams."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.stats import binomtest, norm

from validation.bootstrap import draw_probabilities, generator, percentile_interval
from validation.comparisons.differences import Array, Difference, Pair, by_normal
from validation.comparisons.predictive import brier, net_benefit, npv_ratio, ppv_ratio
from validation.counts import sum_by
from validation.errors import EmptyStratumError, UndefinedError
from validation.exam_costs import DIFFER, costs_differ
from validation.intervals import paired_difference
from validation.metrics.discrimination import Placements, place
from validation.protocols.shape import Comparator, Protocol
from validation.strata import Stratum

NO_COSTS = "the protocol declares no costs"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One difference, this version minus the comparator.

    For the metrics that end in ``_ratio`` it is this version over the comparator; 1 is alike.
    """

    comparator: str
    finding: str | None
    metric: str
    by: dict[str, str] = field(default_factory=dict)
    partition: str | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    level: float | None = None
    z: float | None = None
    p: float | None = None
    method: str | None = None
    n: int | None = None
    positives: int | None = None
    negatives: int | None = None
    left_out: int = 0
    undefined: str | None = None


def compare(stratum: Stratum, protocol: Protocol, comparator: Comparator) -> list[Comparison]:
    """Return the differences between this version and a comparator in one stratum.

    AUROC among exams that both scored; sensitivity, specificity and expected cost as
    deployed, on all labelled exams.
    """
    joint = stratum.joint
    has_label = joint.label >= 0
    seen = has_label & ~np.isnan(joint.score) & ~np.isnan(joint.comparators[comparator.name])
    labelled, both = joint.where(has_label), joint.where(seen)
    entries = []
    for metric, measure in MEASURES.items():
        of_scores = metric in {"auroc", "brier"}
        cells = both if of_scores else labelled
        pair = Pair(
            cells=cells,
            theirs=cells.comparators[comparator.name],
            enters=seen if of_scores else has_label,
            stratum=stratum,
            protocol=protocol,
            comparator=comparator,
        )
        entry = Comparison(
            comparator=comparator.name,
            finding=stratum.finding.name,
            metric=metric,
            by=dict(stratum.by),
            partition=stratum.partition,
            positives=int(cells.exams[cells.label == 1].sum()),
            negatives=int(cells.exams[cells.label == 0].sum()),
            left_out=int(labelled.exams.sum() - cells.exams.sum()),
        )
        entries.append(_fill(entry, pair, measure))
    return entries


def _fill(entry: Comparison, pair: Pair, measure: Callable[[Pair], Difference]) -> Comparison:
    """Return the entry with its difference, or with the reason why there is none."""
    try:
        found = measure(pair)
    except UndefinedError as reason:
        return replace(entry, undefined=str(reason))
    return replace(
        entry,
        difference=found.value,
        low=found.low,
        high=found.high,
        level=pair.level,
        method=found.method,
        n=found.n,
        p=found.p,
        z=found.z,
    )


def delong_paired(
    ours: Array, theirs: Array, positive: npt.NDArray[np.bool_], exams: Array
) -> tuple[float, float]:
    """Return the difference of two AUROCs on the same exams, and its variance.

    Parameters
    ----------
    ours, theirs : float64 array, shape (k,)
        The two scores of each cell; both present.
    positive : bool array, shape (k,)
    exams : float64 array, shape (k,)
        Exams per cell.

    Raises
    ------
    EmptyStratumError
        When a class is empty.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44(3):837-845.
    """
    first, second = (place_cells(scores, positive, exams) for scores in (ours, theirs))
    variance = 0.0
    for chosen, gaps, word in (
        (positive, first.of_positives - second.of_positives, "positive"),
        (~positive, first.of_negatives - second.of_negatives, "negative"),
    ):
        gap, counts = gaps[chosen], exams[chosen]
        size = float(counts.sum())
        if size < 2:  # noqa: PLR2004 one exam has no spread
            msg = f"a single {word} exam has no spread"
            raise UndefinedError(msg)
        mean = float(counts @ gap) / size
        variance += float(counts @ (gap - mean) ** 2) / (size - 1) / size
    return first.auroc - second.auroc, variance


def place_cells(scores: Array, positive: npt.NDArray[np.bool_], exams: Array) -> Placements:
    """Return the placements by one set of scores, cell by cell."""
    distinct, where = np.unique(scores, return_inverse=True)
    positives = sum_by(where, exams * positive, size=distinct.size)
    negatives = sum_by(where, exams * ~positive, size=distinct.size)
    placed = place(positives, negatives)
    return replace(
        placed, of_positives=placed.of_positives[where], of_negatives=placed.of_negatives[where]
    )


def auroc_influence(placed: Placements, positive: npt.NDArray[np.bool_], exams: Array) -> Array:
    """Return what one exam of each cell adds to the AUROC, shape (k,)."""
    return np.where(
        positive,
        (placed.of_positives - placed.auroc) / float(exams[positive].sum()),
        (placed.of_negatives - placed.auroc) / float(exams[~positive].sum()),
    )


def _auroc(pair: Pair) -> Difference:
    """Return the difference of the AUROCs by paired DeLong; patients add by their pairs."""
    exams, positive = pair.cells.exams.astype(np.float64), pair.cells.label == 1
    value, variance = delong_paired(pair.cells.score, pair.theirs, positive, exams)
    first, second = (
        auroc_influence(place_cells(scores, positive, exams), positive, exams)
        for scores in (pair.cells.score, pair.theirs)
    )
    variance += pair.by_pairs(first - second)
    if variance <= 0:
        msg = "both rank every exam alike, so that the difference has no spread"
        raise UndefinedError(msg)
    return by_normal(pair, value, variance, method="delong-paired")


def _rate(pair: Pair, *, label: int) -> Difference:
    """Return the difference of the rates of right decisions in one class.

    Newcombe's interval and the exact conditional McNemar test; where several exams are of one
    patient the interval is that of as many independent exams as tell as much, and the test
    divides the sum of the differences by its spread over patients if there were none.
    """
    ours, theirs = pair.decisions()
    of_class = pair.cells.label == label
    right, right_theirs = (ours, theirs) if label == 1 else (~ours, ~theirs)

    def count(mask: npt.NDArray[np.bool_]) -> int:
        return int(pair.cells.exams[of_class & mask].sum())

    first, second = count(right & ~right_theirs), count(~right & right_theirs)
    both, neither = count(right & right_theirs), count(~right & ~right_theirs)
    n = both + first + second + neither
    if n == 0:
        msg = f"no {'positive' if label == 1 else 'negative'} exam"
        raise EmptyStratumError(msg)
    value, discordant = (first - second) / n, first + second
    sign = np.where(of_class, right.astype(np.float64) - right_theirs, 0.0)
    centred = np.where(of_class, (sign - value) / n, 0.0)
    spread = float(pair.cells.exams @ centred**2)
    effect = max(0.0, 1 + pair.by_pairs(centred) / spread) if spread > 0 else 1.0
    if pair.stratum.pairs is None or effect <= 0:
        low, high = paired_difference(both, first, second, neither, level=pair.level)
    else:
        low, high = paired_difference(
            both / effect, first / effect, second / effect, neither / effect, level=pair.level
        )
    z = None
    p = float(binomtest(first, discordant).pvalue) if discordant else 1.0
    if pair.stratum.pairs is not None and discordant:
        under_none = discordant + pair.by_pairs(sign)
        z = (first - second) / math.sqrt(under_none) if under_none > 0 else None
        p = p if z is None else float(2 * norm.sf(abs(z)))
    return Difference(
        value=value, low=low, high=high, method=pair.named("newcombe-paired"), n=n, p=p, z=z
    )


def _sensitivity(pair: Pair) -> Difference:
    return _rate(pair, label=1)


def _specificity(pair: Pair) -> Difference:
    return _rate(pair, label=0)


def _expected_cost(pair: Pair) -> Difference:
    """Return the difference of the expected costs; below 0 this version is cheaper."""
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
    counts, changes = [], []
    for label in (True, False):
        for mine in (True, False):
            for other in (True, False):
                chosen = (positive == label) & (ours == mine) & (theirs == other)
                counts.append(float(pair.cells.exams[chosen].sum()))
                index = 0 if label else 1
                changes.append(by_decision[mine][index] - by_decision[other][index])
    observed, change = np.array(counts), np.array(changes)
    value = float(observed @ change) / n
    intervals = pair.protocol.intervals
    rng = generator(intervals.seed, "cost difference", pair.comparator.name, pair.stratum.key)
    draws = draw_probabilities(observed, replicates=intervals.replicates, rng=rng) @ change
    low, high = percentile_interval(draws, value=value, level=pair.level)
    return Difference(value=value, low=low, high=high, method="bootstrap-counts", n=n)


MEASURES: Mapping[str, Callable[[Pair], Difference]] = {
    "auroc": _auroc,
    "sensitivity": _sensitivity,
    "specificity": _specificity,
    "ppv_ratio": ppv_ratio,
    "npv_ratio": npv_ratio,
    "net_benefit": net_benefit,
    "expected_cost": _expected_cost,
    "brier": brier,
}
