"""Facts about a card's content as JSON."""

import json

from reports.exports import SCHEMA, to_json
from tests.factories.cards import make_content


class TestToJson:
    """Content for machines."""

    def test_carries_its_schema(self) -> None:
        """Every stored document says what it is."""
        assert json.loads(to_json(make_content()))["schema"] == SCHEMA == "cmr.card/2"

    def test_times_are_text(self) -> None:
        """Times are ISO 8601 in UTC."""
        assert json.loads(to_json(make_content()))["issued_at"] == "2026-11-23T09:30:00Z"

    def test_same_content_same_bytes(self) -> None:
        """Two cards can be compared byte by byte."""
        assert to_json(make_content()) == to_json(make_content())
