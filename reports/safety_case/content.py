"""Content: what a safety case report says before it has a look; nothing is judged later."""

from dataclasses import dataclass
from datetime import datetime

from reports.content import Block, Fact, Point, Tone


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """What shows a claim: what it is, what the records say there, and what its author says."""

    kind: str
    text: str
    why: str
    tone: Tone


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One claim of the argument; `depth` is how far it stands below the claim that it carries."""

    name: str
    text: str
    argument: str
    carries: str
    depth: int
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True)
class CaseSection:
    """One of the eleven numbered sections.

    Attributes
    ----------
    number : int
    title : str
    source : str
        Whether it follows from the records or was written, and by whom.
    authored : bool
        Whether somebody wrote it.
    lede : str
        What it comes to, in a sentence.
    blocks : tuple of Block
    claims : tuple of Claim
        The argument; in one section alone.
    """

    number: int
    title: str
    source: str
    authored: bool
    lede: str
    blocks: tuple[Block, ...] = ()
    claims: tuple[Claim, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Sign:
    """The place of the one signature: whose it is, and who gave it when, or that nobody did."""

    role: str
    name: str | None
    registration: str | None
    at: datetime | None
    meaning: str
    method: str
    reasons: str


@dataclass(frozen=True, kw_only=True)
class CaseContent:
    """All that a safety case report says.

    Attributes
    ----------
    about : str
        ``heart-cad/2``, or ``heart-cad/2 at Hungary``.
    kind : str
        Which report it is, by which standard.
    banner : str or None
        The word across every page: DRAFT, SUPERSEDED, STALE.
    status : str
        The small line: how it stands.
    reference : str
        How footers name it.
    digest : str
        Of the case's document, which is what is signed.
    moment : datetime
        Of the newest document that it renders; aware, UTC.
    against : tuple of Point
        What stands against relying on it; empty where nothing does.
    summary : tuple of str
        The summary safety statement, in paragraphs.
    summary_by : str
        Whose words it is, and whether it is signed.
    glance : tuple of Block
        The residual risk and the criteria, in few words.
    reading : str
        How to tell what was written from what the records say.
    """

    about: str
    title: str
    kind: str
    number: int
    banner: str | None
    status: str
    reference: str
    digest: str
    moment: datetime
    facts: tuple[Fact, ...]
    against: tuple[Point, ...]
    summary: tuple[str, ...]
    summary_by: str
    glance: tuple[Block, ...]
    sign: Sign
    reading: str
    sections: tuple[CaseSection, ...]
