"""Gaps between the decisions about the levels of an attribute, crude or site by site."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from validation.bootstrap import Draws, generator
from validation.fairness.gaps import (
    TOO_FEW_LEVELS,
    Gap,
    Level,
    difference,
    interval_of_gap,
    ratio,
)
from validation.fairness.rates import DISPARITIES, RATES, cells, ends, masses, reason_against
from validation.hidden import hidden_by
from validation.measures import NO_THRESHOLD
from validation.protocols.shape import Protocol

Array = npt.NDArray[np.float64]

METHOD = "bootstrap-counts"
NO_RATIO = "every level has a rate of 0: there is no ratio"


@dataclass(frozen=True, kw_only=True, eq=False)
class Spread:
    """One rate over some levels.

    Attributes
    ----------
    observed : float64 array, shape (levels,)
    drawn : float64 array, shape (replicates, levels)
        Replicates of them.
    chance : float64 array, shape (replicates, levels)
        What would be observed if all levels shared one rate.
    """

    observed: Array
    drawn: Draws
    chance: Draws


def gaps_of_decisions(levels: Sequence[Level], protocol: Protocol, *, empty: Gap) -> list[Gap]:
    """Return the differences and ratios of every rate between some levels, as they are."""
    found, known = [], dict[tuple[str, tuple[int, ...]], Spread]()
    for stem, rates in DISPARITIES.items():
        blank = in_both_forms(stem, empty)
        tables = [one.table for one in levels if one.table is not None]
        if len(tables) < len(levels):
            found += [replace(gap, undefined=NO_THRESHOLD) for gap in blank]
            continue
        counts = cells(tables)
        kept, left_out = keep(levels, counts, rates, protocol)
        blank = [replace(gap, left_out=left_out) for gap in blank]
        if len(kept) < 2:  # noqa: PLR2004 a gap needs two
            found += [replace(gap, undefined=TOO_FEW_LEVELS) for gap in blank]
            continue
        for rate in rates:  # Several families rest on the same rate.
            if (rate, tuple(kept)) not in known:
                known[rate, tuple(kept)] = _crude(
                    rate, masses(tables)[kept], counts[kept], _draws([levels[i] for i in kept]),
                    stream(protocol, empty, rate), protocol=protocol,
                )  # fmt: skip
        spreads = {rate: known[rate, tuple(kept)] for rate in rates}
        names = [levels[i].name for i in kept]
        found += [fill(gap, spreads, names, method=METHOD) for gap in blank]
    return found


def in_both_forms(stem: str, empty: Gap) -> list[Gap]:
    """Return the empty difference and ratio of a family."""
    return [replace(empty, metric=f"{stem}_{form}") for form in ("difference", "ratio")]


def stream(protocol: Protocol, gap: Gap, purpose: str) -> np.random.Generator:
    """Return the generator of what chance would make of a family of gaps."""
    places = ",".join(f"{name}={level}" for name, level in sorted(gap.by.items()))
    return generator(
        protocol.intervals.seed, "chance", purpose, gap.basis, gap.attribute, gap.finding or "",
        gap.partition or "", places,
    )  # fmt: skip


def keep(
    levels: Sequence[Level], counts: Array, rates: Sequence[str], protocol: Protocol
) -> tuple[list[int], dict[str, str]]:
    """Return the places of the levels that can be compared, and why the others cannot."""
    reasons = [
        hidden_by("flag_rate", one.stratum) or reason_against(row, rates, protocol.minimum)
        for one, row in zip(levels, counts, strict=True)
    ]
    left_out = {
        one.name: reason for one, reason in zip(levels, reasons, strict=True) if reason is not None
    }
    return [i for i, reason in enumerate(reasons) if reason is None], left_out


def _draws(levels: Sequence[Level]) -> Draws:
    """Return the replicates of the levels' decisions, shape (replicates, levels, 4).

    Replicates stand next to each other in memory, as they do in each level.
    """
    drawn = [np.zeros((1, 4)) if one.draws is None else one.draws for one in levels]
    return np.stack([one.T for one in drawn]).transpose(2, 0, 1)


def _crude(
    name: str,
    mass: Array,
    counts: Array,
    drawn: Draws,
    rng: np.random.Generator,
    *,
    protocol: Protocol,
) -> Spread:
    """Return one rate of levels as they are; chance is asked of as many exams as there are."""
    rate = RATES[name]
    hits, of = mass[:, list(rate.hits)].sum(axis=1), mass[:, list(rate.of)].sum(axis=1)
    sizes = np.maximum(np.rint(counts[:, list(rate.of)].sum(axis=1)), 1).astype(np.int64)
    # Level by level: what each draw of one number of exams needs is then worked out once.
    size = (sizes.size, protocol.intervals.replicates)
    shared = min(1.0, float(hits.sum() / of.sum()))
    return Spread(
        observed=hits / of,
        drawn=rate.drawn(drawn),
        chance=rng.binomial(sizes[:, None], shared, size=size).T / sizes,
    )


def fill(gap: Gap, spreads: Mapping[str, Spread], names: Sequence[str], *, method: str) -> Gap:
    """Return a gap with its value, interval, and what chance alone would make of it."""
    is_ratio = gap.metric.endswith("_ratio")
    if is_ratio and any(one.observed.max() == 0 for one in spreads.values()):
        return replace(gap, undefined=NO_RATIO)
    spread: Callable[[Draws], Draws] = ratio if is_ratio else difference
    # The rate that makes the gap: for equalised odds, whichever of the two lies further apart.
    apart = {name: float(spread(one.observed[None, :])[0]) for name, one in spreads.items()}
    rate = (min if is_ratio else max)(apart, key=lambda name: apart[name])
    observed, drawn = spreads[rate].observed, spreads[rate].drawn
    worst, best = ends(observed, more_is_better=RATES[rate].more_is_better)
    fold = np.minimum if is_ratio else np.maximum
    lowest, highest = drawn[:, observed.argmin()], drawn[:, observed.argmax()]
    of_pair = highest - lowest
    if is_ratio:
        of_pair = np.divide(lowest, highest, out=np.ones_like(lowest), where=highest > 0)
    low, high = interval_of_gap(
        fold.reduce([spread(one.drawn) for one in spreads.values()]),
        of_pair,
        np.maximum.reduce([difference(one.drawn - one.observed) for one in spreads.values()]),
        value=apart[rate],
        apart=float(observed.max() - observed.min()),
        level=gap.level or 0.0,
        is_ratio=is_ratio,
    )
    return replace(
        gap,
        value=apart[rate],
        low=low,
        high=high,
        method=method,
        worst=names[worst],
        best=names[best],
        expected_by_chance=float(
            fold.reduce([spread(one.chance) for one in spreads.values()]).mean()
        ),
    )
