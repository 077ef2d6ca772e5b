"""Protocols: what was agreed before a table was measured, what was found, and what deviated."""

from collections.abc import Sequence

from registry.domain.judgements import criteria, deviations, protocols
from registry.domain.judgements.criteria import Judged
from registry.domain.judgements.lines import Line
from registry.services.cards import blocks
from registry.services.cards.documents import CardDocuments
from reports.content import (
    PROTOCOL,
    Block,
    Cell,
    Column,
    Head,
    Paragraphs,
    Row,
    Section,
    Table,
    Tone,
)


def section(documents: CardDocuments) -> Section:
    """Return section 7."""
    dossier = documents.dossier
    found: list[Block] = []
    for one in protocols.fixed(dossier):
        digest = Line(label="Digest", text=one.digest, code=True)
        found += blocks.facts(f"Protocol “{one.name}”", (*one.facts, digest))
        found += blocks.points("Signed", (*one.signed, one.first))
    judged = criteria.table(dossier)
    found += [_criteria(judged, deviations.multiplicity(dossier)), *_named(judged)]
    found += blocks.points("What deviated", deviations.deviations(dossier))
    return Section(heading=PROTOCOL, lede=protocols.lede(dossier), blocks=tuple(found))


def _named(judged: Sequence[Judged]) -> tuple[Paragraphs, ...]:
    """Return the strata that share a row of the criteria, each by its name."""
    told = tuple(
        f"{_told(one.name, one.metric, one.bearing, one.verdict)}: {one.names}."
        for one in judged
        if one.names
    )
    return (Paragraphs(title="", paragraphs=told, small=True),) if told else ()


def _told(*words: str) -> str:
    return ", ".join(filter(None, words))


def _criteria(judged: Sequence[Judged], note: str) -> Table:
    return Table(
        title="Criteria, as they were judged",
        heads=(
            Head(title="Criterion", holds=Column.NAME, share=17),
            Head(title="In whom", share=12),
            Head(title="Required", holds=Column.NUMBER, share=11),
            Head(title="Measured", holds=Column.NUMBER, share=20),
            Head(title="Verdict", holds=Column.VERDICT, share=12),
            Head(title="Because", share=28),
        ),
        rows=tuple(
            Row(
                cells=(
                    Cell(text=one.name, under=_told(one.metric, one.evidence)),
                    Cell(text=one.where, under=one.bearing),
                    one.required,
                    one.measured,
                    one.verdict,
                    one.because,
                ),
                tone=Tone(one.tone),
            )
            for one in judged
        ),
        empty=criteria.NONE,
        note=note,
    )
