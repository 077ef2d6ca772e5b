"""Spread: every pooled metric over the sites of a finding (random effects)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from validation.intervals import normal_quantile
from validation.measures import measure_one
from validation.metrics.calibration import RANKS
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.sites.random_effects import FEWEST_FOR_PREDICTION, pool, shrink
from validation.sites.scales import (
    NEED_PROBABILITIES,
    SCALES,
    Placed,
    Scale,
    corrected,
    place_each,
)
from validation.sites.variance import ESTIMATORS, Method
from validation.strata import SITE, Strata, Stratum

Array = npt.NDArray[np.float64]

STABLE_FROM = 5


@dataclass(frozen=True, kw_only=True)
class Without:
    """What is pooled when one site is left out."""

    pooled: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, kw_only=True)
class OtherSpread:
    """What is pooled when the variance between sites is estimated otherwise."""

    method: str
    pooled: float
    low: float
    high: float
    tau2: float


@dataclass(frozen=True, kw_only=True)
class WorstSite:
    """The site that did worst, by itself and seen among the others.

    Attributes
    ----------
    value, low, high : float or None
        As in its stratum.
    shrunken, shrunken_low, shrunken_high : float
        Drawn towards the mean of all sites: the worst of many is worst partly by chance.
    weight : float
        How much of its own estimate it keeps, 0 to 1.
    """

    site: str
    value: float | None
    low: float | None
    high: float | None
    shrunken: float
    shrunken_low: float
    shrunken_high: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """One metric over the sites, on its own scale.

    Attributes
    ----------
    method : str
        How the variance between sites was estimated, and the interval made: "REML+HKSJ".
    i2 : float or None
        (Q - df) / Q.
    i2_tau2 : float or None
        τ² / (τ² + the typical variance within a site).
    is_unstable : bool or None
        Whether the spread rests on fewer than five sites; None where there is none.
    leave_one_out : mapping of str to Without
        By the site that is left out.
    also : tuple of OtherSpread
        The same under the two other estimates of τ²: whether the choice matters.
    """

    finding: str | None
    metric: str
    scale: str
    method: str
    partition: str | None = None
    by: dict[str, str] = field(default_factory=dict)
    k: int
    level: float
    pooled: float | None = None
    low: float | None = None
    high: float | None = None
    tau2: float | None = None
    i2: float | None = None
    i2_tau2: float | None = None
    q: float | None = None
    q_p: float | None = None
    prediction_low: float | None = None
    prediction_high: float | None = None
    is_unstable: bool | None = None
    worst: WorstSite | None = None
    leave_one_out: dict[str, Without] = field(default_factory=dict)
    also: tuple[OtherSpread, ...] = ()
    left_out: dict[str, str] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()
    undefined: str | None = None
    note: str | None = None


def spread_between_sites(
    strata: Strata, protocol: Protocol, finding: Finding, *, metrics: Sequence[str] = tuple(SCALES)
) -> list[Pooled]:
    """Return the random-effects summary of metrics over the sites of a finding."""
    levels = strata.levels(finding, strata.judged, SITE)
    found = [(level, strata.find(finding, strata.judged, {SITE: level})) for level in levels]
    sites = {level: stratum for level, stratum in found if stratum is not None}
    if not sites:
        return []
    return [_summarise(metric, sites, finding, protocol) for metric in metrics]


def pooled_alone(
    strata: Strata, protocol: Protocol, finding: Finding, metric: str
) -> Pooled | None:
    """Return one metric over the sites; None where it is not pooled or there is no site."""
    if metric not in SCALES:
        return None
    return next(iter(spread_between_sites(strata, protocol, finding, metrics=[metric])), None)


def _summarise(
    metric: str, sites: Mapping[str, Stratum], finding: Finding, protocol: Protocol
) -> Pooled:
    """Return one metric over the sites."""
    scale, chosen = SCALES[metric], protocol.intervals.between_sites
    empty = Pooled(
        finding=finding.name, metric=metric, scale=scale.name, method=f"{chosen}+HKSJ",
        partition=next(iter(sites.values())).partition, k=0, level=protocol.intervals.level,
    )  # fmt: skip
    if metric in NEED_PROBABILITIES and protocol.score_kind is ScoreKind.RANK:
        return replace(empty, undefined=RANKS)
    measured, left_out = place_each(metric, sites, finding)
    k = len(measured)
    shared = replace(empty, k=k, left_out=left_out, corrected=corrected(measured))
    if k < 2:  # noqa: PLR2004 a spread needs two
        few = f"{k} site{'' if k == 1 else 's'} with an estimate; a spread needs two"
        return replace(shared, undefined=few)
    filled = _fill(shared, measured, scale, chosen)
    return replace(filled, worst=_worst(metric, measured, sites, protocol))


def _fill(empty: Pooled, measured: Mapping[str, Placed], scale: Scale, chosen: Method) -> Pooled:
    """Return the summary with its numbers, carried back to the metric's own scale."""
    k, back = len(measured), scale.back
    values, variances = _arrays(measured)
    effects = pool(values, variances, level=empty.level, method=chosen)
    low, high = effects.prediction or (None, None)
    return replace(
        empty,
        pooled=back(effects.mean),
        low=back(effects.low),
        high=back(effects.high),
        tau2=effects.tau2,
        i2=effects.i2,
        i2_tau2=effects.i2_tau2,
        q=effects.q,
        q_p=effects.q_p,
        prediction_low=None if low is None else back(low),
        prediction_high=None if high is None else back(high),
        is_unstable=k < STABLE_FROM,
        leave_one_out=_without_each(measured, scale, chosen, level=empty.level),
        also=_otherwise(values, variances, scale, chosen, level=empty.level),
        note=_note(k, corrected=empty.corrected),
    )


