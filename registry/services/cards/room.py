"""Room: how much of a long dossier each page prints; what it does not is counted and attached.

Every page is fitted by itself, from generous to tight. What a reader's safety hangs on keeps its
claim longest: who must not be served and what blocks give way last, notes and remarks first.
"""

from dataclasses import dataclass, replace
from typing import Final

_WHOLE: Final = 100_000  # characters: nothing is cut


@dataclass(frozen=True, kw_only=True)
class Front:
    """The most of everything on page 1; texts are counted in characters.

    `dense` sets the page in smaller type, before a word of it is cut; `brief` leaves out of what
    blocks the reason behind the numbers, before any of it is.
    """

    dense: bool = False
    brief: bool = False
    title: int = 110
    summary: int = _WHOLE
    fact: int = _WHOLE
    headline: int = _WHOLE
    points: int = 14
    point: int = _WHOLE
    open: int = _WHOLE  # the sentence about criteria that do not gate
    subjects: int = 40
    not_shown: int = _WHOLE
    line: int = _WHOLE
    avoids: int = 12
    avoid: int = _WHOLE
    uses: int = 12
    use: int = _WHOLE
    sites: int = 12
    site: int = 40
    note: int = _WHOLE
    conditions: int = 12
    condition: int = _WHOLE
    objections: int = 8
    objection: int = _WHOLE
    slots: int = 12
    name: int = 80


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The most of everything on page 2, where the figures stand."""

    dense: bool = False
    thresholds: int = 7


@dataclass(frozen=True, kw_only=True)
class Groups:
    """The most of everything on page 3."""

    dense: bool = False
    site: int = 40
    all_sites: int = 24
    groups: int = 24
    gaps: int = 12
    too_small: int = _WHOLE


@dataclass(frozen=True, kw_only=True)
class Records:
    """The most of everything on page 4."""

    dense: bool = False
    description: int = _WHOLE
    artifacts: int = 12
    lineage: int = _WHOLE
    evidence: int = 8
    safety: int = _WHOLE
    datasets: int = 12
    cell: int = _WHOLE
    overlaps: int = 8
    statement: int = _WHOLE
    signatures: int = 16
    name: int = 80


def _fronts() -> tuple[Front, ...]:
    """Return the ways to set page 1, each a little tighter than the one before."""
    dense = Front(dense=True)
    brief = replace(dense, brief=True, note=300, summary=190, sites=8, fact=110, headline=400)
    short = replace(
        brief, point=300, objection=400, objections=4, line=360, sites=6, conditions=6, slots=8
    )
    shorter = replace(short, points=10, point=220, sites=4, note=200, line=300, not_shown=700)
    shorter = replace(shorter, condition=170, conditions=4, use=150, uses=4, objections=2, name=44)
    terse = replace(shorter, points=8, point=170, note=150, line=240, not_shown=520, summary=110)
    terse = replace(terse, use=110, uses=3, conditions=2, condition=130, objection=200, site=30)
    tight = replace(terse, points=6, point=140, sites=3, fact=90, subjects=9, not_shown=420)
    tight = replace(tight, avoids=6, avoid=180, objections=1, headline=300, open=300, name=34)
    tighter = replace(tight, points=4, point=130, use=80, uses=2, conditions=1, condition=90)
    tighter = replace(
        tighter, avoids=4, avoid=130, slots=6, headline=240, fact=60, title=80, site=22
    )
    tightest = replace(tighter, points=2, point=120, sites=2, conditions=0, objections=0, slots=4)
    tightest = replace(tightest, not_shown=300, avoids=3, avoid=110, use=58, headline=210)
    tightest = replace(tightest, title=60, summary=90, fact=40, name=24, site=20, line=210)
    return (Front(), dense, brief, short, shorter, terse, tight, tighter, tightest)


def _curves() -> tuple[Curves, ...]:
    """Return the ways to set page 2, likewise."""
    return (Curves(), Curves(dense=True), *(Curves(dense=True, thresholds=n) for n in (5, 3, 1)))


def _groups() -> tuple[Groups, ...]:
    """Return the ways to set page 3, likewise."""
    return (
        Groups(),
        Groups(dense=True),
        Groups(dense=True, all_sites=18, groups=20, gaps=8, too_small=900),
        Groups(dense=True, all_sites=14, groups=16, gaps=8, too_small=700, site=34),
        Groups(dense=True, all_sites=10, groups=13, gaps=5, too_small=500, site=22),
        Groups(dense=True, all_sites=8, groups=10, gaps=4, too_small=320, site=20),
    )


def _records() -> tuple[Records, ...]:
    """Return the ways to set page 4, likewise."""
    dense = Records(dense=True)
    brief = replace(
        dense, statement=420, cell=140, artifacts=8, evidence=5, safety=420, datasets=8, lineage=420
    )
    short = replace(
        brief,
        statement=260,
        cell=80,
        artifacts=5,
        evidence=3,
        safety=260,
        datasets=6,
        overlaps=4,
        description=260,
        signatures=12,
        name=44,
    )
    tight = replace(
        short,
        statement=150,
        cell=60,
        artifacts=3,
        evidence=2,
        safety=160,
        datasets=4,
        overlaps=2,
        description=160,
        lineage=260,
        signatures=10,
        name=34,
    )
    tightest = replace(
        tight,
        statement=80,
        cell=44,
        artifacts=1,
        evidence=1,
        safety=90,
        datasets=3,
        overlaps=1,
        signatures=6,
        name=24,
    )
    return (Records(), dense, brief, short, tight, tightest)


FRONTS: Final = _fronts()
CURVES: Final = _curves()
GROUPS: Final = _groups()
RECORDS: Final = _records()


@dataclass(frozen=True, kw_only=True)
class Room:
    """How every page is set."""

    front: Front = FRONTS[0]
    curves: Curves = CURVES[0]
    groups: Groups = GROUPS[0]
    records: Records = RECORDS[0]
