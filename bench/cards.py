"""Cards: a full model card, against the same pages by the same engine with nothing of ours."""

import io
from collections.abc import Iterator

import pikepdf
import weasyprint

from bench.measuring import Line, Sizes, cpu_seconds
from registry.services.cards import press
from registry.services.cards.documents import CardDocuments
from registry.services.cards.fitting import fitted
from registry.services.cards.printing import environment
from reports.fonts import FOLDER
from reports.pool import Pool
from tests.factories.cards import TEMPLATES, make_documents
from tests.factories.documents import (
    make_crowd,
    make_decision,
    make_dossier,
    make_standing,
    spread_patients,
)

SUBJECT = "card"
FLOOR = "floor: WeasyPrint alone, the same HTML once, no tags"


def measure(sizes: Sizes) -> Iterator[Line]:
    """Yield the lines about rendering a card, its text, figures and attachments included."""
    documents = full()
    _, pdf = press.printed(documents, TEMPLATES, None)  # fonts are read and engines loaded once
    with pikepdf.open(io.BytesIO(pdf)) as file:
        found = [o for o in file.objects if isinstance(o, pikepdf.Dictionary)]
        figures = sum(o.get("/S") == "/Figure" for o in found)
        what = f"one card: {len(file.pages)} pages, {figures} figures, attachments"
    _, laid = fitted(documents, environment(TEMPLATES))
    floor = cpu_seconds(lambda: _alone(laid.html), repeats=sizes.repeats)
    ours = cpu_seconds(lambda: printed(documents), repeats=sizes.repeats)
    yield Line(subject=SUBJECT, what=what, against=FLOOR, ours=ours, peer=floor)
    with Pool() as pool:
        pool.run(printed, documents)
        warm = min(pool.run(seconds, documents) for _ in range(sizes.repeats))
    yield Line(subject=SUBJECT, what=f"{what}, in the pool", against=FLOOR, ours=warm, peer=floor)


def full() -> CardDocuments:
    """Return what a card of five hospitals renders."""
    dossier = make_dossier(spread_patients(5), scope_sites=["Hospital 1", "Hospital 2"])
    return make_documents(
        dossier,
        decision=make_decision(dossier),
        standing=make_standing("current"),
        signoffs=make_crowd(4),
    )


def printed(documents: CardDocuments) -> None:
    """Print a card and leave it in the process that printed it."""
    press.printed(documents, TEMPLATES, None)


def seconds(documents: CardDocuments) -> float:
    """Return the CPU seconds of printing a card, in the process that prints it."""
    return cpu_seconds(lambda: printed(documents), repeats=1)


def _alone(html: str) -> object:
    return weasyprint.HTML(string=html, base_url=FOLDER.as_uri() + "/").write_pdf()
