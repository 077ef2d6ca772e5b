"""Facts about the formats as a whole."""

import pytest

from registry.services.cards.content import content_of
from reports.exports import FORMATS
from tests.factories.cards import make_documents
from tests.factories.exporting import make_record


class TestFormats:
    """Every format."""

    @pytest.mark.parametrize("key", FORMATS)
    def test_says_what_it_cannot_carry_and_writes_the_same_twice(self, key: str) -> None:
        """No format carries everything, and none depends on when it is made."""
        one = FORMATS[key]
        assert one.not_carried
        content = content_of(make_documents())
        assert one.write(make_record(), content) == one.write(make_record(), content)

    def test_none_flatters(self) -> None:
        """Nothing here is ever called what only others may call it."""
        content = content_of(make_documents())
        for one in FORMATS.values():
            assert b"complian" not in one.write(make_record(), content).lower()
