"""Blocks: the kinds of thing that a section is made of, whatever it is about.

A block judges nothing and knows no subject. What is absent is said in its own words: a block
without rows carries the sentence that stands in their place.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from reports.content.charts import Chart
from reports.content.headings import Heading
from reports.content.measures import Fact, Measure, Point, Tone


class Column(StrEnum):
    """What a column holds, and therefore how it is aligned and set."""

    NAME = "name"  # heads its row
    TEXT = "text"  # runs over several lines
    SHORT = "short"  # a word or two, a day; never broken
    NUMBER = "number"  # to the right, figures of one width
    CODE = "code"  # a digest, a key, a command
    VERDICT = "verdict"  # a word in the tone of its row


@dataclass(frozen=True, kw_only=True)
class Cell:
    """What stands in a table: words or a number, a line under it, and how it stands towards use.

    `tone` is that of this cell alone; a column of verdicts takes the tone of its row.
    """

    text: str = ""
    measure: Measure | None = None
    under: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a table; `own` sets it in bold: the version that the card is about."""

    cells: tuple[str | Measure | Cell, ...]
    tone: Tone = Tone.PLAIN
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Head:
    """The head of a column; `share` is its width in percent, where the columns shall not decide."""

    title: str
    holds: Column = Column.TEXT
    share: int | None = None


@dataclass(frozen=True, kw_only=True)
class Table:
    """Rows under heads, over as many pages as they need; `empty` is what no row at all means."""

    title: str
    heads: tuple[Head, ...]
    rows: tuple[Row, ...]
    empty: str = "None is recorded."
    note: str = ""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, kw_only=True)
class Facts:
    """Labels with what is recorded beside each."""

    title: str
    facts: tuple[Fact, ...]
    heads: tuple[str, str] = ("Item", "What is recorded")
    kind: Literal["facts"] = "facts"


@dataclass(frozen=True, kw_only=True)
class Points:
    """A list of what judges: each with a word for its kind, in its tone."""

    title: str
    points: tuple[Point, ...]
    kind: Literal["points"] = "points"


@dataclass(frozen=True, kw_only=True)
class Paragraphs:
    """Sentences; `small` where they are notes to what stands above."""

    title: str
    paragraphs: tuple[str, ...]
    small: bool = False
    kind: Literal["paragraphs"] = "paragraphs"


@dataclass(frozen=True, kw_only=True)
class Charts:
    """Figures, two beside each other."""

    title: str
    charts: tuple[Chart, ...]
    kind: Literal["charts"] = "charts"


@dataclass(frozen=True, kw_only=True)
class Rung:
    """One step of a ladder, or one moment of a course of events.

    `state` says in a word or two where it stands: "reached 3 Nov 2026", "asked for", "not yet".
    """

    name: str
    state: str
    text: str = ""
    tone: Tone = Tone.PLAIN
    reached: bool = False


@dataclass(frozen=True, kw_only=True)
class Ladder:
    """Steps in their order, from the first to the last."""

    title: str
    rungs: tuple[Rung, ...]
    note: str = ""
    kind: Literal["ladder"] = "ladder"


@dataclass(frozen=True, kw_only=True)
class Node:
    """A thing in a lineage: a dataset, a run, a version, an evidence; `own` is the card's own."""

    key: str
    sort: str
    name: str
    note: str = ""
    own: bool = False
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, kw_only=True)
class Edge:
    """What came out of what, in a word: "training", "retrained from"."""

    start: str
    end: str
    words: str


@dataclass(frozen=True, kw_only=True)
class Lineage:
    """What came out of what, drawn from left to right; `description` is the same in words."""

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    description: str
    caption: str = ""
    kind: Literal["lineage"] = "lineage"


@dataclass(frozen=True, kw_only=True)
class Consideration:
    """One of the thirteen considerations: what is said about it, or that nothing is.

    Attributes
    ----------
    state : str
        "MISSING", "Not available" or "Stated".
    text : str
        The statement, the reason, or that nothing was said.
    by : str
        Who stated it and when; empty where nobody did.
    policy : str
        Whether policy asks for it, and why that is not met, if it is not.
    evidence : tuple of str
        What was computed, recorded or printed that bears on it, one sentence each.
    """

    number: int
    title: str
    state: str
    text: str
    tone: Tone
    by: str = ""
    policy: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Considerations:
    """The thirteen considerations, in their order."""

    title: str
    items: tuple[Consideration, ...]
    kind: Literal["considerations"] = "considerations"


@dataclass(frozen=True, kw_only=True)
class Place:
    """The empty place of a signature in the file: its field, whose it is, and what for."""

    field: str
    name: str
    under: str


@dataclass(frozen=True, kw_only=True)
class Places:
    """The places in which a file is sealed and signed, after it was rendered."""

    title: str
    places: tuple[Place, ...]
    note: str
    kind: Literal["places"] = "places"


@dataclass(frozen=True, kw_only=True)
class Code:
    """The code by which a reader asks the registry whether this is the current card.

    `url` is where, None where the registry has no address that others reach.
    """

    title: str
    code: str
    url: str | None
    text: str
    kind: Literal["code"] = "code"


Block = (
    Table | Facts | Points | Paragraphs | Charts | Ladder | Lineage | Considerations | Places | Code
)


@dataclass(frozen=True, kw_only=True)
class Section:
    """One of the numbered sections after the third: what it is about, and its blocks in order."""

    heading: Heading
    lede: str
    blocks: tuple[Block, ...] = ()
