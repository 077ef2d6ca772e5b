"""Bootstrap: replicates drawn from counts, the same for the same seed and stratum."""

import hashlib
import math
import struct
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from validation.confusion import ALL, FN, FP, TN, TP, Confusion, Spread, share

Draws = npt.NDArray[np.float64]
Noise = npt.NDArray[np.float32]

NO_TIE: Final = 1e-6  # correlations that are none


@dataclass(frozen=True, kw_only=True)
class _Rate:
    """A share that is drawn: of which cells, under which prior."""

    metric: str
    events: tuple[int, ...]
    of: tuple[int, ...]
    prior: float = 0.5


RATES: Final = (
    _Rate(metric="prevalence", events=(TP, FN), of=ALL, prior=1.0),
    _Rate(metric="sensitivity", events=(TP,), of=(TP, FN)),
    _Rate(metric="specificity", events=(FP,), of=(FP, TN)),
)

OUT_OF_REACH: Final = 5.0  # standard errors by which a place lies too high ever to be lowest
WALK_STEPS: Final = 64


def generator(seed: int, *key: str) -> np.random.Generator:
    """Return the generator of one purpose in one stratum.

    The key alone, and not the order in which strata are visited, decides what is drawn.
    """
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    # The words of the seed and of the key, as `SeedSequence` makes of whole numbers, one by one.
    own = [seed >> shift & 0xFFFFFFFF for shift in range(0, max(seed.bit_length(), 1), 32)]
    words = np.array([*own, *struct.unpack(">4I", digest[:16])], dtype=np.uint32)
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(words)))


def draw_probabilities(
    counts: npt.NDArray[np.float64], *, replicates: int, rng: np.random.Generator
) -> Draws:
    """Draw cell probabilities given counts, under Jeffreys' prior.

    A multinomial bootstrap never leaves a cell that is empty: with no false alert among eight
    negatives it would give specificity the interval 1 to 1. Half an exam in every cell
    (Jeffreys' prior) keeps what is unknown unknown, and with many exams is the bootstrap.

    Parameters
    ----------
    counts : float64 array, shape (c,)
    replicates : int
    rng : numpy.random.Generator

    Returns
    -------
    float64 array, shape (replicates, c)
        Each row sums to 1.

    References
    ----------
    Brown LD, Cai TT, DasGupta A. Interval estimation for a binomial proportion.
    Stat Sci 2001;16(2):101-133. doi:10.1214/ss/1009213286
    """
    draws = rng.standard_gamma(counts + 0.5, size=(replicates, counts.size))
    # Column by column, as they are read: the four cells of all replicates, not four numbers each.
    columns = np.ascontiguousarray(draws.T)
    return np.asarray((columns / columns.sum(axis=0)).T, dtype=np.float64)


def draw_confusions(table: Confusion, *, replicates: int, rng: np.random.Generator) -> Draws:
    """Draw probabilities of true and false positives, false and true negatives, in that order.

    Under Jeffreys' prior the prevalence and the two rates are independent; where exams are
    weighted or of the same patients, each is drawn with its own effective size, and where
    patients tie them together the draws are put in an order that has their correlations.

    References
    ----------
    Iman RL, Conover WJ. A distribution-free approach to inducing rank correlation among input
    variables. Commun Stat Simul Comput 1982;11(3):311-334. doi:10.1080/03610918208812265
    """
    if table.spread is None:
        return draw_probabilities(table.counts, replicates=replicates, rng=rng)
    drawn = np.column_stack(
        [_draw_share(table, one, replicates=replicates, rng=rng) for one in RATES]
    )
    prevalence, hit, alarm = _tied(drawn, _correlations(table.spread), rng=rng).T
    return np.column_stack(
        [
            prevalence * hit,
            (1 - prevalence) * alarm,
            prevalence * (1 - hit),
            (1 - prevalence) * (1 - alarm),
        ]
    )


def _draw_share(
    table: Confusion, one: _Rate, *, replicates: int, rng: np.random.Generator
) -> Draws:
    """Return replicates of a proportion, from its value and effective size."""
    if not table.counts[list(one.of)].any():
        return rng.beta(one.prior, one.prior, size=replicates)
    found = share(table, one.metric, events=one.events, of=one.of, empty="")
    misses = found.size - found.hits
    return rng.beta(found.hits + one.prior, misses + one.prior, size=replicates)


def _correlations(spread: Spread) -> Draws:
    """Return how the three shares vary together over patients, shape (3, 3)."""
    mass, influences = spread.mass, np.zeros((len(RATES), 4))
    for row, one in zip(influences, RATES, strict=True):
        of, events = list(one.of), list(one.events)
        whole = float(mass[of].sum())
        if whole > 0:
            row[of] = -float(mass[events].sum()) / whole
            row[events] += 1
    together = influences @ spread.products @ influences.T
    errors = np.sqrt(np.maximum(np.diag(together), 0))
    scale = np.outer(errors, errors)
    found = np.divide(together, scale, out=np.zeros_like(together), where=scale > 0)
    np.fill_diagonal(found, 1)
    return np.asarray(found)


