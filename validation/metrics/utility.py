"""Utility: what decisions cost and what they are worth, in the protocol's own currency."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from validation.bootstrap import Draws, Noise, draw_lowest, percentile_interval
from validation.counts import Confusion, ScoreCounts
from validation.errors import UndefinedError
from validation.estimates import CARRY_OVER, Estimate
from validation.intervals import linear
from validation.metrics.classification import rates, require_both
from validation.metrics.discrimination import require_classes
from validation.protocols.shape import Costs

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class Linear:
    """A utility that is linear in the two rates: `base + misses·FNR + alarms·FPR`.

    Each coefficient is an array of shape (p,): one value per prevalence asked for.
    """

    base: Array
    misses: Array
    alarms: Array

    def over(self, scale: Array) -> "Linear":
        """Return the utility divided by `scale`."""
        return Linear(
            base=self.base / scale, misses=self.misses / scale, alarms=self.alarms / scale
        )

    def worth(self, *, misses: Array, alarms: Array) -> Array:
        """Return the utility of the two error rates."""
        return self.base + self.misses * misses + self.alarms * alarms


Utility = Callable[[Array], Linear]  # from prevalences, shape (p,)


def expected_cost_of(costs: Costs) -> Utility:
    """Return the expected cost of one exam, as a function of the prevalence.

    References
    ----------
    Drummond C, Holte RC. Cost curves: an improved method for visualizing classifier
    performance. Mach Learn 2006;65:95-130. doi:10.1007/s10994-006-8199-5
    """

    def at(prevalence: Array) -> Linear:
        return Linear(
            base=prevalence * costs.true_positive + (1 - prevalence) * costs.true_negative,
            misses=prevalence * (costs.false_negative - costs.true_positive),
            alarms=(1 - prevalence) * (costs.false_positive - costs.true_negative),
        )

    return at


def normalized_cost_of(costs: Costs) -> Utility:
    """Return Drummond and Holte's normalised expected cost: 0 without errors, 1 if all are wrong.

    Raises
    ------
    UndefinedError
        When an error costs no more than the right decision.
    """
    miss = costs.false_negative - costs.true_positive
    alarm = costs.false_positive - costs.true_negative
    if miss <= 0 or alarm <= 0:
        msg = "an error does not cost more than the right decision"
        raise UndefinedError(msg)

    def at(prevalence: Array) -> Linear:
        cost = Linear(
            base=0 * prevalence, misses=prevalence * miss, alarms=(1 - prevalence) * alarm
        )
        return cost.over(cost.misses + cost.alarms)

    return at


def cost_against_default_of(costs: Costs) -> Utility:
    """Return the cost as a multiple of the cheaper of flagging everybody and flagging nobody.

    Below 1 the model is cheaper than either.

    Raises
    ------
    UndefinedError
        When the cheaper of the two costs nothing.
    """

    def at(prevalence: Array) -> Linear:
        nobody, everybody = defaults(costs, prevalence=prevalence)
        cheaper = np.minimum(nobody, everybody)
        if (cheaper <= 0).any():
            msg = "the cheaper of flagging everybody and flagging nobody costs nothing"
            raise UndefinedError(msg)
        return expected_cost_of(costs)(prevalence).over(cheaper)

    return at


def defaults(costs: Costs, *, prevalence: Array) -> tuple[Array, Array]:
    """Return the expected cost of flagging nobody and of flagging everybody."""
    nobody = prevalence * costs.false_negative + (1 - prevalence) * costs.true_negative
    everybody = prevalence * costs.true_positive + (1 - prevalence) * costs.false_positive
    return nobody, everybody


def net_benefit_of(threshold: float) -> Utility:
    r"""Return the net benefit at a threshold probability, as a function of the prevalence.

    .. math:: \mathrm{NB} = \pi\,\mathrm{Se} - (1 - \pi)(1 - \mathrm{Sp})\frac{t}{1 - t}

    The odds of the threshold price one unnecessary treatment in missed cases.

    Raises
    ------
    UndefinedError
        When the threshold is not between 0 and 1.

    References
    ----------
    Vickers AJ, Elkin EB. Decision curve analysis: a novel method for evaluating prediction
    models. Med Decis Making 2006;26(6):565-574. doi:10.1177/0272989X06295361
    """
    odds = _odds(threshold)

    def at(prevalence: Array) -> Linear:
        return Linear(base=prevalence, misses=-prevalence, alarms=-(1 - prevalence) * odds)

    return at


def standardized_net_benefit_of(threshold: float) -> Utility:
    """Return the net benefit as a share of the greatest possible, which is the prevalence."""
    plain = net_benefit_of(threshold)

    def at(prevalence: Array) -> Linear:
        return plain(prevalence).over(prevalence)

    return at


def interventions_avoided_of(threshold: float) -> Utility:
    r"""Return the unnecessary interventions spared per exam, against flagging everybody.

    .. math:: (1 - \pi)\,\mathrm{Sp} - \pi\,(1 - \mathrm{Se})\frac{1 - t}{t}

    It is the gain in net benefit over flagging everybody, in units of interventions: those among
    exams without the finding, less what the missed ones are worth in them.

    References
    ----------
    Vickers AJ, Cronin AM, Elkin EB, Gonen M. Extensions to decision curve analysis, a novel
    method for evaluating diagnostic tests, prediction models and molecular markers. BMC Med
    Inform Decis Mak 2008;8:53. doi:10.1186/1472-6947-8-53
    """
    odds = _odds(threshold)

    def at(prevalence: Array) -> Linear:
        return Linear(base=1 - prevalence, misses=-prevalence / odds, alarms=-(1 - prevalence))

    return at


def _odds(threshold: float) -> float:
    """Return the odds of a threshold probability.

    Raises
    ------
    UndefinedError
        When it is not between 0 and 1.
    """
    if not 0 < threshold < 1:
        msg = f"the threshold {threshold:g} is not a probability between 0 and 1"
        raise UndefinedError(msg)
    return threshold / (1 - threshold)


def at_prevalence(
    table: Confusion, utility: Utility, *, prevalence: float, level: float
) -> Estimate:
    """Return a utility in a population of a given prevalence.

    The interval joins Wilson's of the two rates (MOVER), so that eight exams without a false
    alert do not pass for certainty.

    Raises
    ------
    EmptyStratumError
        When a class is empty.
    UndefinedError
        When the utility does not exist at that prevalence.
    """
    require_both(table)
    line = utility(np.array([prevalence], dtype=np.float64))
    base = float(line.base[0])
    weights = (float(line.misses[0]), float(line.alarms[0]))
    both = rates(table, level=level)
    errors = (1 - both.sensitivity, 1 - both.specificity)
    limits = [(1 - high, 1 - low) for low, high in (both.of_sensitivity, both.of_specificity)]
    low, high = linear(weights, errors, limits)
    value = weights[0] * errors[0] + weights[1] * errors[1]
    return Estimate(
        value=base + value, low=base + low, high=base + high, level=level,
        method="mover-wilson" + table.kind, n=table.total, events=table.positives, note=CARRY_OVER,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Shares:
    """Replicates of the prevalence and of the two error rates, arrays of shape (r,)."""

    prevalence: Array
    misses: Array
    alarms: Array


def shares_of(draws: Draws) -> Shares:
    """Return what utilities rest on, from the four cells, shape (r, 4)."""
    tp, fp, fn, tn = draws.T
    positives, negatives = tp + fn, fp + tn
    return Shares(
        prevalence=positives / (tp + fp + fn + tn), misses=fn / positives, alarms=fp / negatives
    )


def worth_of(shares: Shares, utility: Utility) -> Draws:
    """Return a utility of each of some prevalences with its error rates, shape (r,)."""
    return utility(shares.prevalence).worth(misses=shares.misses, alarms=shares.alarms)


def as_observed(
    table: Confusion,
    draws: Draws,
    utility: Utility,
    *,
    level: float,
    shares: Shares | None = None,
) -> Estimate:
    """Return a utility at the observed prevalence, whose uncertainty enters the interval.

    Parameters
    ----------
    table : Confusion
    draws : float64 array, shape (r, 4)
        From `validation.bootstrap.draw_confusions`.
    utility : callable
        From this module.
    level : float
    shares : Shares, optional
        Those of the draws, where they are known already.

    Raises
    ------
    EmptyStratumError
        When a class is empty.
    UndefinedError
        When the utility does not exist at that prevalence.
    """
    require_both(table)
    value = float(worth_of(shares_of(table.mass[None, :]), utility)[0])
    drawn = worth_of(shares_of(draws) if shares is None else shares, utility)
    low, high = percentile_interval(drawn, value=value, level=level)
    return Estimate(
        value=value, low=low, high=high, level=level, method="bootstrap-counts" + table.kind,
        n=table.total, events=table.positives,
    )  # fmt: skip


def cost_by_edge(
    positives: npt.NDArray[np.float64], negatives: npt.NDArray[np.float64], costs: Costs
) -> npt.NDArray[np.float64]:
    """Return the total cost of flagging from each score cell upwards; last: flagging nobody.

    Parameters
    ----------
    positives, negatives : float64 array, shape (..., k)

    Returns
    -------
    float64 array, shape (..., k + 1)
    """
    missed, spared = np.zeros((2, *positives.shape[:-1], positives.shape[-1] + 1))
    np.cumsum(positives, axis=-1, out=missed[..., 1:])
    np.cumsum(negatives, axis=-1, out=spared[..., 1:])
    alarms = spared[..., -1:] - spared
    hits = missed[..., -1:] - missed
    return np.asarray(
        missed * costs.false_negative
        + hits * costs.true_positive
        + alarms * costs.false_positive
        + spared * costs.true_negative
    )


def _variance_by_edge(counts: ScoreCounts, costs: Costs) -> Array:
    """Return how far the total cost at each edge varies against that of flagging everybody.

    Shape (k + 1,). What passes below the edge costs a miss more, or a false alarm less; where
    patients have several exams the design effect of the sum of both widens it, or those that are
    stated of sensitivity and specificity.
    """
    miss = costs.false_negative - costs.true_positive
    alarm = costs.false_positive - costs.true_negative
    of_negatives, of_positives = (amounts[:-1] for amounts in counts.squared_by_label)
    ones = np.ones(counts.scores.size)
    effect = counts.design_effect("cost_optimal_threshold", miss * ones, -alarm * ones)
    stated = counts.stated_effect("sensitivity"), counts.stated_effect("specificity")
    steps = max(effect, 1.0) * (
        miss**2 * of_positives * stated[0] + alarm**2 * of_negatives * stated[1]
    )
    return np.concatenate([[0.0], np.cumsum(steps)])


def cost_optimal_threshold(
    counts: ScoreCounts, costs: Costs, *, level: float, noise: Noise
) -> Estimate:
    """Return the score from which flagging was cheapest among scored exams.

    The minimum was searched for on these very exams, so that its cost is flattered; the
    interval shows how far the minimum would move with other exams (`draw_lowest`).

    Raises
    ------
    EmptyStratumError
        When a class is empty.
    UndefinedError
        When flagging nobody was cheapest.
    """
    require_classes(counts.scored_positives, counts.scored_negatives)
    positives, negatives = counts.mass_of_positives, counts.mass_of_negatives
    heights = cost_by_edge(positives, negatives, costs)
    best = int(np.argmin(heights))
    if best == counts.scores.size:
        msg = "flagging nobody is cheapest"
        raise UndefinedError(msg)
    edges = draw_lowest(heights, _variance_by_edge(counts, costs), noise=noise)
    ordered, last = np.sort(edges), edges.size - 1
    low, high = (int(ordered[round(last * q)]) for q in (0.5 - level / 2, 0.5 + level / 2))
    value = float(counts.scores[best])
    unsure = Estimate(
        value=value,
        method="none",
        n=counts.scored,
        events=counts.scored_positives,
        note="no interval: flagging nobody may be cheapest",
    )
    if high == counts.scores.size:
        return unsure
    return replace(
        unsure,
        low=min(value, float(counts.scores[low])),
        high=max(value, float(counts.scores[high])),
        level=level,
        method="drawn-walk" + counts.kind,
        note="searched for on these very exams",
    )
