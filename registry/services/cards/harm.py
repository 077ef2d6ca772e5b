"""Harm: hazards and their controls, failures that somebody looked at, and incidents."""

from typing import Final

from registry.domain.judgements import asked, hazards, incidents, safety
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.hazards import Control, Hazard
from registry.domain.judgements.lines import Line
from registry.services.cards import blocks
from registry.services.cards.documents import CardDocuments
from reports.content import HARM, Block, Cell, Column, Head, Row, Section, Table, Tone

_SUBJECTS: Final = ("hazards.", "incidents.", "failures.")


def section(documents: CardDocuments) -> Section:
    """Return section 5."""
    dossier = documents.dossier
    found: list[Block] = [*blocks.facts("", _log(dossier))]
    found += _matrix(dossier)
    if dossier.get("hazards") is not None:
        found.append(_hazards(dossier))
    found += blocks.points("What policy asks of them", asked.lines(dossier, *_SUBJECTS))
    found += blocks.points("Without the model", hazards.down(dossier))
    looked_at = incidents.looked_at(dossier)
    found += blocks.points("Failures in testing", looked_at)
    if dossier.get("failure_reviews") or not looked_at:
        found.append(_failures(dossier))
    found.append(_incidents(dossier))
    return Section(heading=HARM, lede=hazards.lede(dossier), blocks=tuple(found))


def _log(dossier: Document) -> list[Line]:
    """Return which plan and which issue of the log hold, and what remains as a whole."""
    told = dict(safety.lines(dossier))
    kept = [Line(label=label, text=told[label]) for label in ("Hazard log", "Residual risk")
            if label in told]  # fmt: skip
    return [*hazards.plan(dossier), *kept]


def _matrix(dossier: Document) -> list[Block]:
    """Return the small table from initial ratings to those that count."""
    found = hazards.matrix(dossier)
    if found is None:
        return []
    share = 84 // len(found.columns)
    heads = (
        Head(title="Initial rating", holds=Column.NAME, share=100 - share * len(found.columns)),
        *(Head(title=one, holds=Column.NUMBER, share=share) for one in found.columns),
    )
    rows = tuple(
        Row(cells=(name, *(str(count) if count else "–" for count in counts)))
        for name, counts in found.rows
    )
    title = "Hazards by initial rating, and by the rating that counts"
    return [Table(title=title, heads=heads, rows=rows, note=hazards.HOW_TO_READ)]


def _hazards(dossier: Document) -> Table:
    return Table(
        title="Hazards and controls",
        heads=(
            Head(title="Hazard", holds=Column.NAME, share=15),
            Head(title="Cause and harm", share=22),
            Head(title="Rating", share=20),
            Head(title="Controls, and what shows that they work", share=30),
            Head(title="Status", holds=Column.VERDICT, share=13),
        ),
        rows=tuple(row for one in hazards.hazards(dossier) for row in _hazard(one)),
        empty="No hazard of this version is on the log.",
    )


def _hazard(one: Hazard) -> list[Row]:
    """Return a hazard: a row, and one more for each further control."""
    first, *others = [_control(control) for control in one.controls] or [
        Cell(text="No control is recorded.", tone=Tone.UNSURE)
    ]
    rows = [
        Row(
            cells=(
                f"{one.number}. {one.name}",
                f"Cause: {one.cause} Harm: {one.harm}",
                Cell(text=one.counts_as, under=f"Initial {one.initial}; residual {one.residual}."),
                first,
                Cell(
                    text=one.status,
                    under=one.handed,
                    tone=Tone.PLAIN if one.accepted else Tone.UNSURE,
                ),
            ),
            tone=Tone(one.tone),
        )
    ]
    return rows + [Row(cells=("", "", "", control, "")) for control in others]


def _control(control: Control) -> Cell:
    """Return a control with its kind and owner; under it what shows that it works."""
    return Cell(
        text=f"{control.text.rstrip('.')} ({control.kind}; {control.owner}).",
        under=control.shown_words,
        tone=Tone(control.tone),
    )


def _failures(dossier: Document) -> Table:
    return Table(
        title="What those who looked at failures found",
        heads=(
            Head(title="Failures", holds=Column.NAME, share=18),
            Head(title="Number", holds=Column.NUMBER, share=9),
            Head(title="Severity", share=12),
            Head(title="Cause", share=21),
            Head(title="Found and done", share=27),
            Head(title="State", holds=Column.VERDICT, share=13),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=one.kind, under=f"evidence {one.evidence}"),
                    str(one.count),
                    one.severity,
                    one.cause,
                    one.done,
                    one.state,
                ),
                tone=Tone(one.tone),
            )
            for one in incidents.groups(dossier)
        ),
        empty="No review of failures is recorded.",
    )


def _incidents(dossier: Document) -> Table:
    return Table(
        title="Incidents in use",
        heads=(
            Head(title="No.", holds=Column.NAME, share=6),
            Head(title="When and where", share=16),
            Head(title="What happened", share=33),
            Head(title="Harm", share=10),
            Head(title="What is done", share=23),
            Head(title="State", holds=Column.VERDICT, share=12),
        ),
        rows=tuple(
            Row(
                cells=(str(one.number), one.when, one.what, one.harm, one.done, one.state),
                tone=Tone(one.tone),
            )
            for one in incidents.incidents(dossier)
        ),
        empty=incidents.NO_INCIDENT,
    )
