"""Room: how much of a long dossier is printed; what is not is counted in words and attached.

A card is four pages, whatever the dossier. It is set with `ROOMS[0]` where that fits; a crowded
one is set again with less room, so that the sign-offs stay on page 1.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Room:
    """The most of everything that may be long; texts are counted in characters."""

    title: int
    summary: int
    fact: int
    headline: int
    points: int
    point: int
    line: int
    uses: int
    use: int
    sites: int
    site: int
    note: int
    conditions: int
    condition: int
    objections: int
    objection: int
    slots: int
    name: int
    all_sites: int
    groups: int
    gaps: int
    too_small: int
    artifacts: int
    evidence: int
    datasets: int
    cell: int
    overlaps: int
    statement: int
    signatures: int


_ROOMY = Room(
    title=110,
    summary=190,
    fact=70,
    headline=300,
    points=4,
    point=235,
    line=520,
    uses=4,
    use=150,
    sites=6,
    site=34,
    note=330,
    conditions=4,
    condition=190,
    objections=2,
    objection=260,
    slots=8,
    name=44,
    all_sites=14,
    groups=16,
    gaps=8,
    too_small=700,
    artifacts=3,
    evidence=3,
    datasets=6,
    cell=80,
    overlaps=3,
    statement=200,
    signatures=12,
)
_TIGHT = Room(
    title=100,
    summary=150,
    fact=50,
    headline=240,
    points=3,
    point=170,
    line=340,
    uses=3,
    use=100,
    sites=4,
    site=22,
    note=230,
    conditions=2,
    condition=110,
    objections=1,
    objection=200,
    slots=8,
    name=34,
    all_sites=10,
    groups=13,
    gaps=5,
    too_small=500,
    artifacts=2,
    evidence=2,
    datasets=4,
    cell=60,
    overlaps=2,
    statement=120,
    signatures=10,
)
_TIGHTEST = Room(
    title=60,
    summary=100,
    fact=42,
    headline=210,
    points=2,
    point=105,
    line=250,
    uses=2,
    use=58,
    sites=2,
    site=20,
    note=170,
    conditions=0,
    condition=80,
    objections=0,
    objection=80,
    slots=4,
    name=24,
    all_sites=8,
    groups=10,
    gaps=4,
    too_small=320,
    artifacts=1,
    evidence=1,
    datasets=3,
    cell=44,
    overlaps=1,
    statement=80,
    signatures=6,
)
ROOMS = (_ROOMY, _TIGHT, _TIGHTEST)
