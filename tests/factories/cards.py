"""Cards for tests: what a card says, over whole documents, and its bytes."""

from typing import Any

from registry.domain.digests import canonical, digest_of
from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from registry.services.cards.printing import printed
from registry.settings import data_folder
from reports.content import CardContent
from tests.factories.documents import Json, make_dossier

TEMPLATES = data_folder() / "templates"


def make_documents(dossier: Json | None = None, **changes: Any) -> CardDocuments:  # noqa: ANN401 - any document
    """Return what a card renders: a draft, unless a decision is given."""
    whole = dossier if dossier is not None else make_dossier()
    return CardDocuments(dossier=whole, digest=digest_of(canonical(whole)), **changes)


def make_content(dossier: Json | None = None, **changes: Any) -> CardContent:  # noqa: ANN401 - likewise
    """Return what a card says."""
    return content_of(make_documents(dossier, **changes))


def make_pdf(dossier: Json | None = None, **changes: Any) -> bytes:  # noqa: ANN401 - likewise
    """Return a card's bytes."""
    return printed(make_documents(dossier, **changes), TEMPLATES)[1]
