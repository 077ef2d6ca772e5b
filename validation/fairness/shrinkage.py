"""Shrinkage: each level of an attribute seen among the others, beside what it is by itself."""

from dataclasses import dataclass, field, replace

import numpy as np

from validation.fairness.comparing import levels_of
from validation.intervals import normal_quantile
from validation.protocols.shape import Finding, Protocol
from validation.sites.random_effects import shrink
from validation.sites.scales import SCALES, Placed, corrected, place_each
from validation.strata import Strata

METRICS = ("auroc", "sensitivity", "specificity")
FEWEST = 3


@dataclass(frozen=True, kw_only=True)
class ShrunkenLevel:
    """One level: its estimate as observed, and drawn towards the mean of all.

    `weight` is how much of its own estimate it keeps, 0 to 1.
    """

    raw: float
    value: float
    low: float
    high: float
    weight: float


@dataclass(frozen=True, kw_only=True)
class Shrunken:
    """One metric over the levels of an attribute, each drawn towards the mean of all.

    Never what a verdict rests on: it says how much of a striking level is likely to be chance.
    """

    finding: str | None
    attribute: str
    metric: str
    method: str
    partition: str | None = None
    level: float | None = None
    mean: float | None = None
    tau2: float | None = None
    levels: dict[str, ShrunkenLevel] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)
    corrected: tuple[str, ...] = ()
    undefined: str | None = None


def shrink_levels(
    strata: Strata, protocol: Protocol, finding: Finding, attribute: str
) -> list[Shrunken]:
    """Return AUROC, sensitivity and specificity of every level, drawn towards their mean.

    Two levels cannot tell how far levels differ: below three it is undefined. Levels below the
    protocol's minimum are kept, because it is they who gain; those without a class are left out.
    """
    found = dict(levels_of(strata, protocol, finding, attribute, by={}))
    chosen = protocol.intervals.between_sites
    entries = []
    for metric in METRICS:
        placed, left_out = place_each(metric, found, finding)
        empty = Shrunken(
            finding=finding.name, attribute=attribute, metric=metric, method=f"{chosen}+EB",
            partition=strata.judged, level=protocol.intervals.level, left_out=left_out,
            corrected=corrected(placed),
        )  # fmt: skip
        if len(placed) < FEWEST:
            reason_why = f"{len(placed)} levels with an estimate; shrinking needs three"
            entries.append(replace(empty, undefined=reason_why))
            continue
        entries.append(_fill(empty, placed, protocol))
    return entries


def _fill(empty: Shrunken, placed: dict[str, Placed], protocol: Protocol) -> Shrunken:
    """Return the entry with each level, carried back to the metric's own scale."""
    back = SCALES[empty.metric].back
    drawn = shrink(
        np.array([one.value for one in placed.values()]),
        np.array([one.variance for one in placed.values()]),
        method=protocol.intervals.between_sites,
    )
    half = normal_quantile(protocol.intervals.level) * drawn.errors
    return replace(
        empty,
        mean=back(drawn.mean),
        tau2=drawn.tau2,
        levels={
            name: ShrunkenLevel(
                raw=one.raw,
                value=back(float(drawn.values[i])),
                low=back(float(drawn.values[i] - half[i])),
                high=back(float(drawn.values[i] + half[i])),
                weight=float(drawn.weights[i]),
            )
            for i, (name, one) in enumerate(placed.items())
        },
    )
