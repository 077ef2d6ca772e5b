"""Changes: what moved since the last dossier, and beside other ways of scoring the same exams."""

from collections.abc import Iterator, Sequence
from typing import Final

from registry.domain.judgements import changes
from registry.domain.judgements.changes import Beside
from registry.domain.judgements.exhibits import Document
from registry.services.cards import blocks, figures
from registry.services.cards.documents import CardDocuments
from reports.content import CHANGE, Block, Cell, Charts, Column, Head, Row, Section, Table, Tone

_PLACES: Final = 4  # beside each other in one table
_ABSENT: Final = Cell(text="—")


def section(documents: CardDocuments) -> Section:
    """Return section 8."""
    dossier = documents.dossier
    found: list[Block] = [*blocks.facts("", (changes.opened(dossier), *changes.settled(dossier)))]
    if dossier.get("since_last") is not None:
        found.append(_moved(dossier))
    found += blocks.points("Versions to compare with", changes.references(dossier))
    chart = figures.change(dossier)
    if chart.undefined is None:
        found.append(Charts(title="", charts=(chart,)))
    found += _beside(changes.beside(dossier))
    return Section(heading=CHANGE, lede=changes.lede(dossier), blocks=tuple(found))


def _moved(dossier: Document) -> Table:
    return Table(
        title="Criteria that moved",
        heads=(
            Head(title="Criterion", holds=Column.NAME, share=24),
            Head(title="Before", share=28),
            Head(title="Now", share=28),
            Head(title="Change", holds=Column.VERDICT, share=20),
        ),
        rows=tuple(
            Row(
                cells=(Cell(text=one.name, under=one.where), one.before, one.after, one.way),
                tone=Tone(one.tone),
            )
            for one in changes.moved(dossier)
        ),
        empty="No criterion in scope was judged otherwise.",
    )


def _beside(found: Sequence[Beside]) -> Iterator[Table]:
    """Yield the paired differences: a row for each metric, a few places beside each other."""
    if not found:
        yield Table(
            title="Against other versions, on the same exams",
            heads=(),
            rows=(),
            empty="Nothing was compared: no evidence holds the scores of another version.",
        )
    far = {one.where for one in found if not one.in_scope}
    many = len(far) > _PLACES
    for against in dict.fromkeys(one.against for one in found):
        mine = [one for one in found if one.against == against and (one.in_scope or not many)]
        places = list(dict.fromkeys(one.where for one in mine))
        for start in range(0, len(places), _PLACES):
            yield _compared(against, mine, places[start : start + _PLACES])
    if many:
        yield _elsewhere(found, len(far))


def _compared(against: str, found: Sequence[Beside], places: Sequence[str]) -> Table:
    by_cell = {(one.metric, one.where): one for one in found}
    metrics = dict.fromkeys(one.metric for one in found if one.where in places)
    share = 78 // len(places)
    return Table(
        title=f"This version less {against}, on the same exams",
        heads=(
            Head(title="Metric", holds=Column.NAME, share=22),
            *(Head(title=place, share=share) for place in places),
        ),
        rows=tuple(
            Row(cells=(metric, *(_difference(by_cell.get((metric, place))) for place in places)))
            for metric in metrics
        ),
        note=changes.HOW_TO_READ,
    )


def _elsewhere(found: Sequence[Beside], sites: int) -> Table:
    """Return what is told apart at the sites outside the scope; the rest is counted."""
    return Table(
        title=f"At the {sites:,} sites outside the scope",
        heads=(
            Head(title="Metric", holds=Column.NAME, share=18),
            Head(title="Better at", share=30),
            Head(title="Worse at", share=30),
            Head(title="Not told apart", holds=Column.NUMBER, share=11),
            Head(title="Undefined", holds=Column.NUMBER, share=11),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=one.metric, under=f"less {one.against}"),
                    one.better,
                    one.worse,
                    f"{one.alike:,}",
                    f"{one.undefined:,}",
                )
            )
            for one in changes.elsewhere(found)
        ),
        note="Sites are counted where nothing is told apart; each stands in dossier.json.",
    )


def _difference(one: Beside | None) -> Cell:
    if one is None:
        return _ABSENT
    number = "" if one.number == "—" else f", n = {one.number}"
    words = f"{one.better}{number}" if one.defined else one.better
    return Cell(text=one.difference, under=words, tone=Tone(one.tone))
