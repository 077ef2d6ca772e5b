"""Protocol: the pre-specified plan of an evaluation, as values."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

SCHEMA = "cmr.protocol/1"

Basis = Literal["crude", "site-standardised"]  # levels as they are, or within the same sites


class Partition(StrEnum):
    """What a row may be used for; never pooled with another."""

    DEVELOPMENT = "development"
    INTERNAL_TESTING = "internal testing"
    EXTERNAL_TESTING = "external testing"
    LOCAL_ACCEPTANCE = "local acceptance"
    MONITORING = "monitoring"


class Sampling(StrEnum):
    """How patients entered the table."""

    CONSECUTIVE = "consecutive"
    RANDOM = "random"
    ENRICHED = "enriched"
    CASE_CONTROL = "case-control"
    VERIFIED_ONLY = "verified only"


class ScoreKind(StrEnum):
    """Whether a score may be read as a probability."""

    PROBABILITY = "probability"
    RANK = "rank"


class Grid(StrEnum):
    """How finely scores are kept."""

    BY_SIZE = "by size"
    EXACT = "exact"
    DYADIC = "dyadic"


class Source(StrEnum):
    """Which part of an assessment a criterion reads."""

    ESTIMATE = "estimate"
    FAIRNESS = "fairness"
    SITES = "sites"
    COMPARISON = "comparison"


@dataclass(frozen=True, kw_only=True)
class Columns:
    """Canonical name → column of the table. Only label and score are required."""

    label: str = "label"
    score: str = "score"
    exam: str | None = None
    patient: str | None = None
    site: str | None = None
    partition: str | None = None
    finding: str | None = None  # long tables: one row per exam and finding
    weight: str | None = None  # sampling weight of the exam, above 0
    severity: str | None = None  # how grave the finding is; read of positives only
    time: str | None = None  # when the exam was made, a date or an instant
    excluded: str | None = None  # why the exam was excluded; empty where it was not
    cost_of_miss: str | None = None  # what missing this very exam would cost, in the costs' unit
    cost_of_alarm: str | None = None  # what a false alarm about it would cost


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What each outcome of one exam costs, in one unit."""

    false_negative: float
    false_positive: float
    true_positive: float = 0.0
    true_negative: float = 0.0
    unit: str = "unit"
    set_by: str | None = None
    set_on: str | None = None  # ISO date
    why: str | None = None
    by_severity: dict[str, float] = field(default_factory=dict)  # of a false negative, per level

    @property
    def unsaid(self) -> list[str]:
        """Return what is missing of who set the costs, when and why."""
        return [key for key in ("set_by", "set_on", "why") if getattr(self, key) is None]


@dataclass(frozen=True, kw_only=True)
class OperatingPoint:
    """The threshold in use and what happens to an exam without a score."""

    threshold: float | None = None  # None only while a rule is not resolved
    rule: str | None = None
    origin: str | None = None  # where the number came from, once a rule is resolved
    positive_when: Literal[">=", ">"] = ">="
    unscored: Literal["negative", "positive"] = "negative"
    threshold_probability: float | None = None  # its odds price net benefit; see `odds`


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One finding of several; what it omits is inherited from the top level.

    `name` is None for the only finding of a protocol without a findings section. Wide tables
    name `label` and `score` columns here; long tables leave them to ``Columns``.
    """

    name: str | None
    label: str
    score: str
    operating_point: OperatingPoint
    costs: Costs | None
    population: "Population | None"


@dataclass(frozen=True, kw_only=True)
class Population:
    """The deployment population: prevalence in (0, 1), its plausible range, its source."""

    prevalence: float
    range: tuple[float, float] | None = None
    source: str | None = None


@dataclass(frozen=True, kw_only=True)
class Subgroup:
    """An attribute by which strata are formed.

    With `edges` (ascending, at least 3) the column is a number cut into [a, b), the last
    interval closed; levels are named "45 to <55", the last "65 to 120".
    """

    name: str
    column: str
    edges: tuple[float, ...] | None = None
    exploratory: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparator:
    """Another set of scores on the same exams.

    In a wide table of several findings `score` holds "{finding}" where the finding's name stands.
    """

    name: str
    score: str
    version: str | None = None
    threshold: float | None = None


@dataclass(frozen=True, kw_only=True)
class Reader:
    """A reader of the reference standard: the column of what this one said, 1, 0 or empty.

    In a wide table of several findings `column` holds "{finding}" where the finding's name stands.
    """

    name: str
    column: str


@dataclass(frozen=True, kw_only=True)
class PartialArea:
    """The part of the ROC curve of which the area counts: from where to where on one axis."""

    axis: Literal["specificity", "sensitivity"] = "specificity"
    low: float = 0.9
    high: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Intervals:
    """How intervals are made."""

    level: float = 0.95
    auroc: Literal["delong-logit", "delong"] = "delong-logit"
    replicates: int = 2000
    seed: int = 20261123
    between_sites: Literal["REML", "DL", "PM"] = "REML"  # how the variance of sites is estimated


@dataclass(frozen=True, kw_only=True)
class Minimum:
    """Below it: insufficient. Counts only what a metric rests on."""

    positives: int = 10
    negatives: int = 10
    max_width: dict[str, float] = field(default_factory=dict)
    calibration_events: int = 100


@dataclass(frozen=True, kw_only=True)
class Criterion:
    """One bound that evidence must meet; exactly one of `at_least` and `at_most` is set.

    `over` is "overall", "every site", "every <subgroup>", "worst <subgroup>",
    "pooled external" or "difference by <subgroup>".
    """

    id: str
    source: Source
    metric: str
    over: str = "overall"
    at_least: float | None = None
    at_most: float | None = None
    at: dict[str, str] = field(default_factory=dict)
    finding: str | None = None
    attribute: str | None = None
    basis: Basis | None = None  # of a gap between groups; None where none are compared
    comparator: str | None = None
    bound: str | None = None  # sites: "prediction_low" | "prediction_high"
    needs: Literal["all", "any"] = "all"
    consideration: str | None = None
    exploratory: bool = False


@dataclass(frozen=True, kw_only=True)
class Protocol:
    """The whole plan. Read it with `validation.protocols.read`, never build it by hand."""

    name: str
    purpose: Partition
    sampling: Sampling = Sampling.CONSECUTIVE
    reference_standard: str = ""
    score_kind: ScoreKind = ScoreKind.PROBABILITY
    columns: Columns = field(default_factory=Columns)
    findings: tuple[Finding, ...] = ()  # always at least one after reading
    operating_point: OperatingPoint = field(default_factory=OperatingPoint)
    costs: Costs | None = None
    population: Population | None = None
    subgroups: tuple[Subgroup, ...] = ()  # the exploratory ones too, marked
    intersections: tuple[tuple[str, ...], ...] = ()  # the exploratory ones too
    exploratory_intersections: tuple[tuple[str, ...], ...] = ()  # which of them were not planned
    comparators: tuple[Comparator, ...] = ()
    intervals: Intervals = field(default_factory=Intervals)
    thresholds: tuple[float, ...] = ()  # of [curves]
    minimum: Minimum = field(default_factory=Minimum)
    criteria: tuple[Criterion, ...] = ()
    indeterminate: tuple[str, ...] = ()  # labels that say the reference standard gave no answer
    readers: tuple[Reader, ...] = ()
    partial_area: PartialArea = field(default_factory=PartialArea)
    grid: Grid = Grid.BY_SIZE
