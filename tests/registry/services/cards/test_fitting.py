"""Facts about setting page 1."""

from registry.services.cards import fitting
from registry.services.cards.content import content_of
from registry.services.cards.documents import CardDocuments
from registry.services.cards.printing import environment
from reports.content import CardContent
from reports.pdf import FRONT, Laid
from tests.factories.cards import TEMPLATES, make_documents
from tests.factories.documents import make_crowded_dossier, make_decision, make_dossier
from tests.factories.whole import make_full_dossier


def fitted(documents: CardDocuments) -> tuple[CardContent, Laid]:
    """Return what a card says and its pages."""
    return fitting.fitted(documents, environment(TEMPLATES))


class TestFitted:
    """As generously as one page allows."""

    def test_what_has_room_is_whole(self) -> None:
        """A card of usual length says all that it can, and its page 1 is one page."""
        documents = make_documents()
        content, laid = fitted(documents)
        assert content == content_of(documents)
        assert laid.parts[FRONT].pages == 1
        assert laid.pages > 1

    def test_page_one_is_one_page(self) -> None:
        """Forty sites, thirty hazards; all that follows takes the pages it needs."""
        dossier = make_crowded_dossier()
        logged = make_full_dossier()["hazards"]
        first = logged["hazards"][0]
        many = [first | {"number": number} for number in range(1, 31)]
        dossier["hazards"] = logged | {"hazards": many}
        decision = make_decision(dossier, outcome="decline")
        _, laid = fitted(make_documents(dossier, decision=decision))
        assert laid.parts[FRONT].pages == 1
        assert laid.pages > 8
        assert laid.html.count('<th scope="row">30. ') == 1

    def test_a_crowded_front_cuts_nothing_after_it(self) -> None:
        """What page 1 has no room for takes no word from the sections."""
        dossier = make_dossier()
        dossier["model"]["do_not_use_for"] = ["Never use it for anything of this kind. " * 6] * 40
        content, _ = fitted(make_documents(dossier))
        assert content.shortened is not None or len(content.do_not_use_for) < 40
        assert content.sections == content_of(make_documents(dossier)).sections
