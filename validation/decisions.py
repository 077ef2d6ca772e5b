"""Decisions: whether the threshold in use is the one that the costs ask for.

Two numbers must be kept apart: the *score threshold* from which exams are flagged, and the
*threshold probability* at which the costs of the two errors balance. They are one only where
scores are calibrated.
"""

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from validation.bootstrap import coarsen, generator
from validation.counts import ScoreCounts, confusion_among_scored, flags
from validation.errors import UndefinedError
from validation.exam_costs import DIFFER, costs_differ
from validation.hidden import hidden_by
from validation.intervals import logit
from validation.measures import NO_COSTS, NO_THRESHOLD, measure_one
from validation.metrics.discrimination import require_classes
from validation.metrics.utility import cost_by_edge
from validation.protocols.odds import balance, threshold_probability
from validation.protocols.shape import Costs, OperatingPoint, Protocol
from validation.strata import Stratum

Array = npt.NDArray[np.float64]

STATED = "protocol"
ALIKE = 0.1  # log-odds by which a stated threshold probability may miss that of the costs
REPLICATES = 200
CELLS = 128


@dataclass(frozen=True, kw_only=True)
class Decision:
    """One stratum's threshold in use beside the cheapest one, among scored exams.

    Attributes
    ----------
    threshold : float or None
        The score threshold in use.
    balance : float or None
        The threshold probability that the costs imply: the risk at which a miss and a false alarm
        cost alike. It is a score threshold only if scores are calibrated probabilities.
    threshold_probability : float or None
        The one that prices net benefit: as stated, else, where scores are probabilities, the
        score threshold; None where there is none.
    odds_from : str or None
        Which of the two it is: "protocol" or "score threshold".
    cost_optimal_threshold, low, high : float or None
        The score from which flagging was cheapest on these exams; None where flagging nobody was.
        The interval shows how far the minimum moves under resampling.
    cost_in_use, cost_at_optimum : float or None
        Per exam, in the costs' unit.
    optimism : float or None
        How much cheaper, on average, a threshold looks on the exams it was chosen on than on
        others: to be added to `cost_at_optimum`. Others are other patients where their exams are
        known to be together.
    ratio : float or None
        How many false alarms one miss is worth by the protocol's costs.
    ratio_low, ratio_high : float or None
        For which such ratios the threshold in use costs no more than flagging nobody or
        everybody; no upper end (None) where it misses nothing.
    optimal_low, optimal_high : float or None
        For which ratios no other score of the table would be cheaper; both None where there is
        always one.
    """

    finding: str | None
    partition: str | None
    by: dict[str, str] = field(default_factory=dict)
    threshold: float | None = None
    balance: float | None = None
    threshold_probability: float | None = None
    odds_from: str | None = None
    cost_optimal_threshold: float | None = None
    low: float | None = None
    high: float | None = None
    cost_in_use: float | None = None
    cost_at_optimum: float | None = None
    optimism: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None
    optimal_low: float | None = None
    optimal_high: float | None = None
    undefined: str | None = None


def decision(stratum: Stratum, protocol: Protocol) -> Decision:
    """Return what the costs say of the threshold in use, in one stratum."""
    bare = Decision(
        finding=stratum.finding.name, partition=stratum.partition, by=dict(stratum.by),
        threshold=stratum.finding.operating_point.threshold,
    )  # fmt: skip
    try:
        return _weigh(bare, stratum, protocol)
    except UndefinedError as reason:
        return replace(bare, undefined=str(reason))


