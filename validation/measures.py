"""Measures: every metric of one stratum under a protocol."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from validation.bootstrap import Draws, draw_confusions, generator, walk_noise
from validation.counts import (
    Confusion,
    confusion_among_scored,
    confusion_as_deployed,
)
from validation.errors import UndefinedError
from validation.estimates import Estimate, attempt
from validation.exam_costs import DIFFER, costs_differ, expected_cost
from validation.hidden import hidden_by, note_of_hidden
from validation.metric_names import METRICS, is_net_benefit
from validation.metrics import brier, calibration, classification, discrimination, smooth, utility
from validation.metrics.partial import partial_auroc
from validation.protocols.odds import source_of_odds, threshold_probability
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.strata import Stratum

NO_THRESHOLD = "the protocol declares no operating point"
NO_COSTS = "the protocol declares no costs"
NO_POPULATION = "the protocol declares no population"

PLAIN: Mapping[str, Callable[..., Estimate]] = {
    "sensitivity": classification.sensitivity,
    "specificity": classification.specificity,
    "ppv": classification.ppv,
    "npv": classification.npv,
    "accuracy": classification.accuracy,
    "balanced_accuracy": classification.balanced_accuracy,
    "f1": classification.f1,
    "youden": classification.youden,
    "lr_positive": classification.lr_positive,
    "lr_negative": classification.lr_negative,
    "flag_rate": classification.flag_rate,
}
CALIBRATION: Mapping[str, Callable[..., Estimate]] = {
    "brier": brier.brier,
    "scaled_brier": brier.scaled_brier,
    "log_loss": brier.log_loss,
    "brier_reliability": partial(brier.decompose, "reliability"),
    "brier_resolution": partial(brier.decompose, "resolution"),
    "brier_uncertainty": partial(brier.decompose, "uncertainty"),
    "calibration_intercept": calibration.calibration_intercept,
    "calibration_slope": calibration.calibration_slope,
    "observed_expected": calibration.observed_expected,
}
NET_BENEFITS: Mapping[str, Callable[[float], utility.Utility]] = {
    "net_benefit": utility.net_benefit_of,
    "standardized_net_benefit": utility.standardized_net_benefit_of,
    "interventions_avoided": utility.interventions_avoided_of,
}
AT_PREVALENCE = "_at_prevalence"
PRICED = frozenset(
    key for key, name in METRICS.items() if name.needs_costs and name.needs_threshold
)


@dataclass(frozen=True, kw_only=True, eq=False)
class Decided:
    """The decisions in one stratum, on one basis, with replicates of them when asked for."""

    table: Confusion
    replicates: int
    seed: int
    key: str
    basis: str

    @cached_property
    def draws(self) -> Draws:
        """Replicates of the four cells' shares, shape (r, 4)."""
        rng = generator(self.seed, "decisions", self.basis, self.key)
        return draw_confusions(self.table, replicates=self.replicates, rng=rng)

    @cached_property
    def shares(self) -> utility.Shares:
        """Replicates of the prevalence and of the two error rates."""
        return utility.shares_of(self.draws)


def utility_of(metric: str, finding: Finding, kind: ScoreKind) -> utility.Utility:
    """Return a cost or net-benefit metric as a function of the prevalence.

    Parameters
    ----------
    metric : str
    finding : Finding
    kind : ScoreKind
        Whether a score threshold may stand for the threshold probability, where none is stated.

    Raises
    ------
    UndefinedError
        When the protocol lacks the costs or the operating point, or they do not fit.
    """
    costs = finding.costs
    if is_net_benefit(metric):
        form = NET_BENEFITS[metric.removesuffix(AT_PREVALENCE)]
        return form(threshold_probability(finding, kind))
    if costs is None:
        raise UndefinedError(NO_COSTS)
    if metric.startswith("normalized"):
        return utility.normalized_cost_of(costs)
    if metric == "cost_against_default":
        return utility.cost_against_default_of(costs)
    return utility.expected_cost_of(costs)


def decide(stratum: Stratum, protocol: Protocol, *, among_scored: bool = False) -> Decided | None:
    """Return the decisions at the operating point; None where there is none."""
    point, intervals = stratum.finding.operating_point, protocol.intervals
    if point.threshold is None:
        return None
    place = ("decided", among_scored, intervals.seed, intervals.replicates)
    if place not in stratum.memory:
        stratum.memory[place] = decide_at(
            stratum, protocol, point.threshold, among_scored=among_scored
        )
    known: Decided = stratum.memory[place]
    return known


