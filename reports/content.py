"""Content: what a card says before it has a look; sentences and numbers, nothing computed later.

Whoever fills a `CardContent` has done all the judging; whoever sets it in type only places what
is here. A `Measure` is printed in one way everywhere, and an undefined one carries its reason.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

LineStyle = Literal["main", "second", "third", "fourth", "reference", "baseline"]


class Tone(StrEnum):
    """How a statement stands towards use; always said in words too, never by colour alone."""

    GOOD = "good"
    BAD = "bad"
    UNSURE = "unsure"
    PLAIN = "plain"


class Unit(StrEnum):
    """How a number is printed."""

    SCORE = "score"  # three decimals: areas, slopes of curves
    RATIO = "ratio"  # two decimals: observed to expected, calibration slope
    PERCENT = "percent"  # a share as a percentage
    PER_THOUSAND = "per thousand"  # exams or cost units out of a thousand exams


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One number with its interval, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    unit: Unit = Unit.SCORE
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class Fact:
    """A label and what stands beside it; `code` for what is set as a digest."""

    label: str
    value: str
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Point:
    """One item of a list that judges: a word for its kind, and the sentence."""

    kind: str
    text: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Headline:
    """What policy permits or blocks, and why; blocking items first."""

    text: str
    tone: Tone
    because: tuple[str, ...]  # sentences under the headline
    points: tuple[Point, ...]  # what blocks, worst first
    more: str | None = None  # what there was no room for


@dataclass(frozen=True, kw_only=True)
class KeyFigure:
    """One of the big numbers of page 1."""

    label: str
    measure: Measure
    note: str


@dataclass(frozen=True, kw_only=True)
class SiteRow:
    """One hospital in the forest of page 1 and the table of page 3."""

    name: str
    kind: str  # "external testing", "development, refits"
    exams: int
    positives: int
    area: Measure
    sensitivity: Measure
    specificity: Measure
    observed_expected: Measure
    slope: Measure
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
class Callout:
    """A boxed statement with one number: the worst subgroup."""

    title: str
    measure: Measure | None
    unit_words: str
    subject: str
    note: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class CostRow:
    """What one way of working costs per 1,000 exams."""

    label: str
    measure: Measure
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class CostPanel:
    """What the version costs beside the other ways of working."""

    title: str
    rows: tuple[CostRow, ...]
    note: str


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What must be done, by whom and by when."""

    number: str
    text: str
    when: str
    owner: str
    due: str
    state: str
    open: bool


@dataclass(frozen=True, kw_only=True)
class SignOffSlot:
    """A sign-off given, or the empty place of one that is awaited."""

    role: str
    name: str
    meaning: str
    at: str
    tone: Tone
    given: bool


@dataclass(frozen=True, kw_only=True)
class Series:
    """A line of a figure; `band` is from where to where each point may lie, if that is drawn."""

    name: str
    points: tuple[tuple[float, float], ...]
    style: LineStyle
    band: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Bin:
    """A point of a calibration plot with its interval."""

    predicted: float
    observed: float
    low: float
    high: float
    exams: int


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A labelled spot of a figure."""

    x: float
    y: float
    label: str


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A figure: its lines, its words, and its `description` for those who cannot see it."""

    kind: Literal["roc", "calibration", "decision", "cost"]
    title: str
    caption: str
    description: str
    series: tuple[Series, ...] = ()
    bins: tuple[Bin, ...] = ()
    mark: Mark | None = None
    undefined: str | None = None


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
    """Page 2."""

    lede: str
    charts: tuple[Chart, ...]
    confusion: Confusion | None
    thresholds: tuple[ThresholdRow, ...]
    thresholds_title: str
    thresholds_note: str


@dataclass(frozen=True, kw_only=True)
class GroupRow:
    """One subgroup, in the table of page 3."""

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
    """Page 3: sites and subgroups."""

    lede: str
    heterogeneity: tuple[str, ...]
    groups: tuple[GroupRow, ...]
    groups_more: str | None
    groups_note: str
    too_small: str
    gaps: tuple[GapRow, ...]
    gaps_more: str | None


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One of the thirteen considerations, with what is said about it, or that nothing is."""

    number: int
    title: str
    state: str
    text: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class DatasetRow:
    """A dataset version and what it was used for."""

    name: str
    use: str
    dates: str
    counts: str
    reference_standard: str
    licence: str


@dataclass(frozen=True, kw_only=True)
class SignatureRow:
    """A signature as recorded."""

    role: str
    name: str
    meaning: str
    at: str
    key: str
    signature: str
    remark: str


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Page 4."""

    lede: str
    facts: tuple[Fact, ...]
    datasets: tuple[DatasetRow, ...]
    datasets_more: str | None
    overlap: tuple[Point, ...]
    considerations: tuple[Consideration, ...]
    signatures: tuple[SignatureRow, ...]
    signatures_more: str | None
    verify: tuple[Fact, ...]
    shortened: str | None


@dataclass(frozen=True, kw_only=True)
class CardContent:
    """All that a card says.

    Attributes
    ----------
    banner : str or None
        The word across every page: DRAFT, DECLINED, SUPERSEDED, SUSPENDED.
    reference : str
        How people and footers name the card: model, version, dossier, digest in short.
    issued_at : datetime
        The time of the newest document the card renders; aware, UTC.
    dossier_digest : str
        ``sha256:`` and 64 hex digits.
    shortened : str or None
        Where the whole of what page 1 had to cut stands; None where nothing was.
    """

    model: str
    version: int
    title: str
    summary: str
    banner: str | None
    standing: str
    reference: str
    issued_at: datetime
    dossier_digest: str
    facts: tuple[Fact, ...]
    headline: Headline
    use_for: tuple[str, ...]
    do_not_use_for: tuple[str, ...]
    key_title: str
    key_figures: tuple[KeyFigure, ...]
    key_note: str
    sites: SiteTable
    all_sites: SiteTable
    worst: Callout
    cost: CostPanel
    not_shown: str
    evidence_line: str
    conditions: tuple[Condition, ...]
    conditions_more: str | None
    objections: tuple[Point, ...]
    signoffs: tuple[SignOffSlot, ...]
    signoffs_more: str | None
    shortened: str | None
    performance: Performance
    fairness: Fairness
    provenance: Provenance
