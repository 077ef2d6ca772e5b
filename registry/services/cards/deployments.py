"""Deployments: how far use may go, and the conditions that stand on it."""

from registry.domain.judgements import verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards.documents import CardDocuments
from reports.content import DEPLOYMENT, Cell, Column, Head, Ladder, Row, Rung, Section, Table, Tone


def section(documents: CardDocuments) -> Section:
    """Return section 9."""
    return Section(
        heading=DEPLOYMENT,
        lede="How far use may go, and on what conditions.",
        blocks=(_ladder(documents.dossier), _conditions(documents.decision)),
    )


def _ladder(dossier: Document) -> Ladder:
    """Return the rungs, with the one that the review was about."""
    asked = dossier["scope"]["rung"]
    sites = wording.listed(list(dossier["scope"]["sites"]))
    return Ladder(
        title="Rungs of use",
        rungs=tuple(
            Rung(
                name=wording.capital(words),
                state="Reviewed for" if rung == asked else "Not reviewed for",
                text=f"At {sites}." if rung == asked and sites else "",
                reached=rung == asked,
            )
            for rung, words in verdicts.RUNGS.items()
        ),
    )


def _conditions(decision: Document | None) -> Table:
    """Return every condition of the decision whole, open ones first."""
    found = [] if decision is None else list(decision["conditions"])
    found.sort(key=lambda one: (one["state"] != "open", one["number"]))
    return Table(
        title="Conditions",
        heads=(
            Head(title="No.", holds=Column.NAME, share=7),
            Head(title="Condition", share=45),
            Head(title="When", share=13),
            Head(title="Owner and verifier", share=19),
            Head(title="State", holds=Column.VERDICT, share=16),
        ),
        rows=tuple(_row(one) for one in found),
        empty="None have been set.",
    )


def _row(one: Document) -> Row:
    still_open = one["state"] == "open"
    words = one["text"] if not one.get("site") else f"{one['site']}: {one['text']}"
    if one.get("consequence"):
        words = f"{wording.sentence(words)} Otherwise: {wording.sentence(one['consequence'])}"
    state = "open" if still_open else "closed"
    if one.get("closed_at"):
        state = f"closed {wording.day(one['closed_at'])}"
    return Row(
        cells=(
            f"C-{one['number']}",
            words,
            Cell(
                text=one["when"], under=f"due {wording.day(one['due'])}" if one.get("due") else ""
            ),
            Cell(text=one["owner"]["name"], under=(one.get("verifier") or {}).get("name", "")),
            state,
        ),
        tone=Tone.UNSURE if still_open else Tone.GOOD,
    )
