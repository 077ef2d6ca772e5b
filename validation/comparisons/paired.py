"""Paired: this version against one other on the same exams."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

import numpy as np

from validation.comparisons.areas import auroc
from validation.comparisons.differences import NO_SCORES, Difference, Pair
from validation.comparisons.predictive import brier, npv_ratio, ppv_ratio
from validation.comparisons.prices import expected_cost, net_benefit
from validation.comparisons.rates import sensitivity, specificity
from validation.errors import UndefinedError
from validation.protocols.shape import Comparator, Protocol
from validation.strata import Stratum

MEASURES: Final[Mapping[str, Callable[[Pair], Difference]]] = MappingProxyType(
    {
        "auroc": auroc,
        "sensitivity": sensitivity,
        "specificity": specificity,
        "ppv_ratio": ppv_ratio,
        "npv_ratio": npv_ratio,
        "net_benefit": net_benefit,
        "expected_cost": expected_cost,
        "brier": brier,
    }
)
OF_SCORES: Final = frozenset({"auroc", "brier"})


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One difference, this version minus the comparator.

    For the metrics that end in ``_ratio`` it is this version over the comparator; 1 is alike.
    `error_bound` says how far it may lie from that of the scores as they were, where scores were
    merged; the interval does not contain it.
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
    note: str | None = None
    error_bound: float | None = None


def compare(stratum: Stratum, protocol: Protocol, comparator: Comparator) -> list[Comparison]:
    """Return the differences between this version and a comparator in one stratum.

    AUROC and Brier score among exams that both scored; all else as deployed, on all labelled
    exams. Where the tally holds no scores of the comparator, every difference says so.
    """
    joint = stratum.joint
    theirs = joint.comparators.get(comparator.name)
    if theirs is None:
        return [
            Comparison(
                comparator=comparator.name,
                finding=stratum.finding.name,
                metric=metric,
                by=dict(stratum.by),
                partition=stratum.partition,
                undefined=NO_SCORES,
            )
            for metric in MEASURES
        ]
    labelled = joint.label >= 0
    both = labelled & ~np.isnan(joint.score) & ~np.isnan(theirs)
    pairs = {
        of_scores: Pair(enters=enters, stratum=stratum, protocol=protocol, comparator=comparator)
        for of_scores, enters in ((True, both), (False, labelled))
    }
    return [_compared(metric, pairs[metric in OF_SCORES]) for metric in MEASURES]


def _compared(metric: str, pair: Pair) -> Comparison:
    """Return one difference, or the reason why there is none."""
    cells, stratum = pair.cells, pair.stratum
    entry = Comparison(
        comparator=pair.comparator.name,
        finding=stratum.finding.name,
        metric=metric,
        by=dict(stratum.by),
        partition=stratum.partition,
        positives=int(cells.exams[cells.label == 1].sum()),
        negatives=int(cells.exams[cells.label == 0].sum()),
        left_out=stratum.counts.labelled - int(cells.exams.sum()),
    )
    try:
        found = MEASURES[metric](pair)
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
        note=found.note,
        error_bound=found.error_bound,
    )
