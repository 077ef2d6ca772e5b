"""Blocks: judged lines as the blocks that a section is made of."""

from collections.abc import Iterable

from registry.domain.judgements.lines import Line
from reports.content import Fact, Facts, Point, Points, Tone


def points(title: str, lines: Iterable[Line]) -> tuple[Points, ...]:
    """Return lines as a list that judges; no block where there is no line."""
    found = tuple(Point(kind=one.label, text=one.text, tone=Tone(one.tone)) for one in lines)
    return (Points(title=title, points=found),) if found else ()


def facts(
    title: str, lines: Iterable[Line], heads: tuple[str, str] = ("Item", "What is recorded")
) -> tuple[Facts, ...]:
    """Return lines as labels with what is recorded beside each; no block where there is none."""
    found = tuple(Fact(label=one.label, value=one.text, code=one.code) for one in lines)
    return (Facts(title=title, facts=found, heads=heads),) if found else ()
