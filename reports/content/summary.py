"""Summary: what page 1 says beside its sites, for a decision in sixty seconds."""

from dataclasses import dataclass

from reports.content.measures import Measure, Point, Tone


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
