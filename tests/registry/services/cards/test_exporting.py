"""Facts about taking a record home: over real reviews, on both databases."""

import json

import pytest

from registry.domain.errors import NotFoundError, WaitingError
from registry.domain.people import Role
from registry.services import cards
from registry.services.work import Workshop
from reports.exports import FORMATS
from tests.factories.reviews import Case, make_case

VERSION = "heart-cad/1"


def exported(case: Case, key: str) -> bytes:
    """Return an export of version 1 as an auditor takes it home."""
    with case.registry.work(Role.AUDITOR) as work:
        return cards.export(work, VERSION, key).content


class TestExport:
    """From a real review to the formats."""

    def test_before_and_after_the_decision(self, workshop: Workshop) -> None:
        """An export renders the record as it stands, the same bytes while it stands so."""
        case = make_case(workshop, disclosure={"developer": "Heart group", "output": "A risk"})
        with pytest.raises(WaitingError, match="no dossier yet"):
            exported(case, "chai")
        review = case.open()
        draft = {key: exported(case, key) for key in FORMATS}
        assert {key: exported(case, key) for key in FORMATS} == draft
        case.sign_all(review)
        case.decide(review)
        approved = {key: exported(case, key) for key in FORMATS}
        assert all(approved[key] != draft[key] for key in FORMATS if key != "csv")
        assert b"Policy permits: pilot use at Hungary." in approved["cyclonedx"]
        assert b"Heart group" in approved["chai"]
        with case.registry.work(Role.AUDITOR) as work:
            table = cards.cover(work, VERSION, "claim-2024", readable=True)
            report = json.loads(cards.cover(work, VERSION, "tripod-ai").content)
        assert table.name == "heart-cad-1.claim-2024.md"
        assert table.content.startswith(b"# ")
        assert (report["schema"], report["version"]) == ("cmr.coverage/1", VERSION)

    def test_what_is_not_there_is_named(self, workshop: Workshop) -> None:
        """A format, a guideline or a version that nobody knows."""
        case = make_case(workshop)
        with case.registry.work(Role.AUDITOR) as work:
            with pytest.raises(NotFoundError, match="there is chai, hti1"):
                cards.export(work, VERSION, "atlas")
            with pytest.raises(NotFoundError, match="there is tripod-ai, claim-2024"):
                cards.cover(work, VERSION, "consort")
            with pytest.raises(NotFoundError, match="no version 9"):
                cards.export(work, "heart-cad/9", "csv")
