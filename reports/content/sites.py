"""Sites: where, and for whom; the forest of page 1 and section 3."""

from dataclasses import dataclass

from reports.content.charts import Chart
from reports.content.headings import SITES, Heading
from reports.content.measures import Measure, Tone


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """One hospital in the forest of page 1 and the table of section 3."""

    name: str
    kind: str  # "external testing", "development, refits"
    exams: int
    positives: int
    area: Measure
    sensitivity: Measure
    specificity: Measure
    observed_expected: Measure
    verdict: str
    tone: Tone
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class PooledRow:
    """All external sites together: never without the interval for the next site."""

    label: str
    area: Measure
    prediction: Measure
    note: str


@dataclass(frozen=True, kw_only=True)
class SiteTable:
    """Sites with their verdicts; `floor` is the bound that the protocol set."""

    title: str
    rows: tuple[SiteRow, ...]
    pooled: PooledRow | None
    floor: float | None
    note: str
    more: str | None = None


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One subgroup, in the table of section 3."""

    attribute: str
    level: str
    exams: int
    positives: int
    sensitivity: Measure
    specificity: Measure
    area: Measure
    verdict: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class GapRow:
    """A difference between the groups of one attribute."""

    attribute: str
    name: str
    measure: Measure
    by_chance: Measure | None
    between: str
    verdict: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Fairness:
    """Section 3: sites and subgroups; its `gaps_note` stands where no gap has a verdict."""

    lede: str
    heterogeneity: tuple[str, ...]
    groups: tuple[GroupRow, ...]
    groups_note: str
    too_small: str
    gaps: tuple[GapRow, ...]
    gaps_note: str = ""
    charts: tuple[Chart, ...] = ()
    heading: Heading = SITES
