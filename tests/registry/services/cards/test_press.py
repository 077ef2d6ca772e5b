"""Facts about printing a card in a process of the pool."""

from registry.services.cards import press
from reports.pool import Pool
from tests.factories.cards import TEMPLATES, make_documents
from tests.factories.documents import make_dossier


class TestPrinted:
    """A card printed elsewhere."""

    def test_same_bytes_in_the_pool(self) -> None:
        """What a card says and its bytes are those of printing it here."""
        dossier = make_dossier(evidence=[], protocols=[], criteria=[], requirements=[])
        documents = make_documents(dossier)
        with Pool() as pool:
            there = pool.run(press.printed, documents, TEMPLATES, None)
        assert there == press.printed(documents, TEMPLATES, None)
