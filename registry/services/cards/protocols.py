"""Protocols: what was agreed before a table was measured, who signed it, and what came first."""

from registry.domain.judgements import protocols, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.documents import CardDocuments
from reports.content import PROTOCOL, Cell, Column, Head, Row, Section, Table


def section(documents: CardDocuments) -> Section:
    """Return section 7."""
    dossier = documents.dossier
    table = Table(
        title="Protocols",
        heads=(
            Head(title="Protocol", holds=Column.NAME, share=30),
            Head(title="Registered", share=22),
            Head(title="Signed by", share=24),
            Head(title="Order", share=24),
        ),
        rows=tuple(_row(dossier, one) for one in dossier["protocols"]),
        empty="None: nothing was measured against a protocol.",
    )
    return Section(
        heading=PROTOCOL,
        lede="What was agreed before any table was measured, and by whom.",
        blocks=(table,),
    )


def _row(dossier: Document, protocol: Document) -> Row:
    document, registered = protocol["document"], protocol["registered"]
    signed = [
        f"{one['name']}, {one['role']}, {wording.day(one['at'])}" for one in protocol["signatures"]
    ]
    orders = [
        f"evidence {one['number']}: {protocols.order(dossier, one)}"
        for one in dossier["evidence"]
        if one["protocol"] == protocol["digest"]
    ]
    return Row(
        cells=(
            Cell(text=str(document.get("name", "")), under=wording.short(protocol["digest"])),
            f"{wording.day(registered['at'])}, by {registered['by']['name']}",
            wording.capital("; ".join(signed)) or "Nobody",
            wording.capital("; ".join(orders)) or "No evidence rests on it",
        )
    )