def decide_at(
    stratum: Stratum,
    protocol: Protocol,
    threshold: float,
    *,
    among_scored: bool = False,
    most: int | None = None,
) -> Decided:
    """Return the decisions if this were the threshold, with at most `most` replicates.

    Every threshold starts from the same random numbers.
    """
    form = confusion_among_scored if among_scored else confusion_as_deployed
    point, intervals = stratum.finding.operating_point, protocol.intervals
    return Decided(
        table=form(stratum.counts, threshold=threshold, point=point),
        replicates=min(intervals.replicates, most or intervals.replicates),
        seed=intervals.seed,
        key=stratum.key,
        basis="among scored" if among_scored else "as deployed",
    )


def measure(stratum: Stratum, protocol: Protocol, *, level: float) -> dict[str, Estimate]:
    """Return every metric of a stratum, in the order of `METRICS`.

    Rates are as deployed; where an exam has no score, the same among scored exams stands
    beside them. What does not exist is there too, with the reason.
    """
    known = _measured(stratum, protocol, level=level)
    return {
        key: known[key] if key in known else measure_one(key, stratum, protocol, level=level)
        for key in METRICS
    }


def measure_one(key: str, stratum: Stratum, protocol: Protocol, *, level: float) -> Estimate:
    """Return one metric of a stratum, the same number as `measure` gives."""
    known = _measured(stratum, protocol, level=level)
    if key not in known:
        known[key] = _measure_one(key, stratum, protocol, level=level)
    return known[key]


def _measured(stratum: Stratum, protocol: Protocol, *, level: float) -> dict[str, Estimate]:
    """Return what was measured already under the same plan."""
    place = (level, protocol.intervals, protocol.score_kind)
    known: dict[str, Estimate] = stratum.memory.setdefault(place, {})
    return known


def _measure_one(key: str, stratum: Stratum, protocol: Protocol, *, level: float) -> Estimate:
    """Return one metric of a stratum, or the reason why there is none."""
    counts, name = stratum.counts, METRICS[key]
    labelled, positives = counts.labelled, counts.all_positives
    undefined = hidden_by(key, stratum)
    if name.needs_probability and protocol.score_kind is ScoreKind.RANK:
        undefined = calibration.RANKS
    if undefined is not None:
        return Estimate(value=None, undefined=undefined, n=labelled, events=positives)
    if key == "prevalence":
        point = stratum.finding.operating_point
        table = confusion_as_deployed(counts, threshold=0.0, point=point)  # at any threshold
        return attempt(lambda: classification.prevalence(table, level=level), n=labelled)
    ranked = _of_scores(key, stratum, protocol, level=level)
    if ranked is not None:
        return attempt(ranked, n=counts.scored, events=counts.scored_positives)
    deployed = decide(stratum, protocol)
    if deployed is None:
        return Estimate(value=None, undefined=NO_THRESHOLD, n=labelled, events=positives)
    kind = protocol.score_kind
    main = _of_decisions(key, stratum.finding, deployed, kind=kind, level=level)
    note = note_of_hidden(name, counts, fewest=stratum.minimum_cell)
    if note is not None:
        main = replace(main, note="; ".join(part for part in (main.note, note) if part))
    scored = decide(stratum, protocol, among_scored=True) if counts.unscored else None
    if scored is None or main.undefined in {NO_COSTS, NO_POPULATION}:
        return main
    beside = _of_decisions(key, stratum.finding, scored, kind=kind, level=level)
    return replace(main, among_scored=beside.bounds)


def _of_exams(key: str, stratum: Stratum, protocol: Protocol, *, level: float) -> Estimate:
    """Return a cost where errors about different exams cost differently."""
    costs, counts = stratum.finding.costs, stratum.counts
    n, events = counts.labelled, counts.all_positives
    if costs is None or key != "expected_cost":
        reason = NO_COSTS if costs is None else DIFFER
        return Estimate(value=None, undefined=reason, n=n, events=events)

    def form(*, among_scored: bool) -> Estimate:
        return attempt(
            lambda: expected_cost(stratum, protocol, costs, level=level, among_scored=among_scored),
            n=n,
            events=events,
        )

    main = form(among_scored=False)
    return replace(main, among_scored=form(among_scored=True).bounds) if counts.unscored else main


def _of_scores(
    key: str, stratum: Stratum, protocol: Protocol, *, level: float
) -> Callable[[], Estimate] | None:
    """Return how to measure a metric that rests on the scores themselves, if it is one."""
    counts = stratum.counts
    if key in CALIBRATION:
        return lambda: CALIBRATION[key](counts, level=level)
    if key in smooth.KEYS:
        return lambda: _stray(key, stratum, protocol, level=level)
    if key in PRICED and costs_differ(protocol, stratum.finding):
        return lambda: _of_exams(key, stratum, protocol, level=level)
    if METRICS[key].needs_threshold:
        return None
    scale, area = protocol.intervals.auroc, protocol.partial_area
    ways: Mapping[str, Callable[[], Estimate]] = {
        "auroc": lambda: discrimination.auroc(counts, level=level, scale=scale),
        "partial_auroc": lambda: partial_auroc(counts, area=area, level=level),
        "average_precision": lambda: discrimination.average_precision(counts, level=level),
        "ece": lambda: calibration.ece(counts),
        "cost_optimal_threshold": lambda: _search(stratum, protocol, level=level),
    }
    return ways.get(key)


