"""Reading: the agreement of the readers in one stratum, with intervals."""

from dataclasses import dataclass, field
from itertools import combinations

import numpy as np

from validation.agreement.against import Against, against
from validation.agreement.measures import (
    Array,
    Calls,
    Measure,
    cohen_kappa,
    fleiss_kappa,
    jackknife_error,
    krippendorff_alpha,
    percent_agreement,
)
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.intervals import normal_quantile
from validation.protocols.shape import Protocol
from validation.strata import Stratum

TOGETHER: dict[str, Measure] = {
    "percent_agreement": percent_agreement,
    "fleiss_kappa": fleiss_kappa,
    "krippendorff_alpha": krippendorff_alpha,
}


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One measure of agreement between some readers."""

    measure: str
    between: tuple[str, ...]
    estimate: Estimate


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far the readers of one stratum say the same.

    `called` counts the exams on which at least one reader said something, `undecided` those
    of them on which as many said yes as no.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    called: int = 0
    undecided: int = 0
    measures: tuple[Agreed, ...] = ()
    against: tuple[Against, ...] = ()


def agreement(stratum: Stratum, protocol: Protocol) -> Agreement:
    """Return the agreement of all readers and of each pair of them, in one stratum."""
    names = tuple(reader.name for reader in protocol.readers)
    calls, exams = _patterns(stratum, names)
    level = protocol.intervals.level
    found = [
        Agreed(measure=key, between=names, estimate=_estimate(measure, calls, exams, level))
        for key, measure in TOGETHER.items()
    ]
    found += [
        Agreed(
            measure="cohen_kappa",
            between=(names[first], names[second]),
            estimate=_estimate(cohen_kappa, calls[:, [first, second]], exams, level),
        )
        for first, second in combinations(range(len(names)), 2)
    ]
    ones, zeros = (calls == 1).sum(axis=1), (calls == 0).sum(axis=1)
    return Agreement(
        finding=stratum.finding.name,
        partition=stratum.partition,
        by=dict(stratum.by),
        readers=names,
        called=int(exams[ones + zeros > 0].sum()),
        undecided=int(exams[(ones == zeros) & (ones > 0)].sum()),
        measures=tuple(found),
        against=against(stratum, protocol),
    )


def _patterns(stratum: Stratum, names: tuple[str, ...]) -> tuple[Calls, Array]:
    """Return the distinct patterns of calls, shape (k, r), and how many exams have each."""
    calls = np.stack([stratum.joint.readers[name] for name in names], axis=1)
    patterns, place = np.unique(calls, axis=0, return_inverse=True)
    exams = np.zeros(len(patterns))
    np.add.at(exams, place.reshape(-1), stratum.joint.exams)
    return patterns, exams


def _estimate(measure: Measure, calls: Calls, exams: Array, level: float) -> Estimate:
    """Return a measure with its jackknife interval, or the reason why there is none."""
    n = int(exams[(calls >= 0).sum(axis=1) > 1].sum())
    try:
        value = measure(calls, exams)
    except UndefinedError as reason:
        return Estimate(value=None, undefined=str(reason), n=n)
    try:
        half = normal_quantile(level) * jackknife_error(measure, calls, exams)
    except UndefinedError as reason:
        return Estimate(value=value, n=n, note=f"no interval: without one exam, {reason}")
    return Estimate(
        value=value, low=value - half, high=min(1.0, value + half), level=level,
        method="jackknife", n=n,
    )  # fmt: skip
