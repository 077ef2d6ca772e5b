"""Room: how much of a long dossier page 1 prints; what it does not is counted and attached.

It is fitted from generous to tight; all that comes after it flows. What a reader's safety hangs on
keeps its claim longest: who must not be served and what blocks give way last, notes and remarks
first.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

_WHOLE: Final = 100_000  # characters: nothing is cut

_GIVE_WAY: Final = (  # what is cut in turn between two steps; whom it must not serve goes last
    ("note", "summary", "fact", "title"),
    ("line", "use", "uses", "name", "slots"),
    ("sites", "site", "conditions", "condition", "objections", "objection"),
    ("headline", "open", "brief"),
    ("subjects", "subject", "not_shown"),
    ("point",),
    ("points",),
)


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
    subject: int = 44  # what ``age band 18-39, right bundle branch block`` takes
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
    steps = (Front(), dense, brief, short, shorter, terse, tight, tighter, tightest)
    return tuple(dict.fromkeys(rung for pair in pairwise(steps) for rung in _between(*pair)))


def _between(roomy: Front, tight: Front) -> Iterator[Front]:
    """Yield the way from one room to a tighter one: notes and remarks first, safety last."""
    yield roomy
    for names in _GIVE_WAY:
        roomy = replace(roomy, **{name: getattr(tight, name) for name in names})
        yield roomy
    yield tight


FRONTS: Final = _fronts()
EVERYTHING: Final = Front(
    title=_WHOLE,
    points=_WHOLE,
    subjects=_WHOLE,
    subject=_WHOLE,
    avoids=_WHOLE,
    uses=_WHOLE,
    sites=_WHOLE,
    site=_WHOLE,
    conditions=_WHOLE,
    objections=_WHOLE,
    slots=_WHOLE,
    name=_WHOLE,
)
