"""Gaps that rest on the scores: AUROC, and observed against predicted risk."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.special import expit

from validation.bootstrap import Draws, generator
from validation.errors import UndefinedError
from validation.fairness.gaps import (
    TOO_FEW_LEVELS,
    Gap,
    Level,
    difference,
    interval_of_gap,
    ratio,
)
from validation.hidden import require_told
from validation.intervals import logit
from validation.metrics.calibration import RANKS
from validation.metrics.discrimination import delong
from validation.protocols.shape import Protocol, ScoreKind


def gaps_of_scores(levels: Sequence[Level], protocol: Protocol, *, empty: Gap) -> list[Gap]:
    """Return the gaps that rest on the scores: AUROC, and observed against predicted risk."""
    gaps = [
        _normal_gap(replace(empty, metric=f"auroc_{form}"), levels, _place_auroc, protocol)
        for form in ("difference", "ratio")
    ]
    calibration = replace(empty, metric="calibration_gap")
    if protocol.score_kind is ScoreKind.RANK:
        return [*gaps, replace(calibration, undefined=RANKS)]
    return [*gaps, _normal_gap(calibration, levels, _place_excess, protocol)]


def _place_auroc(one: Level) -> tuple[float, float]:
    """Return the log-odds of a level's AUROC and their standard error."""
    value, variance = delong(one.stratum.counts)
    if variance is None:
        msg = "DeLong's variance is 0 or unknown"
        raise UndefinedError(msg)
    return logit(value), float(np.sqrt(variance)) / (value * (1 - value))


def _place_excess(one: Level) -> tuple[float, float]:
    """Return observed minus mean predicted risk of a level of both classes, and its error."""
    counts = one.stratum.counts
    n, positives, negatives = counts.scored, counts.mass_of_positives, counts.mass_of_negatives
    mass = float(positives.sum() + negatives.sum())
    rest_1, rest_0 = 1 - counts.means, -counts.means
    mean = float(positives @ rest_1 + negatives @ rest_0) / mass
    of_positives, of_negatives = (rest_1 - mean) / mass, (rest_0 - mean) / mass
    variance = counts.variance("calibration_gap", of_positives, of_negatives)
    return mean, float(np.sqrt(variance * n / (n - 1)))


def _normal_gap(
    gap: Gap,
    levels: Sequence[Level],
    measure: Callable[[Level], tuple[float, float]],
    protocol: Protocol,
) -> Gap:
    """Return a gap of levels whose estimates are normal on some scale."""
    placed: dict[str, tuple[float, float]] = {}
    left_out: dict[str, str] = {}
    for one in levels:
        try:
            _require_minimum(one, protocol)
            placed[one.name] = measure(one)
        except UndefinedError as reason:
            left_out[one.name] = str(reason)
    if len(placed) < 2:  # noqa: PLR2004 a gap needs two
        return replace(gap, undefined=TOO_FEW_LEVELS, left_out=left_out)
    names = list(placed)
    centres = np.array([centre for centre, _ in placed.values()])
    errors = np.array([error for _, error in placed.values()])
    is_auroc, is_ratio = gap.metric.startswith("auroc"), gap.metric.endswith("_ratio")
    places = ",".join(f"{name}={level}" for name, level in sorted(gap.by.items()))
    rng = generator(
        protocol.intervals.seed, gap.metric, gap.attribute, gap.finding or "",
        gap.partition or "", places,
    )  # fmt: skip
    noise = rng.standard_normal((protocol.intervals.replicates, errors.size)) * errors
    shared = float(centres @ errors**-2.0 / (errors**-2.0).sum()) if errors.all() else 0.0

    def back(x: Draws) -> Draws:
        return np.asarray(expit(x)) if is_auroc else x

    values, drawn = back(centres), back(centres + noise)
    spread = ratio if is_ratio else difference
    lowest, highest = int(values.argmin()), int(values.argmax())
    value = float(spread(values[None, :])[0])
    if is_auroc:
        worst, best = lowest, highest
    else:
        worst, best = sorted((lowest, highest), key=lambda i: -abs(float(values[i])))
    signed = drawn[:, highest] - drawn[:, lowest]
    if is_ratio:
        signed = drawn[:, lowest] / drawn[:, highest]
    low, high = interval_of_gap(
        spread(drawn), signed, difference(drawn - values), value=value,
        apart=float(values.max() - values.min()), level=gap.level or 0.0, is_ratio=is_ratio,
    )  # fmt: skip
    return replace(
        gap, value=value, low=low, high=high, method="normal-draws", left_out=left_out,
        worst=names[worst], best=names[best],
        expected_by_chance=float(spread(back(shared + noise)).mean()),
    )  # fmt: skip


def _require_minimum(one: Level, protocol: Protocol) -> None:
    """Raise when a level holds too few of a class to be compared."""
    require_told("auroc", one.stratum)
    counts, minimum = one.stratum.counts, protocol.minimum
    for found, required, word in (
        (counts.scored_positives, minimum.positives, "positives"),
        (counts.scored_negatives, minimum.negatives, "negatives"),
    ):
        if found == 0:
            raise UndefinedError(f"no {word}")
        if found < required:
            raise UndefinedError(f"below the minimum: {found} {word} of {required} required")
