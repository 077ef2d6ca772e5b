"""Metric names: every key a protocol may name and an assessment may carry, and what it needs.

A key ending in ``_at_prevalence`` is its bare metric moved to the population's prevalence "if
sensitivity and specificity carry over".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final


class Direction(StrEnum):
    """On which side of a bound a metric is good."""

    HIGHER = "higher is better"
    LOWER = "lower is better"
    NONE = "neither"  # a target value, or merely descriptive


class RestsOn(StrEnum):
    """Whom a metric counts, and so what a minimum is compared with."""

    POSITIVES = "positives"
    NEGATIVES = "negatives"
    BOTH = "both"
    EXAMS = "exams"


@dataclass(frozen=True, kw_only=True)
class MetricName:
    """What is known about a metric before a number of it is.

    Attributes
    ----------
    key : str
        As in protocols and assessments.
    label : str
        As printed, short.
    direction : Direction
    low, high : float or None
        The values it can take; None where there is no bound.
    needs_probability : bool
        Whether the score must be a probability; undefined for ranks.
    needs_costs, needs_threshold, needs_population : bool
        Whether the protocol must declare them.
    rests_on : RestsOn
    descriptive : bool
        Whether it only describes, so that no criterion may rest on it.
    """

    key: str
    label: str
    direction: Direction
    low: float | None = 0.0
    high: float | None = 1.0
    needs_probability: bool = False
    needs_costs: bool = False
    needs_threshold: bool = False
    needs_population: bool = False
    rests_on: RestsOn = RestsOn.BOTH
    descriptive: bool = False


_UP, _DOWN, _AIM = Direction.HIGHER, Direction.LOWER, Direction.NONE
_POSITIVES, _NEGATIVES, _EXAMS = RestsOn.POSITIVES, RestsOn.NEGATIVES, RestsOn.EXAMS


def _ranked(key: str, label: str) -> MetricName:
    """Describe a metric of the order of the scores."""
    return MetricName(key=key, label=label, direction=_UP)


def _decided(
    key: str,
    label: str,
    direction: Direction = _UP,
    *,
    low: float | None = 0.0,
    high: float | None = 1.0,
    rests_on: RestsOn = RestsOn.BOTH,
    costs: bool = False,
    population: bool = False,
) -> MetricName:
    """Describe a metric of the decisions at the threshold."""
    return MetricName(
        key=key,
        label=label,
        direction=direction,
        low=low,
        high=high,
        needs_threshold=True,
        needs_costs=costs,
        needs_population=population,
        rests_on=rests_on,
    )


def _calibrated(
    key: str, label: str, direction: Direction, *, low: float | None = 0.0, high: float | None = 1.0
) -> MetricName:
    """Describe a metric of the scores as probabilities."""
    return MetricName(
        key=key, label=label, direction=direction, low=low, high=high, needs_probability=True
    )


def _described(key: str, label: str) -> MetricName:
    """Describe what the scores are held against, and no merit of theirs."""
    return MetricName(
        key=key, label=label, direction=_AIM, high=None, needs_probability=True, descriptive=True
    )


def _by_key(*names: MetricName) -> Mapping[str, MetricName]:
    """Return the names under their keys, in the order given."""
    return MappingProxyType({name.key: name for name in names})


METRICS: Final[Mapping[str, MetricName]] = _by_key(
    _ranked("auroc", "AUROC"),
    _ranked("partial_auroc", "Partial AUROC"),
    _ranked("average_precision", "Average precision"),
    _decided("sensitivity", "Sensitivity", rests_on=_POSITIVES),
    _decided("specificity", "Specificity", rests_on=_NEGATIVES),
    _decided("ppv", "PPV", rests_on=_EXAMS),
    _decided("npv", "NPV", rests_on=_EXAMS),
    _decided("accuracy", "Accuracy", rests_on=_EXAMS),
    _decided("balanced_accuracy", "Balanced accuracy"),
    _decided("f1", "F1"),
    _decided("mcc", "MCC", low=-1.0),
    _decided("youden", "Youden's J", low=-1.0),
    _decided("lr_positive", "LR+", high=None),
    _decided("lr_negative", "LR−", _DOWN, high=None),
    MetricName(
        key="prevalence", label="Prevalence", direction=_AIM, rests_on=_EXAMS, descriptive=True
    ),
    MetricName(
        key="flag_rate",
        label="Flag rate",
        direction=_AIM,
        needs_threshold=True,
        rests_on=_EXAMS,
    ),
    _calibrated("brier", "Brier score", _DOWN),
    _calibrated("scaled_brier", "Scaled Brier score", _UP, low=None),
    _calibrated("log_loss", "Log loss", _DOWN, high=None),
    _calibrated("calibration_intercept", "Calibration intercept", _AIM, low=None, high=None),
    _calibrated("calibration_slope", "Calibration slope", _AIM, low=None, high=None),
    _calibrated("observed_expected", "Observed:expected", _AIM, high=None),
    _calibrated("ece", "Calibration error (ECE)", _DOWN),
    _calibrated("ici", "Integrated calibration index (ICI)", _DOWN),
    _calibrated("e50", "Median calibration error (E50)", _DOWN),
    _calibrated("e90", "Ninth decile of calibration error (E90)", _DOWN),
    _calibrated("emax", "Largest calibration error (Emax)", _DOWN),
    _calibrated("brier_reliability", "Brier reliability", _DOWN, low=None, high=None),
    _calibrated("brier_resolution", "Brier resolution", _UP, low=None, high=None),
    _described("brier_uncertainty", "Brier uncertainty"),
    _decided("expected_cost", "Expected cost", _DOWN, low=None, high=None, costs=True),
    _decided("normalized_expected_cost", "Normalised expected cost", _DOWN, high=None, costs=True),
    _decided(
        "cost_against_default",
        "Cost against the cheaper default",
        _DOWN,
        low=None,
        high=None,
        costs=True,
    ),
    MetricName(
        key="cost_optimal_threshold",
        label="Cost-optimal threshold",
        direction=_AIM,
        low=None,
        high=None,
        needs_costs=True,
        descriptive=True,
    ),
    _decided("net_benefit", "Net benefit", low=None),
    _decided("standardized_net_benefit", "Standardised net benefit", low=None),
    _decided("interventions_avoided", "Interventions avoided per exam", low=None),
    _decided("ppv_at_prevalence", "PPV at the population's prevalence", population=True),
    _decided("npv_at_prevalence", "NPV at the population's prevalence", population=True),
    _decided(
        "expected_cost_at_prevalence",
        "Expected cost at the population's prevalence",
        _DOWN,
        low=None,
        high=None,
        costs=True,
        population=True,
    ),
    _decided(
        "normalized_expected_cost_at_prevalence",
        "Normalised expected cost at the population's prevalence",
        _DOWN,
        high=None,
        costs=True,
        population=True,
    ),
    _decided(
        "net_benefit_at_prevalence",
        "Net benefit at the population's prevalence",
        low=None,
        population=True,
    ),
)


def is_net_benefit(key: str) -> bool:
    """Say whether the odds of a threshold probability price a metric."""
    return "net_benefit" in key or key.startswith("interventions_avoided")


def _gap(
    stem: str, label: str, *, threshold: bool = True, probability: bool = False, told: bool = False
) -> tuple[MetricName, MetricName]:
    """Describe a disparity as a difference (0 is equal) and as a ratio (1 is equal)."""
    difference, ratio = (
        MetricName(
            key=f"{stem}_{form}",
            label=f"{label} {word}",
            direction=direction,
            needs_threshold=threshold,
            needs_probability=probability,
            descriptive=told,
        )
        for form, word, direction in (("difference", "gap", _DOWN), ("ratio", "ratio", _UP))
    )
    return difference, ratio


FAIRNESS_METRICS: Final[Mapping[str, MetricName]] = _by_key(
    *_gap("demographic_parity", "Flag rate", told=True),
    *_gap("equalized_odds", "Equalised odds"),
    *_gap("equal_opportunity", "Sensitivity"),
    *_gap("false_positive_rate", "False-positive rate"),
    *_gap("predictive_parity", "PPV"),
    MetricName(
        key="calibration_gap",
        label="Calibration gap",
        direction=_DOWN,
        high=None,
        needs_probability=True,
    ),
    *_gap("auroc", "AUROC", threshold=False),
)

# What a criterion over “difference by NAME” is judged on; other metrics by their range as it is.
GAP_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sensitivity": "equal_opportunity_difference",
        "specificity": "false_positive_rate_difference",
        "ppv": "predictive_parity_difference",
        "auroc": "auroc_difference",
    }
)

SITE_METRICS: Final = frozenset(
    {"auroc", "sensitivity", "specificity", "observed_expected", "calibration_slope"}
)
COMPARISON_METRICS: Final = frozenset(
    {"auroc", "sensitivity", "specificity", "net_benefit", "expected_cost", "brier"}
)
