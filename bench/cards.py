"""Cards: one model card of four pages, against an empty page by the same engine."""

from collections.abc import Iterator

import weasyprint

from bench.measuring import Line, Sizes, cpu_seconds
from tests.factories.cards import make_pdf
from tests.factories.documents import make_dossier

SUBJECT = "card"
EMPTY = "<!doctype html><html lang='en'><title>Empty</title></html>"


def measure(sizes: Sizes) -> Iterator[Line]:
    """Yield the line about rendering a card, its text, figures and attachments included."""
    dossier = make_dossier()
    make_pdf(dossier)  # fonts are read and libraries loaded once, by whichever comes first
    yield Line(
        subject=SUBJECT,
        what="one card: four pages, figures, attachments",
        against="floor: an empty WeasyPrint page",
        ours=cpu_seconds(lambda: make_pdf(dossier), repeats=sizes.repeats),
        peer=cpu_seconds(_empty, repeats=sizes.repeats),
    )


def _empty() -> object:
    return weasyprint.HTML(string=EMPTY).write_pdf()
