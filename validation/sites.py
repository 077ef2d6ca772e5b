"""Sites: how far hospitals differ, and what a new one may expect (random effects)."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import brentq
from scipy.stats import chi2
from scipy.stats import t as student

from validation.counts import ScoreCounts, confusion_as_deployed
from validation.errors import UndefinedError
from validation.intervals import expit, logit
from validation.metrics.calibration import RANKS, log_observed_expected, slope_and_variance
from validation.metrics.discrimination import delong
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.strata import SITE, Strata

Array = npt.NDArray[np.float64]

METHOD = "REML+HKSJ"
FEWEST_FOR_PREDICTION = 3
STABLE_FROM = 5
GRID = 400


@dataclass(frozen=True, kw_only=True)
class RandomEffects:
    """A random-effects summary on the scale of its inputs.

    Attributes
    ----------
    mean, low, high : float
        The mean of the distribution of sites and its interval.
    tau2 : float
        The variance between sites.
    q, q_p, i2 : float
        Cochran's Q, its p value, and (Q - df) / Q.
    prediction : tuple of float or None
        Where the true value of a new site may lie; None below three sites.
    """

    mean: float
    low: float
    high: float
    tau2: float
    q: float
    q_p: float
    i2: float
    prediction: tuple[float, float] | None


@dataclass(frozen=True, kw_only=True)
class Pooled:
    """One metric over the sites, on its own scale."""

    finding: str | None
    metric: str
    scale: str
    method: str = METHOD
    partition: str | None = None
    by: dict[str, str] = field(default_factory=dict)
    k: int
    level: float
    pooled: float | None = None
    low: float | None = None
    high: float | None = None
    tau2: float | None = None
    i2: float | None = None
    q: float | None = None
    q_p: float | None = None
    prediction_low: float | None = None
    prediction_high: float | None = None
    leave_one_out: dict[str, float] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()
    undefined: str | None = None
    note: str | None = None


def pool(values: Array, variances: Array, *, level: float) -> RandomEffects:
    """Return the random-effects summary of k ≥ 2 estimates with known variances.

    τ² is estimated by restricted maximum likelihood; the interval is Hartung's, Knapp's,
    Sidik's and Jonkman's with the guard that it is never narrower than the classic one; the
    prediction interval uses Student's t with k - 1 degrees of freedom, as metafor does.

    Parameters
    ----------
    values, variances : float64 array, shape (k,)
    level : float

    References
    ----------
    IntHout J, Ioannidis JPA, Borm GF. The Hartung-Knapp-Sidik-Jonkman method for random
    effects meta-analysis is straightforward. BMC Med Res Methodol 2014;14:25.
    Snell KIE, Ensor J, Debray TPA, Moons KGM, Riley RD. Meta-analysis of prediction model
    performance across multiple studies. Stat Methods Med Res 2018;27(11):3505-3522.
    Viechtbauer W. Conducting meta-analyses in R with the metafor package. J Stat Softw
    2010;36(3):1-48. doi:10.18637/jss.v036.i03
    """
    df = values.size - 1
    tau2 = reml(values, variances)
    weights = 1 / (variances + tau2)
    mean = float(weights @ values / weights.sum())
    spread = float(weights @ (values - mean) ** 2) / df
    error2 = max(1.0, spread) / float(weights.sum())
    quantile = float(student.ppf(0.5 + level / 2, df))
    half, wide = quantile * math.sqrt(error2), quantile * math.sqrt(tau2 + error2)
    fixed = 1 / variances
    q = float(fixed @ (values - float(fixed @ values / fixed.sum())) ** 2)
    enough = values.size >= FEWEST_FOR_PREDICTION
    return RandomEffects(
        mean=mean,
        low=mean - half,
        high=mean + half,
        tau2=tau2,
        q=q,
        q_p=float(chi2.sf(q, df)),
        i2=max(0.0, (q - df) / q) if q > 0 else 0.0,
        prediction=(mean - wide, mean + wide) if enough else None,
    )


def reml(values: Array, variances: Array) -> float:
    """Return the restricted-maximum-likelihood estimate of the variance between sites.

    The derivative of the likelihood is searched for falling zeros from 0 upwards; the best of
    them and of 0 is taken.
    """

    def centred(tau2: float) -> tuple[Array, Array]:
        weights = 1 / (variances + tau2)
        return weights, values - float(weights @ values / weights.sum())

    def slope(tau2: float) -> float:
        w, rest = centred(tau2)
        return float((w * w) @ rest**2 - w.sum() + (w * w).sum() / w.sum())

    def likelihood(tau2: float) -> float:
        w, rest = centred(tau2)
        return float(np.log(w).sum() - np.log(w.sum()) - w @ rest**2)

    top = 10 * (float(np.var(values)) * values.size + float(variances.max()))
    grid = np.concatenate([[0.0], np.geomspace(top * 1e-10, top, GRID)])
    slopes = [slope(float(x)) for x in grid]
    falling = [i for i in range(GRID) if slopes[i] > 0 >= slopes[i + 1]]
    zeros = [brentq(slope, grid[i], grid[i + 1], xtol=1e-15, rtol=1e-13) for i in falling]
    return max([0.0, *(float(zero) for zero in zeros)], key=likelihood)


@dataclass(frozen=True, kw_only=True)
class _Kind:
    """How a metric is carried to the scale on which sites are pooled, and back."""

    scale: str
    back: Callable[[float], float]
    measure: Callable[[ScoreCounts, Finding], tuple[float, float, bool]]


def _auroc(counts: ScoreCounts, _finding: Finding) -> tuple[float, float, bool]:
    value, variance = delong(counts)
    if variance is None:
        msg = "DeLong's variance is 0 or unknown"
        raise UndefinedError(msg)
    return logit(value), variance / (value * (1 - value)) ** 2, False


def _proportion(events: int, rest: int, *, empty: str) -> tuple[float, float, bool]:
    """Return log-odds and variance; half an exam is added to both where one is 0."""
    if events + rest == 0:
        raise UndefinedError(empty)
    lacking = 0 in {events, rest}
    a, b = (events + 0.5, rest + 0.5) if lacking else (float(events), float(rest))
    return math.log(a / b), 1 / a + 1 / b, lacking


def _sensitivity(counts: ScoreCounts, finding: Finding) -> tuple[float, float, bool]:
    point = finding.operating_point
    table = confusion_as_deployed(counts, threshold=_threshold(finding), point=point)
    return _proportion(table.tp, table.fn, empty="no positive exam")


def _specificity(counts: ScoreCounts, finding: Finding) -> tuple[float, float, bool]:
    point = finding.operating_point
    table = confusion_as_deployed(counts, threshold=_threshold(finding), point=point)
    return _proportion(table.tn, table.fp, empty="no negative exam")


def _threshold(finding: Finding) -> float:
    if finding.operating_point.threshold is None:
        msg = "the protocol declares no operating point"
        raise UndefinedError(msg)
    return finding.operating_point.threshold


def _observed_expected(counts: ScoreCounts, _finding: Finding) -> tuple[float, float, bool]:
    return *log_observed_expected(counts), False


def _slope(counts: ScoreCounts, _finding: Finding) -> tuple[float, float, bool]:
    return *slope_and_variance(counts), False


KINDS: Mapping[str, _Kind] = {
    "auroc": _Kind(scale="logit", back=expit, measure=_auroc),
    "sensitivity": _Kind(scale="logit", back=expit, measure=_sensitivity),
    "specificity": _Kind(scale="logit", back=expit, measure=_specificity),
    "observed_expected": _Kind(scale="log", back=math.exp, measure=_observed_expected),
    "calibration_slope": _Kind(scale="identity", back=float, measure=_slope),
}
NEED_PROBABILITIES = {"observed_expected", "calibration_slope"}


def spread_between_sites(strata: Strata, protocol: Protocol, finding: Finding) -> list[Pooled]:
    """Return the random-effects summary of every metric over the sites of a finding."""
    partition = strata.judged
    levels = strata.levels(finding, partition, SITE)
    found = [(level, strata.find(finding, partition, {SITE: level})) for level in levels]
    sites = [(level, stratum.counts) for level, stratum in found if stratum is not None]
    if not sites:
        return []
    return [_summarise(metric, sites, finding, protocol, partition=partition) for metric in KINDS]


def _summarise(
    metric: str,
    sites: Sequence[tuple[str, ScoreCounts]],
    finding: Finding,
    protocol: Protocol,
    *,
    partition: str | None,
) -> Pooled:
    """Return one metric over the sites."""
    kind = KINDS[metric]
    if metric in NEED_PROBABILITIES and protocol.score_kind is ScoreKind.RANK:
        return Pooled(
            finding=finding.name, metric=metric, scale=kind.scale, partition=partition, k=0,
            level=protocol.intervals.level, undefined=RANKS,
        )  # fmt: skip
    measured: dict[str, tuple[float, float]] = {}
    left_out: dict[str, str] = {}
    corrected: list[str] = []
    for name, counts in sites:
        try:
            value, variance, was_corrected = kind.measure(counts, finding)
        except UndefinedError as reason:
            left_out[name] = str(reason)
            continue
        measured[name] = (value, variance)
        if was_corrected:
            corrected.append(name)
    shared = Pooled(
        finding=finding.name, metric=metric, scale=kind.scale, partition=partition,
        k=len(measured), level=protocol.intervals.level, left_out=left_out,
        corrected=tuple(corrected),
    )  # fmt: skip
    return _fill(shared, measured, kind)


def _fill(empty: Pooled, measured: Mapping[str, tuple[float, float]], kind: _Kind) -> Pooled:
    """Return the summary with its numbers, carried back to the metric's own scale."""
    k = len(measured)
    if k < 2:  # noqa: PLR2004 a spread needs two
        reason = f"{k} site{'' if k == 1 else 's'} with an estimate; a spread needs two"
        return replace(empty, undefined=reason)
    values = np.array([value for value, _ in measured.values()])
    variances = np.array([variance for _, variance in measured.values()])
    effects = pool(values, variances, level=empty.level)
    without: dict[str, float] = {}
    if k > 2:  # noqa: PLR2004 what is left must still be two
        for i, name in enumerate(measured):
            rest = pool(np.delete(values, i), np.delete(variances, i), level=empty.level)
            without[name] = kind.back(rest.mean)
    low, high = effects.prediction or (None, None)
    return replace(
        empty,
        pooled=kind.back(effects.mean),
        low=kind.back(effects.low),
        high=kind.back(effects.high),
        tau2=effects.tau2,
        i2=effects.i2,
        q=effects.q,
        q_p=effects.q_p,
        prediction_low=None if low is None else kind.back(low),
        prediction_high=None if high is None else kind.back(high),
        leave_one_out=without,
        note=_note(k, corrected=empty.corrected),
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
