"""Sufficiency: what an estimate rests on, and what it lacks under a protocol's minimum."""

from validation.counts import ScoreCounts
from validation.criteria import Measured
from validation.estimates import Estimate
from validation.metric_names import METRICS, RestsOn
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
    scored = metric in AMONG_SCORED
    positives = counts.scored_positives if scored else counts.all_positives
    negatives = counts.scored_negatives if scored else counts.all_negatives
    known = METRICS[metric]
    minimum = protocol.minimum
    least = (minimum.positives, minimum.negatives)
    if metric in CALIBRATION:
        least = (minimum.calibration_events, minimum.calibration_events)
    if known.rests_on is RestsOn.EXAMS:
        n = estimate.n or 0
        required = max(least)
        counted, short = _count(n, "exams"), [(n, required, "exams")]
    else:
        both = [(positives, least[0], "positives"), (negatives, least[1], "negatives")]
        short = {RestsOn.POSITIVES: both[:1], RestsOn.NEGATIVES: both[1:]}.get(known.rests_on, both)
        counted = " and ".join(_count(found, word) for found, _, word in short)
    lacking = [
        f"{_count(found, word)}, fewer than the {required:,} required"
        for found, required, word in short
        if found < required and not (found == 0 and estimate.value is None)
    ]
    low, high, why = widened(estimate.low, estimate.high, estimate.error_bound)
    if why is not None:
        counted += f"; {why}"
    return Measured(
        value=estimate.value, low=low, high=high,
        undefined=estimate.undefined, n=estimate.n, events=estimate.events, rests_on=counted,
        shortage="; ".join(lacking) or None, max_width=minimum.max_width.get(metric),
    )  # fmt: skip


def widened(
    low: float | None, high: float | None, bound: float | None
) -> tuple[float | None, float | None, str | None]:
    """Return an interval in 0 to 1 with what merging scores may have changed, and why if it did."""
    if low is None or high is None or bound is None:
        return low, high, None
    why = f"the interval widened by {bound:.1g} because scores were merged"
    return max(low - bound, 0.0), min(high + bound, 1.0), why


def _count(n: int, word: str) -> str:
    """Return a number of things, one of them in the singular."""
    return f"{n:,} {word.removesuffix('s') if n == 1 else word}"