def _weigh(bare: Decision, stratum: Stratum, protocol: Protocol) -> Decision:
    """Return the decision with its figures.

    Raises
    ------
    UndefinedError
        Where there are no costs, no threshold or no exams of a class, or prices differ.
    """
    counts, costs = stratum.counts, stratum.finding.costs
    point = stratum.finding.operating_point
    reason = NO_COSTS if costs is None else hidden_by("expected_cost", stratum)
    if point.threshold is None:
        reason = NO_THRESHOLD
    elif costs_differ(protocol, stratum.finding):
        reason = DIFFER
    if reason is not None or costs is None or point.threshold is None:
        raise UndefinedError(reason or NO_COSTS)
    require_classes(counts.scored_positives, counts.scored_negatives)
    positives, negatives = counts.mass_of_positives, counts.mass_of_negatives
    mass = float(positives.sum() + negatives.sum())
    unflagged = ~flags(counts.scores, threshold=point.threshold, point=point)
    in_use = int(unflagged.sum())
    cost = cost_by_edge(positives, negatives, costs) / mass
    best = int(np.argmin(cost))
    searched = measure_one(
        "cost_optimal_threshold", stratum, protocol, level=protocol.intervals.level
    )
    table = confusion_among_scored(counts, threshold=point.threshold, point=point)
    miss = costs.false_negative - costs.true_positive
    alarm = costs.false_positive - costs.true_negative
    optimal = _where_optimal(positives, negatives, in_use)
    priced = _priced_at(stratum, protocol)
    hits, false_alarms, misses, spared = table.mass.tolist()
    return replace(
        bare,
        balance=balance(costs),
        threshold_probability=priced,
        odds_from=None if priced is None else _source(point),
        cost_optimal_threshold=searched.value,
        low=searched.low,
        high=searched.high,
        cost_in_use=float(cost[in_use]),
        cost_at_optimum=float(cost[best]),
        optimism=_optimism(counts, costs, stratum.key, protocol.intervals.seed),
        ratio=miss / alarm,
        ratio_low=false_alarms / hits if hits else None,
        ratio_high=spared / misses if hits and misses else None,
        optimal_low=optimal[0],
        optimal_high=optimal[1],
    )


def _priced_at(stratum: Stratum, protocol: Protocol) -> float | None:
    """Return the threshold probability that prices net benefit, if there is one."""
    try:
        return threshold_probability(stratum.finding, protocol.score_kind)
    except UndefinedError:
        return None


def _source(point: OperatingPoint) -> str:
    return "score threshold" if point.threshold_probability is None else STATED


def _where_optimal(
    positives: Array, negatives: Array, in_use: int
) -> tuple[float | None, float | None]:
    """Return for which worth of a miss, in false alarms, one edge is cheapest of all.

    Every other edge that misses more is dearer from some ratio on, every other that misses less
    up to some ratio.
    """
    missed = np.append(0.0, np.cumsum(positives))
    alarms = np.append(np.cumsum(negatives[::-1])[::-1], 0.0)
    more_missed, spared_alarms = missed - missed[in_use], alarms[in_use] - alarms
    if bool(((more_missed == 0) & (spared_alarms > 0)).any()):
        return None, None
    low = float(np.max(spared_alarms[more_missed > 0] / more_missed[more_missed > 0], initial=0.0))
    others = more_missed < 0
    high = float(np.min(spared_alarms[others] / more_missed[others])) if others.any() else None
    return (None, None) if high is not None and low > high else (low, high)


def _optimism(counts: ScoreCounts, costs: Costs, key: str, seed: int) -> float:
    """Return how much cheaper the cheapest threshold looks on the exams it was chosen on.

    Over replicates of the exams (at most 128 score cells): the cost on the exams that are here
    of the threshold that is cheapest on the replicate, less its cost on the replicate.

    References
    ----------
    Efron B. How biased is the apparent error rate of a prediction rule? J Am Stat Assoc
    1986;81(394):461-470. doi:10.1080/01621459.1986.10478291
    """
    starts = coarsen(counts.positives, counts.negatives, bins=CELLS)
    masses = counts.mass_of_positives, counts.mass_of_negatives
    here: Array = np.array([np.add.reduceat(one, starts) for one in masses], dtype=np.float64)
    here /= here.sum()
    rng = generator(seed, "optimism of the cost-optimal threshold", key)
    drawn = _other_exams(counts, starts, here, rng)
    apparent = cost_by_edge(drawn[:, 0], drawn[:, 1], costs)
    chosen = apparent.argmin(axis=1)
    true = cost_by_edge(here[0], here[1], costs)
    return float((true[chosen] - apparent[np.arange(REPLICATES), chosen]).mean())


