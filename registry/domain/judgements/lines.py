"""Lines: labelled sentences that judge, and the section of a card where their numbers stand."""

from dataclasses import dataclass
from enum import IntEnum

from registry.domain.judgements.verdicts import PLAIN


class Section(IntEnum):
    """The sections of a card, by the numbers under which everybody finds them."""

    DECIDE = 1
    PERFORMANCE = 2
    SITES = 3
    CONSIDERATIONS = 4
    SAFETY = 5
    PROVENANCE = 6
    PROTOCOL = 7
    CHANGE = 8
    DEPLOYMENT = 9
    SIGNATURES = 10


@dataclass(frozen=True, kw_only=True)
class Line:
    """One labelled sentence.

    Attributes
    ----------
    label : str
        What it is about.
    text : str
        The sentence; it says in words whatever `tone` shows.
    tone : str
        How it stands towards use: good, bad, unsure or plain.
    code : bool
        Whether the text is a digest or an address, to be copied and not read.
    """

    label: str
    text: str
    tone: str = PLAIN
    code: bool = False


@dataclass(frozen=True, kw_only=True)
class Computed:
    """What was computed from tables and answers a question, and the section where it stands."""

    text: str
    section: Section
    tone: str = PLAIN
