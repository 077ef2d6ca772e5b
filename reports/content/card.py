"""Card: all that a model card says, section by section."""

from dataclasses import dataclass
from datetime import datetime

from reports.content.blocks import Section
from reports.content.measures import Fact, Point
from reports.content.performance import Performance
from reports.content.sites import Fairness, SiteTable
from reports.content.summary import (
    Callout,
    Condition,
    CostPanel,
    Headline,
    KeyFigure,
    SignOffSlot,
)


@dataclass(frozen=True, kw_only=True)
class CardContent:
    """All that a card says: page 1 in fields, sections 2 and 3, and sections 4 to 10.

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
    continued : Section or None
        What page 1 had no room for, whole, before section 2; None where it had room for all.
    sections : tuple of Section
        Those after the third, each once, in the order of their numbers.
    code : str or None
        What a reader types or scans to learn whether this file is the current card.
    verify_url : str or None
        Where that code leads; None where the registry has no address.
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
    sections: tuple[Section, ...]
    continued: Section | None = None
    code: str | None = None
    verify_url: str | None = None