def _other_exams(
    counts: ScoreCounts, starts: npt.NDArray[np.intp], here: Array, rng: np.random.Generator
) -> Array:
    """Draw the shares of positives and negatives of each joined cell, if exams were others.

    Independent exams that count as one each are drawn anew. Of weighted exams, and of patients
    with several, what a bootstrap of the patients would have for first and second moments is
    known from sums and pairs; shares are drawn as normal with these.

    Parameters
    ----------
    counts : ScoreCounts
    starts : int array, shape (c,)
        Where the joined cells begin.
    here : float64 array, shape (2, c)
        The shares as they are; sum to 1.
    rng : numpy.random.Generator

    Returns
    -------
    float64 array, shape (REPLICATES, 2, c)
    """
    shape = (REPLICATES, *here.shape)
    if not counts.kind:
        exams = rng.multinomial(counts.scored, here.ravel(), size=REPLICATES)
        return np.asarray(exams.reshape(shape) / counts.scored, dtype=np.float64)
    whole = float(counts.mass_of_negatives.sum() + counts.mass_of_positives.sum())
    shares = here[::-1].ravel()
    # A share is a ratio of two sums over patients: what all cells gain together changes none.
    own = np.eye(shares.size) - shares[:, None]
    spread = own @ _products(counts, starts) @ own.T / whole**2
    size, direction = np.linalg.eigh(spread)
    root = direction * np.sqrt(np.maximum(size, 0.0))
    drawn = shares + rng.standard_normal((REPLICATES, shares.size)) @ root.T
    return np.asarray(drawn.reshape(shape)[:, ::-1])


def _products(counts: ScoreCounts, starts: npt.NDArray[np.intp]) -> Array:
    """Return, per two joined score cells, what products of a patient's exams add up to.

    Shape (2c, 2c): the negatives of each joined cell, then the positives. Where only design
    effects are stated, those of specificity and sensitivity multiply the classes.
    """
    size = starts.size
    of_negatives, of_positives = (
        np.add.reduceat(amounts[:-1], starts) for amounts in counts.squared_by_label
    )
    of_negatives = of_negatives * counts.stated_effect("specificity")
    of_positives = of_positives * counts.stated_effect("sensitivity")
    found = np.diag(np.concatenate([of_negatives, of_positives]))
    if counts.clusters is None:
        return found
    edges = counts.clusters.edges
    place = np.maximum(np.searchsorted(counts.scores[starts], edges, side="right") - 1, 0)
    of_slot = np.concatenate([place, [2 * size], size + place, [2 * size]])  # last: no score
    return np.asarray(found + counts.clusters.products(of_slot, size=2 * size))


def price_caution(one: Decision) -> str | None:
    """Return a sentence where a stated threshold probability is not the one that costs imply."""
    priced, implied = one.threshold_probability, one.balance
    if one.odds_from != STATED or priced is None or implied is None:
        return None
    if abs(logit(priced) - logit(implied)) <= ALIKE:
        return None
    where = f" ({one.finding})" if one.finding else ""
    return (
        f"Net benefit and costs price errors differently{where}: the stated threshold probability "
        f"is {priced:.3g}, and by the costs a miss and a false alarm balance at a risk of "
        f"{implied:.3g}."
    )


def caution(one: Decision) -> str | None:
    """Return a sentence where the costs ask for another threshold than the one in use."""
    if one.low is None or one.high is None or one.threshold is None or one.cost_in_use is None:
        return None
    optimum = one.cost_at_optimum or 0.0
    if one.low <= one.threshold <= one.high or one.cost_in_use <= optimum:
        return None
    where = f" ({one.finding})" if one.finding else ""
    spared = one.cost_in_use - optimum - (one.optimism or 0.0)
    less = f"{spared:.3g} less per exam" if spared > 0 else "no less than chance explains"
    return (
        f"The costs ask for another threshold than the one in use{where}: flagging from "
        f"{one.cost_optimal_threshold:.3g} on ({one.low:.3g} to {one.high:.3g}) instead of "
        f"{one.threshold:.3g} would have cost {less}."
    )
