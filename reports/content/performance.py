"""Performance: how well, at which threshold, at what cost; section 2."""

from dataclasses import dataclass

from reports.content.charts import Chart
from reports.content.headings import PERFORMANCE, Heading
from reports.content.measures import Measure


@dataclass(frozen=True, kw_only=True)
class Confusion:
    """Counts at the operating point, as deployed."""

    title: str
    true_positives: int
    false_negatives: int
    false_positives: int
    true_negatives: int
    note: str


@dataclass(frozen=True, kw_only=True)
class ThresholdRow:
    """What would happen at another threshold."""

    threshold: float
    sensitivity: Measure
    specificity: Measure
    ppv: Measure
    npv: Measure
    alerts: Measure
    missed: Measure
    own: bool


@dataclass(frozen=True, kw_only=True)
class Performance:
    """Section 2."""

    lede: str
    charts: tuple[Chart, ...]
    confusion: Confusion | None
    thresholds: tuple[ThresholdRow, ...]
    thresholds_title: str
    thresholds_note: str
    heading: Heading = PERFORMANCE