def _arrays(measured: Mapping[str, Placed]) -> tuple[Array, Array]:
    """Return the values and the variances of some sites, each of shape (k,)."""
    return (
        np.array([one.value for one in measured.values()], dtype=np.float64),
        np.array([one.variance for one in measured.values()], dtype=np.float64),
    )


def _without_each(
    measured: Mapping[str, Placed], scale: Scale, chosen: Method, *, level: float
) -> dict[str, Without]:
    """Return what is pooled without each site in turn; nothing where one would be left."""
    if len(measured) <= 2:  # noqa: PLR2004 what is left must still be two
        return {}
    values, variances = _arrays(measured)
    found = {}
    for i, name in enumerate(measured):
        rest = pool(np.delete(values, i), np.delete(variances, i), level=level, method=chosen)
        ends = (scale.back(x) for x in (rest.mean, rest.low, rest.high))
        found[name] = Without(**dict(zip(("pooled", "low", "high"), ends, strict=True)))
    return found


def _otherwise(
    values: Array, variances: Array, scale: Scale, chosen: Method, *, level: float
) -> tuple[OtherSpread, ...]:
    """Return the pooled value under the estimates of τ² that were not chosen."""
    others: list[Method] = [method for method in ESTIMATORS if method != chosen]
    summaries = [pool(values, variances, level=level, method=method) for method in others]
    return tuple(
        OtherSpread(
            method=method,
            pooled=scale.back(one.mean),
            low=scale.back(one.low),
            high=scale.back(one.high),
            tau2=one.tau2,
        )
        for method, one in zip(others, summaries, strict=True)
    )


def _worst(
    metric: str, measured: Mapping[str, Placed], sites: Mapping[str, Stratum], protocol: Protocol
) -> WorstSite:
    """Return the site that did worst, and what is left of that seen among the others."""
    scale, level = SCALES[metric], protocol.intervals.level
    names = list(measured)
    at = max(range(len(names)), key=lambda i: scale.badness(measured[names[i]].value))
    drawn = shrink(*_arrays(measured), method=protocol.intervals.between_sites)
    value, half = float(drawn.values[at]), normal_quantile(level) * float(drawn.errors[at])
    alone = measure_one(metric, sites[names[at]], protocol, level=level)
    return WorstSite(
        site=names[at],
        value=alone.value,
        low=alone.low,
        high=alone.high,
        shrunken=scale.back(value),
        shrunken_low=scale.back(value - half),
        shrunken_high=scale.back(value + half),
        weight=float(drawn.weights[at]),
    )


def _note(k: int, *, corrected: Sequence[str]) -> str | None:
    notes = []
    if k < FEWEST_FOR_PREDICTION:
        notes.append("no prediction interval below three sites")
    elif k < STABLE_FROM:
        notes.append(f"the spread rests on {k} sites and is unstable below {STABLE_FROM}")
    if corrected:
        notes.append(f"half an exam added where a rate is 0 or 1: {', '.join(corrected)}")
    return "; ".join(notes) or None