def curve_of(stratum: Stratum) -> smooth.Curve:
    """Return a stratum's flexible calibration curve; raises as `calibration_curve` does."""
    if "curve" not in stratum.memory:
        try:
            stratum.memory["curve"] = smooth.calibration_curve(stratum.counts)
        except UndefinedError as reason:
            stratum.memory["curve"] = reason
    found = stratum.memory["curve"]
    if isinstance(found, UndefinedError):
        raise found
    curve: smooth.Curve = found
    return curve


def _stray(key: str, stratum: Stratum, protocol: Protocol, *, level: float) -> Estimate:
    """Return how far the flexible calibration curve strays from the diagonal."""
    place = ("strays", level, protocol.intervals.seed)
    if place not in stratum.memory:
        stratum.memory[place] = smooth.calibration_errors(
            curve_of(stratum),
            stratum.counts,
            level=level,
            noise=smooth.curve_noise(protocol.intervals.seed),
        )
    found: dict[str, Estimate] = stratum.memory[place]
    return found[key]


def _search(stratum: Stratum, protocol: Protocol, *, level: float) -> Estimate:
    """Return the score from which flagging was cheapest.

    Raises
    ------
    UndefinedError
        When the protocol declares no costs, or flagging nobody was cheapest.
    """
    costs = stratum.finding.costs
    if costs is None:
        raise UndefinedError(NO_COSTS)
    if costs_differ(protocol, stratum.finding):
        raise UndefinedError(DIFFER)
    return utility.cost_optimal_threshold(
        stratum.counts,
        costs,
        level=level,
        noise=walk_noise(protocol.intervals.seed, replicates=protocol.intervals.replicates),
    )


def _of_decisions(
    key: str, finding: Finding, decided: Decided, *, kind: ScoreKind, level: float
) -> Estimate:
    """Return a metric of the decisions on one basis."""
    table = decided.table

    def form() -> Estimate:
        if key in PLAIN:
            return PLAIN[key](table, level=level)
        if key == "mcc":
            return classification.mcc(table, decided.draws, level=level)
        if not key.endswith(AT_PREVALENCE):
            worth, draws, shares = utility_of(key, finding, kind), decided.draws, decided.shares
            found = utility.as_observed(table, draws, worth, level=level, shares=shares)
            return _with_source(key, finding, found)
        if finding.population is None:
            raise UndefinedError(NO_POPULATION)
        prevalence = finding.population.prevalence
        if key.startswith("ppv"):
            return classification.ppv_at(table, decided.draws, prevalence=prevalence, level=level)
        if key.startswith("npv"):
            return classification.npv_at(table, decided.draws, prevalence=prevalence, level=level)
        worth = utility_of(key, finding, kind)
        found = utility.at_prevalence(table, worth, prevalence=prevalence, level=level)
        return _with_source(key, finding, found)

    return attempt(form, n=table.total, events=table.positives)


def _with_source(key: str, finding: Finding, found: Estimate) -> Estimate:
    """Return an estimate that says, where odds price it, whose odds these are."""
    if not is_net_benefit(key):
        return found
    said = (found.note, source_of_odds(finding.operating_point))
    return replace(found, note="; ".join(part for part in said if part))


def among_prevalences(
    key: str,
    stratum: Stratum,
    protocol: Protocol,
    prevalences: Mapping[str, float],
    *,
    level: float,
) -> dict[str, Estimate]:
    """Return a cost or net-benefit metric, as deployed, at each of some named prevalences."""
    point = stratum.finding.operating_point
    undefined = NO_THRESHOLD if point.threshold is None else hidden_by(key, stratum)
    if undefined is None and key in PRICED and costs_differ(protocol, stratum.finding):
        undefined = DIFFER
    if point.threshold is None or undefined is not None:
        return {name: Estimate(value=None, undefined=undefined) for name in prevalences}
    table = confusion_as_deployed(stratum.counts, threshold=point.threshold, point=point)

    def form(prevalence: float) -> Estimate:
        worth = utility_of(key, stratum.finding, protocol.score_kind)
        return utility.at_prevalence(table, worth, prevalence=prevalence, level=level)

    return {
        name: attempt(lambda prevalence=prevalence: form(prevalence))  # type: ignore[misc]  # bound now
        for name, prevalence in prevalences.items()
    }


def is_utility(key: str) -> bool:
    """Say whether a metric is worth something only at a prevalence: a cost or a net benefit."""
    return "cost" in key.replace("cost_optimal_threshold", "") or is_net_benefit(key)
