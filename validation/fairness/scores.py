"""Gaps that rest on the scores: AUROC, and observed against predicted risk."""

from collections.abc import Mapping, Sequence
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
from validation.fairness.merging import error_bound
from validation.fairness.parts import KINDS, Kind, Part, joined, require_both
from validation.fairness.within import NO_SITE, Within, in_each_site
from validation.metrics.calibration import RANKS
from validation.protocols.shape import Protocol, ScoreKind

METHOD = "normal-draws"
METHOD_WITHIN = "site-standardised-normal-draws"


def gaps_of_scores(
    levels: Sequence[Level], protocol: Protocol, *, empty: Gap, within: Within | None = None
) -> list[Gap]:
    r"""Return the gaps of AUROC and calibration between levels, crude or `within` the same sites.

    Site-standardised, the number of a level is the mean of those in the sites where every level
    has it, with weights :math:`w_s \propto 1 / \sum_g 1/n_{gs}` that all levels share. Of an
    AUROC :math:`1/n = 1/m_1 + 1/m_0` with the exams of both classes, as its variance goes.

    References
    ----------
    Janes H, Pepe MS. Adjusting for covariate effects on classification accuracy using the
    covariate-adjusted receiver operating characteristic curve. Biometrika 2009;96(2):371-382.
    doi:10.1093/biomet/asp002 (the mean of areas within strata)
    """
    gaps = []
    for metric, kind in KINDS.items():
        gap = replace(empty, metric=metric)
        if metric == "calibration_gap" and protocol.score_kind is ScoreKind.RANK:
            gaps.append(replace(gap, undefined=RANKS))
        else:
            gaps.append(_gap(gap, levels, kind, protocol, within))
    return gaps


def _gap(
    gap: Gap, levels: Sequence[Level], kind: Kind, protocol: Protocol, within: Within | None
) -> Gap:
    """Return one gap between the levels that can be compared."""
    parts: dict[str, Part] = {}
    left_out: dict[str, str] = {}
    for one in levels:
        try:
            _require_minimum(one, protocol)
            parts[one.name] = kind.whole(one.stratum)
        except UndefinedError as reason:
            left_out[one.name] = str(reason)
    gap = replace(gap, left_out=left_out)
    if len(parts) < 2:  # noqa: PLR2004 a gap needs two
        return replace(gap, undefined=TOO_FEW_LEVELS)
    if within is not None:
        found = in_each_site(within, [one for one in levels if one.name in parts], kind.of_site)
        gap = replace(gap, sites_left_out=found.lacking)
        if not found.parts:
            return replace(gap, undefined=NO_SITE)
        parts = dict(zip(parts, joined(found.parts), strict=True))
    placed: dict[str, tuple[float, float]] = {}
    for name, part in parts.items():
        try:
            placed[name] = kind.place(part)
        except UndefinedError as reason:
            return replace(gap, undefined=f"{name}: {reason}")
    method = METHOD if within is None else METHOD_WITHIN
    bound = error_bound(list(parts.values()), is_ratio=gap.metric.endswith("_ratio"))
    return _fill(replace(gap, method=method, error_bound=bound), placed, protocol)


def _fill(gap: Gap, placed: Mapping[str, tuple[float, float]], protocol: Protocol) -> Gap:
    """Return a gap of levels whose estimates are normal on some scale."""
    names = list(placed)
    centres = np.array([centre for centre, _ in placed.values()])
    errors = np.array([error for _, error in placed.values()])
    is_auroc, is_ratio = gap.metric.startswith("auroc"), gap.metric.endswith("_ratio")
    rng = _stream(protocol, gap)
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
        gap, value=value, low=low, high=high, worst=names[worst], best=names[best],
        expected_by_chance=float(spread(back(shared + noise)).mean()),
    )  # fmt: skip


def _stream(protocol: Protocol, gap: Gap) -> np.random.Generator:
    """Return the generator of a gap's replicates."""
    places = ",".join(f"{name}={level}" for name, level in sorted(gap.by.items()))
    metric = gap.metric if gap.basis == "crude" else f"{gap.metric}, {gap.basis}"
    return generator(
        protocol.intervals.seed,
        metric,
        gap.attribute,
        gap.finding or "",
        gap.partition or "",
        places,
    )


def _require_minimum(one: Level, protocol: Protocol) -> None:
    """Raise when a level holds too few of a class to be compared."""
    require_both(one.stratum)
    counts, minimum = one.stratum.counts, protocol.minimum
    for found, required, word in (
        (counts.scored_positives, minimum.positives, "positives"),
        (counts.scored_negatives, minimum.negatives, "negatives"),
    ):
        if found < required:
            raise UndefinedError(f"below the minimum: {found} {word} of {required} required")
