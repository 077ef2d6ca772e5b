"""Site-standardised gaps: what is left of a gap when levels are compared within the same sites."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt

from validation.bootstrap import Draws
from validation.errors import UndefinedError
from validation.fairness.decisions import Spread, fill, in_both_forms, keep, stream
from validation.fairness.gaps import TOO_FEW_LEVELS, Gap, Level
from validation.fairness.rates import DISPARITIES, RATES, cells, masses, reason_against
from validation.fairness.within import NO_SITE, Within, in_each_site
from validation.hidden import require_told
from validation.measures import NO_THRESHOLD, Decided, decide
from validation.protocols.shape import Protocol
from validation.strata import Stratum

Array = npt.NDArray[np.float64]

METHOD = "site-standardised-draws"


def standardised_gaps(
    levels: Sequence[Level], within: Within, protocol: Protocol, *, empty: Gap
) -> list[Gap]:
    r"""Return the differences and ratios of every rate, levels compared within the same sites.

    A level's rate is :math:`\sum_s w_s p_{gs}` over the sites where every compared level has
    the class, with the same weights for every level, :math:`w_s \propto 1 / \sum_g 1/n_{gs}`:
    for two levels those of Mantel and Haenszel. A site counts for as much as it tells of all
    levels together, so that a site with a single exam of one level does not decide.

    The levels are those of which the crude gap is formed; replicates of the decisions are drawn
    site by site. Their mean is that of a rate pulled to one half by Jeffreys' prior, which many
    small sites would add up: what is used is their distance from it, widened as much as the
    prior narrows it.

    References
    ----------
    Greenland S, Robins JM. Estimation of a common effect parameter from sparse follow-up data.
    Biometrics 1985;41(1):55-68. doi:10.2307/2530643
    """
    found = []
    for stem, rates in DISPARITIES.items():
        blank = in_both_forms(stem, empty)
        tables = [one.table for one in levels if one.table is not None]
        if len(tables) < len(levels):
            found += [replace(gap, undefined=NO_THRESHOLD) for gap in blank]
            continue
        kept, left_out = keep(levels, cells(tables), rates, protocol)
        names = [levels[i].name for i in kept]
        blank = [replace(gap, left_out=left_out) for gap in blank]
        if len(kept) < 2:  # noqa: PLR2004 a gap needs two
            found += [replace(gap, undefined=TOO_FEW_LEVELS) for gap in blank]
            continue
        measure = partial(_decided, rates=rates, protocol=protocol)
        decided = in_each_site(within, [levels[i] for i in kept], measure)
        blank = [replace(gap, sites_left_out=decided.lacking) for gap in blank]
        if not decided.parts:
            found += [replace(gap, undefined=NO_SITE) for gap in blank]
            continue
        rng = stream(protocol, empty, stem)
        spreads = {rate: _spread(rate, decided.parts, rng, protocol=protocol) for rate in rates}
        found += [fill(gap, spreads, names, method=METHOD) for gap in blank]
    return found


def _decided(stratum: Stratum, *, rates: Sequence[str], protocol: Protocol) -> Decided:
    """Return the decisions about a level in a site; raises where they give no rate."""
    require_told("flag_rate", stratum)
    decided = decide(stratum, protocol)
    if decided is None:  # pragma: no cover  (levels without decisions are not compared)
        raise UndefinedError(NO_THRESHOLD)
    reason = reason_against(cells([decided.table])[0], rates)
    if reason is not None:
        raise UndefinedError(reason)
    return decided


def _spread(
    name: str,
    within: Sequence[Sequence[Decided]],
    rng: np.random.Generator,
    *,
    protocol: Protocol,
) -> Spread:
    """Return one rate of levels, standardised over sites."""
    rate = RATES[name]
    tables = [[one.table for one in site] for site in within]
    mass = np.stack([masses(site) for site in tables])
    of = np.stack([cells(site) for site in tables])[..., list(rate.of)].sum(axis=2)
    # The rate of each site and level, by weights; how well it is known, by exams.
    hits = mass[..., list(rate.hits)].sum(axis=2) / mass[..., list(rate.of)].sum(axis=2) * of
    weights = 1 / (1 / of).sum(axis=1)
    weights = weights / weights.sum()
    observed = np.asarray(weights @ (hits / of))
    noise: Draws = np.zeros((protocol.intervals.replicates, observed.size))
    for weight, site, sizes in zip(weights, within, of, strict=True):
        drawn = rate.drawn(np.stack([one.draws for one in site], axis=1))
        noise += weight * np.sqrt((sizes + 2) / sizes) * (drawn - drawn.mean(axis=0))
    shared = hits.sum(axis=1) / of.sum(axis=1)
    error = np.sqrt((weights**2 * shared * (1 - shared)) @ (1 / of))
    chance = float(weights @ shared) + error * rng.standard_normal(noise.shape)
    return Spread(
        observed=observed,
        drawn=np.clip(observed + noise, 0, 1),
        chance=np.clip(chance, 0, 1),
    )