def _tied(drawn: Draws, correlations: Draws, *, rng: np.random.Generator) -> Draws:
    """Return columns of draws, each in an order that gives them some correlations."""
    if np.abs(correlations - np.eye(len(correlations))).max() < NO_TIE:
        return drawn
    firm = (correlations + NO_TIE * np.eye(len(correlations))) / (1 + NO_TIE)
    normal = rng.standard_normal(drawn.shape) @ np.linalg.cholesky(firm).T
    tied = np.empty_like(drawn)
    for column, order in enumerate(np.argsort(normal, axis=0).T):
        tied[order, column] = np.sort(drawn[:, column])
    return tied


def percentile_interval(draws: Draws, *, value: float, level: float) -> tuple[float, float]:
    """Return the equal-tailed interval of some replicates, widened to hold the estimate.

    An estimate at the edge of what is possible (no event at all) lies outside equal tails;
    the interval then ends at the estimate, as Brown, Cai and DasGupta advise.
    """
    low, high = tails(draws, level=level)
    return min(low, value), max(high, value)


def tails(draws: Draws, *, level: float) -> tuple[float, float]:
    """Return the two quantiles between which a share `level` of some replicates lies.

    Between two replicates they are interpolated, as `numpy.quantile` does, which takes several
    times as long to find out how.
    """
    places, needed = _tail_places(draws.size, level)
    ordered = np.partition(draws, needed).item
    low, high = (
        ordered(below) + (ordered(above) - ordered(below)) * rest for below, above, rest in places
    )
    return low, high


@lru_cache(maxsize=256)
def _tail_places(size: int, level: float) -> tuple[list[tuple[int, int, float]], list[int]]:
    """Return the neighbours and the part between them of both quantiles, and all neighbours."""
    last = size - 1
    places = []
    for place in (last * (0.5 - level / 2), last * (0.5 + level / 2)):
        below = min(math.floor(place), last)
        places.append((below, min(below + 1, last), place - below))
    return places, sorted({one for below, above, _ in places for one in (below, above)})


def quantile(draws: Draws, share: float) -> float:
    """Return one quantile of some replicates, interpolated as `tails` are."""
    last = draws.size - 1
    below = min(math.floor(last * share), last)
    above = min(below + 1, last)
    ordered = np.partition(draws, (below, above)).item
    return float(ordered(below) + (ordered(above) - ordered(below)) * (last * share - below))


@lru_cache(maxsize=4)
def walk_noise(seed: int, *, replicates: int) -> Noise:
    """Return the standard normal numbers by which walks are drawn, shape (steps, replicates).

    They are the same for every stratum, since nothing is made of two strata's walks together:
    each interval is what it would be from numbers of its own, and drawing those anew for each of
    hundreds of strata takes longer than walking.
    """
    rng = generator(seed, "walks")
    # Single precision: what is drawn is rounder than the noise it stands for by far.
    noise = rng.standard_normal((WALK_STEPS + 1, replicates), dtype=np.float32)
    noise.setflags(write=False)
    return noise


def draw_lowest(heights: Draws, variances: Draws, *, noise: Noise) -> npt.NDArray[np.intp]:
    """Draw where a walk is lowest, if the exams it walks over were others.

    Only places that could be lowest are walked over, and of these at most `WALK_STEPS`: with
    hundreds of scores nearly all lie too high to matter.

    Parameters
    ----------
    heights : float64 array, shape (k,)
        Of the walk at each place, k at least 1.
    variances : float64 array, shape (k,)
        Of the height at each place, summed from the first; never falling.
    noise : float32 array, shape (steps, replicates)
        From `walk_noise`.

    Returns
    -------
    int array, shape (replicates,)
        Places in `heights`. Steps are drawn as normal, which many exams make them.
    """
    best = int(np.argmin(heights))
    error = np.sqrt(np.abs(variances - variances[best]))
    near = np.flatnonzero(heights - heights[best] <= OUT_OF_REACH * error)
    if near.size > WALK_STEPS:
        near = near[np.linspace(0, near.size - 1, WALK_STEPS).astype(np.intp)]
    at = int(np.searchsorted(near, best))
    if at == near.size or near[at] != best:
        near = np.insert(near, at, best)
    steps = np.sqrt(np.diff(variances[near], prepend=variances[near[0]])).astype(np.float32)
    walks = noise[: steps.size] * steps[:, None]
    for before, after in pairwise(walks):  # All walks take a step together.
        np.add(after, before, out=after)
    walks += (heights[near] - heights[best]).astype(np.float32)[:, None]
    return np.asarray(near[np.argmin(walks, axis=0)])


def coarsen(
    positives: npt.NDArray[np.float64], negatives: npt.NDArray[np.float64], *, bins: int
) -> npt.NDArray[np.intp]:
    """Return where neighbouring score cells begin when merged to at most `bins` of equal mass."""
    mass = np.cumsum(positives + negatives)
    if mass.size <= bins:
        return np.arange(mass.size)
    place = np.minimum((mass - 1) * bins // mass[-1], bins - 1)
    return np.flatnonzero(np.diff(place, prepend=-1))
