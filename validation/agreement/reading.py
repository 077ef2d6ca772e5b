"""Reading: the agreement of the readers in one stratum, with intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.agreement.against import UNPAIRED, Against, against
from validation.agreement.fusion import Fused, tell_fusion
from validation.agreement.measures import (
    Array,
    Calls,
    Measure,
    cohen_kappa,
    fleiss_kappa,
    in_calls,
    jackknife_influences,
    krippendorff_alpha,
    percent_agreement,
)
from validation.comparisons.influence import covariance
from validation.counts import sum_by
from validation.errors import UndefinedError
from validation.estimates import Estimate
from validation.intervals import normal_quantile
from validation.protocols.shape import Protocol
from validation.strata import Stratum
from validation.tallies.cells import WEIGHT

NO_CALLS: Final = "the tally holds no calls of readers: they do not leave a site that hides counts"
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
    of them on which as many said yes as no. `fusion` is that of three readers or more.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    readers: tuple[str, ...] = ()
    called: int = 0
    undecided: int = 0
    measures: tuple[Agreed, ...] = ()
    fusion: Fused | None = None
    against: tuple[Against, ...] = ()


def agreement(stratum: Stratum, protocol: Protocol) -> Agreement:
    """Return the agreement of all readers and of each pair of them, in one stratum.

    Where the tally holds no readers' calls, every measure says so.
    """
    names = tuple(reader.name for reader in protocol.readers)
    entry = Agreement(
        finding=stratum.finding.name,
        partition=stratum.partition,
        by=dict(stratum.by),
        readers=names,
    )
    asked = [(key, measure, names) for key, measure in TOGETHER.items()]
    asked += [("cohen_kappa", cohen_kappa, pair) for pair in combinations(names, 2)]
    if not set(names) <= set(stratum.joint.readers):
        nothing = Estimate(value=None, undefined=NO_CALLS)
        return replace(
            entry,
            measures=tuple(
                Agreed(measure=key, between=between, estimate=nothing) for key, _, between in asked
            ),
        )
    read = _read(stratum, names)
    fusion, answers = tell_fusion(read.calls, read.mass, names)
    fused = None if answers is None else answers[read.place]
    ones, zeros = (read.calls == 1).sum(axis=1), (read.calls == 0).sum(axis=1)
    return replace(
        entry,
        called=int(read.exams[ones + zeros > 0].sum()),
        undecided=int(read.exams[(ones == zeros) & (ones > 0)].sum()),
        measures=tuple(
            Agreed(
                measure=key,
                between=between,
                estimate=_estimate(
                    key, measure, read.among([names.index(name) for name in between]),
                    level=protocol.intervals.level,
                ),
            )
            for key, measure, between in asked
        ),
        fusion=fusion,
        against=against(stratum, protocol, fused=fused),
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class _Read:
    """The distinct patterns of calls in one stratum.

    Attributes
    ----------
    calls : int8 array, shape (k, r)
    exams, mass : float64 array, shape (k,)
        How many exams have each pattern, and what they count for.
    place : int array
        The pattern of each cell of `Stratum.joint`.
    """

    stratum: Stratum
    calls: Calls
    exams: Array
    mass: Array
    place: npt.NDArray[np.intp]

    def among(self, readers: Sequence[int]) -> "_Read":
        """Return what some of the readers said."""
        return replace(self, calls=self.calls[:, list(readers)])


def _read(stratum: Stratum, names: tuple[str, ...]) -> _Read:
    cells = stratum.joint
    calls = np.stack([cells.readers[name] for name in names], axis=1)
    patterns, place = np.unique(calls, axis=0, return_inverse=True)
    place = place.reshape(-1)
    return _Read(
        stratum=stratum,
        calls=patterns,
        exams=sum_by(place, cells.exams.astype(np.float64), size=len(patterns)),
        mass=sum_by(place, cells.amount(WEIGHT), size=len(patterns)),
        place=place,
    )


def _estimate(key: str, measure: Measure, read: _Read, *, level: float) -> Estimate:
    """Return a measure with its jackknife interval, or the reason why there is none."""
    several = (read.calls >= 0).sum(axis=1) > 1
    n, counts = int(read.exams[several].sum()), read.stratum.counts
    mass = in_calls(read.calls, read.exams, read.mass)
    try:
        value = measure(read.calls, mass)
    except UndefinedError as reason:
        return Estimate(value=None, undefined=str(reason), n=n)
    try:
        half = normal_quantile(level) * _error(key, measure, read)
    except UndefinedError as reason:
        return Estimate(value=value, n=n, note=f"no interval: {reason}")
    unlabelled = read.stratum.joint.label < 0
    is_unpaired = counts.clusters is not None and bool(several[read.place[unlabelled]].any())
    return Estimate(
        value=value, low=value - half, high=min(1.0, value + half), level=level,
        method="jackknife" + counts.kind, n=n, note=UNPAIRED if is_unpaired else None,
    )  # fmt: skip


def _error(key: str, measure: Measure, read: _Read) -> float:
    """Return the standard error of a measure, by weight and by patient.

    Raises
    ------
    UndefinedError
        When the measure does not exist without some exam, or all exams are of one patient.
    """
    stratum, counts = read.stratum, read.stratum.counts
    mass = in_calls(read.calls, read.exams, read.mass)
    try:
        influences = jackknife_influences(measure, read.calls, read.exams, mass)
    except UndefinedError as reason:
        msg = f"without one exam, {reason}"
        raise UndefinedError(msg) from reason
    # Back from the scale of calls to that of the weights, in which squares and pairs are kept.
    influences *= float(mass.sum()) / float(read.mass.sum())
    variance = float(covariance(stratum, influences[read.place][:, None])[0, 0])
    if counts.clusters is not None:
        k, n = counts.clusters.patients, float(read.exams.sum())
        if k < 2:  # noqa: PLR2004 one patient has no spread
            msg = "all exams are of one patient"
            raise UndefinedError(msg)
        variance *= k / (k - 1) * (n - 1) / n
    return math.sqrt(max(0.0, variance) * counts.largest_effect(key))
