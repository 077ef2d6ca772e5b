"""Data: what the version was made of and measured on, who held what, and its files."""

from collections.abc import Sequence

from registry.domain.judgements import exhibits, provenance, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.provenance import Dataset
from registry.services.cards import blocks, lineage
from registry.services.cards.documents import CardDocuments
from reports.content import DATA, Block, Cell, Column, Head, Row, Section, Table, Tone


def section(documents: CardDocuments) -> Section:
    """Return section 6."""
    dossier = documents.dossier
    found: list[Block] = [
        lineage.drawn(dossier),
        *blocks.facts("How the version was made", provenance.making(dossier)),
        _files(dossier),
        _datasets(dossier),
        *blocks.points("Patients in both training and testing", provenance.overlaps(dossier)),
        _held(dossier),
    ]
    if dossier["evidence"]:
        found.append(_digests(dossier))
    if dossier.get("documents"):
        found.append(_papers(dossier))
    return Section(heading=DATA, lede=provenance.lede(dossier), blocks=tuple(found))


def _files(dossier: Document) -> Table:
    return Table(
        title="Files of the version",
        heads=(
            Head(title="Path", holds=Column.NAME, share=20),
            Head(title="What it is", share=15),
            Head(title="Bytes", holds=Column.NUMBER, share=9),
            Head(title="SHA-256", holds=Column.CODE, share=56),
        ),
        rows=tuple(
            Row(
                cells=(
                    one.path,
                    Cell(
                        text="" if one.tone == "bad" else wording.capital(one.kind),
                        under=wording.capital(one.kind) if one.tone == "bad" else "",
                        tone=Tone(one.tone),
                    ),
                    "—" if one.size is None else f"{one.size:,}",
                    one.digest.removeprefix("sha256:"),
                )
            )
            for one in provenance.files(dossier)
        ),
        empty="NO FILE is registered: there is nothing that could be put to use.",
    )


def _datasets(dossier: Document) -> Table:
    found = provenance.datasets(dossier)
    alike = provenance.alike(found)
    told = " ".join(f"{line.label}: {line.text}" for line in alike)
    return Table(
        title="Datasets",
        heads=(
            Head(title="Dataset", holds=Column.NAME, share=20),
            Head(title="Used for", share=13),
            Head(title="Partitions", share=22),
            Head(title="Provenance", share=45),
        ),
        rows=tuple(_dataset(one, alike) for one in found),
        empty="No dataset is recorded with the version or its evidence.",
        note=f"Of every one of these datasets. {told}" if told else "",
    )


def _dataset(one: Dataset, alike: Sequence[Line]) -> Row:
    told = " ".join(f"{line.label}: {line.text}" for line in one.facts if line not in alike)
    return Row(
        cells=(
            Cell(text=one.name, under=one.title),
            Cell(text=one.use, under=one.withdrawn, tone=Tone.BAD),
            one.counts,
            told or "As below.",
        )
    )


def _held(dossier: Document) -> Table:
    return Table(
        title="Evidence, and who held what",
        heads=(
            Head(title="No.", holds=Column.NAME, share=5),
            Head(title="What it is", share=24),
            Head(title="Custody", share=27),
            Head(title="Submitted", share=16),
            Head(title="Does it count", holds=Column.VERDICT, share=28),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(one.number),
                    Cell(text=one.kind, under=one.size),
                    Cell(text=one.custody, under=one.custodian),
                    one.submitted,
                    one.counts,
                ),
                tone=Tone(one.tone),
            )
            for one in provenance.held(dossier)
        ),
        empty="None: nothing in this dossier was measured.",
    )


def _digests(dossier: Document) -> Table:
    """Return the digests by which each piece of evidence is known, and what computed it."""
    return Table(
        title="Digests of the evidence",
        heads=(
            Head(title="No.", holds=Column.NAME, share=5),
            Head(title="Table", holds=Column.CODE, share=20),
            Head(title="Protocol", holds=Column.CODE, share=20),
            Head(title="Tally", holds=Column.CODE, share=20),
            Head(title="Assessment", holds=Column.CODE, share=20),
            Head(title="Engine", share=15),
        ),
        rows=tuple(
            Row(
                cells=(
                    str(one["number"]),
                    *(
                        wording.short(digest)
                        for digest in (
                            one["table"]["digest"],
                            one["protocol"],
                            one["tally"],
                            one["assessment_digest"],
                        )
                    ),
                    str(one["engine"]),
                )
            )
            for one in exhibits.ranked(dossier)
        ),
        note="In short; whole in the attached dossier.json.",
    )


def _papers(dossier: Document) -> Table:
    return Table(
        title="Documents",
        heads=(
            Head(title="Kind", holds=Column.NAME, share=24),
            Head(title="Title", share=24),
            Head(title="Issued by", share=22),
            Head(title="Valid", share=12),
            Head(title="SHA-256", holds=Column.CODE, share=18),
        ),
        rows=tuple(
            Row(cells=(one.kind, one.title, one.issued, one.valid, wording.short(one.digest)))
            for one in provenance.papers(dossier)
        ),
    )
