"""Press: what prints cards and their figures, loaded where and when one is printed.

Fonts, the layout engine and the engine of figures take a second to load and two hundred megabytes
to hold; whoever only asks a process of the pool to print needs none of it.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from registry.services.cards.documents import CardDocuments
from reports.content import CardContent


def printed(
    documents: CardDocuments, templates: Path, bundle: Mapping[str, Any] | None
) -> tuple[CardContent, bytes]:
    """Return what a card says and its bytes, as `registry.services.cards.printing` does."""
    from registry.services.cards import printing

    return printing.printed(documents, templates, bundle)


def figured(documents: CardDocuments, templates: Path) -> str:
    """Return the figures of a card as one HTML page, as `registry.services.cards.pages` does."""
    from registry.services.cards import pages

    return pages.of_card(documents, templates)
