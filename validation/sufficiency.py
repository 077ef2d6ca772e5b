"""Sufficiency: what an estimate rests on, and what it lacks under a protocol's minimum."""

from dataclasses import replace

from validation.counts import ScoreCounts
from validation.criteria import Measured
from validation.estimates import Estimate
from validation.metric_names import COMPARED, METRICS, MetricName, RestsOn
from validation.protocols.shape import Protocol

CALIBRATION = {
    "calibration_intercept",
    "calibration_slope",
    "observed_expected",
    "ece",
    "ici",
    "e50",
    "e90",
    "emax",
    "brier_reliability",
    "brier_resolution",
}
AMONG_SCORED = CALIBRATION | {
    "auroc",
    "partial_auroc",
    "average_precision",
    "brier",
    "scaled_brier",
    "log_loss",
}


def weigh(metric: str, estimate: Estimate, counts: ScoreCounts, protocol: Protocol) -> Measured:
    """Return an estimate with the counts it rests on and what they lack.

    Sensitivity rests on positives, specificity on negatives, ranks and prices on both;
    calibration on as many events and non-events as the protocol asks for it. Exams count as
    they are, whatever their weights. Where scores were merged to cells the interval is widened
    by what that may have changed, so that no verdict rests on the merging.
    """
    scored, minimum = metric in AMONG_SCORED, protocol.minimum
    classes = (
        counts.scored_positives if scored else counts.all_positives,
        counts.scored_negatives if scored else counts.all_negatives,
    )
    least = (minimum.positives, minimum.negatives)
    if metric in CALIBRATION:
        least = (minimum.calibration_events, minimum.calibration_events)
    found = _weighed(METRICS[metric], estimate, classes=classes, least=least, ends=(0.0, 1.0))
    return replace(found, max_width=minimum.max_width.get(metric))


def weigh_difference(
    metric: str, estimate: Estimate, *, positives: int, negatives: int, protocol: Protocol
) -> Measured:
    """Return a difference between two versions with the counts it rests on, as `weigh` does.

    Parameters
    ----------
    metric : str
        Of `COMPARED`.
    estimate : Estimate
    positives, negatives : int
        The exams that were compared.
    protocol : Protocol
    """
    least = (protocol.minimum.positives, protocol.minimum.negatives)
    return _weighed(
        COMPARED[metric], estimate, classes=(positives, negatives), least=least, ends=(-1.0, 1.0)
    )


def _weighed(
    known: MetricName,
    estimate: Estimate,
    *,
    classes: tuple[int, int],
    least: tuple[int, int],
    ends: tuple[float, float],
) -> Measured:
    """Return an estimate with what it rests on; `ends` are those of what merging may change."""
    if known.rests_on is RestsOn.EXAMS:
        n = estimate.n or 0
        counted, short = _count(n, "exams"), [(n, max(least), "exams")]
    else:
        both = [(classes[0], least[0], "positives"), (classes[1], least[1], "negatives")]
        short = {RestsOn.POSITIVES: both[:1], RestsOn.NEGATIVES: both[1:]}.get(known.rests_on, both)
        counted = " and ".join(_count(found, word) for found, _, word in short)
    lacking = [
        f"{_count(found, word)}, fewer than the {required:,} required"
        for found, required, word in short
        if found < required and not (found == 0 and estimate.value is None)
    ]
    low, high, why = widened(estimate.low, estimate.high, estimate.error_bound, ends=ends)
    if why is not None:
        counted += f"; {why}"
    return Measured(
        value=estimate.value, low=low, high=high,
        undefined=estimate.undefined, n=estimate.n, events=estimate.events, rests_on=counted,
        shortage="; ".join(lacking) or None,
    )  # fmt: skip


def widened(
    low: float | None,
    high: float | None,
    bound: float | None,
    *,
    ends: tuple[float, float] = (0.0, 1.0),
) -> tuple[float | None, float | None, str | None]:
    """Return an interval with what merging scores may have changed, and why if it did.

    It stays between the two ends: those of an area, unless said otherwise.
    """
    if low is None or high is None or bound is None:
        return low, high, None
    why = f"the interval widened by {bound:.1g} because scores were merged"
    return max(low - bound, ends[0]), min(high + bound, ends[1]), why


def _count(n: int, word: str) -> str:
    """Return a number of things, one of them in the singular."""
    return f"{n:,} {word.removesuffix('s') if n == 1 else word}"
