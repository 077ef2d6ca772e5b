"""Facts about setting every page of a card by itself."""

from registry.services.cards import fitting
from registry.services.cards.content import CardDocuments, content_of
from registry.services.cards.printing import environment
from reports.content import CardContent
from reports.pdf import PAGES, Laid
from tests.factories.cards import TEMPLATES, make_documents
from tests.factories.documents import make_crowded_dossier, make_decision, make_dossier


def fitted(documents: CardDocuments) -> tuple[CardContent, Laid]:
    """Return what a card says and its pages."""
    return fitting.fitted(documents, environment(TEMPLATES))


class TestFitted:
    """As generously as four pages allow."""

    def test_what_has_room_is_whole(self) -> None:
        """A card of usual length says all that it can, on four pages."""
        documents = make_documents()
        content, laid = fitted(documents)
        assert content == content_of(documents)
        assert laid.pages == PAGES

    def test_each_part_keeps_to_one_page(self) -> None:
        """However long the dossier, no part runs into the next."""
        dossier = make_crowded_dossier()
        decision = make_decision(dossier, outcome="decline")
        _, laid = fitted(make_documents(dossier, decision=decision))
        assert {name: one.pages for name, one in laid.parts.items()} == {
            "summary": 1,
            "performance": 1,
            "groups": 1,
            "provenance": 1,
        }

    def test_pages_do_not_share_their_trouble(self) -> None:
        """A page 1 that is crowded cuts nothing of page 4."""
        dossier = make_dossier()
        dossier["model"]["do_not_use_for"] = ["Never use it for anything of this kind. " * 6] * 40
        content, _ = fitted(make_documents(dossier))
        assert content.shortened is not None or len(content.do_not_use_for) < 40
        assert content.provenance == content_of(make_documents(dossier)).provenance
