"""Protocols: what was agreed before a table was measured, what was found, and what deviated."""

from registry.domain.judgements import criteria, deviations, protocols
from registry.domain.judgements.exhibits import Document
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
    found += [_criteria(dossier), *_named(dossier)]
    found += blocks.points("What deviated", deviations.deviations(dossier))
    return Section(heading=PROTOCOL, lede=protocols.lede(dossier), blocks=tuple(found))


def _named(dossier: Document) -> tuple[Paragraphs, ...]:
    """Return the strata that share a row of the criteria, each by its name."""
    told = tuple(
        f"{_told(one.name, one.metric, one.bearing, one.verdict)}: {one.names}."
        for one in criteria.table(dossier)
        if one.names
    )
    return (Paragraphs(title="", paragraphs=told, small=True),) if told else ()


def _told(*words: str) -> str:
    return ", ".join(filter(None, words))


def _criteria(dossier: Document) -> Table:
    return Table(
        title="Criteria, as they were judged",
        heads=(
            Head(title="Criterion", holds=Column.NAME, share=20),
            Head(title="In whom", share=12),
            Head(title="Required", holds=Column.NUMBER, share=11),
            Head(title="Measured", holds=Column.NUMBER, share=20),
            Head(title="Verdict", holds=Column.VERDICT, share=12),
            Head(title="Because", share=25),
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
            for one in criteria.table(dossier)
        ),
        empty=criteria.NONE,
        note=deviations.multiplicity(dossier),
    )
