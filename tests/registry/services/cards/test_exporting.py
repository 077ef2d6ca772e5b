"""Facts about taking a record home: over real reviews, on both databases."""

import io
import json

import pikepdf
import pytest
from lxml import etree

from registry.domain import proving
from registry.domain.digests import digest_of
from registry.domain.errors import NotFoundError, WaitingError
from registry.domain.people import Role
from registry.faces import worker
from registry.services import cards
from registry.services.work import Workshop
from reports.exports import FORMATS, chai
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
        self._and_in_the_card(case, approved["chai"])

    def _and_in_the_card(self, case: Case, card: bytes) -> None:
        """Look into the PDF: the same CHAI card twice, the assessments, the signatures."""
        with case.registry.work(Role.CLINICAL_LEAD) as work:
            cards.issue(work, VERSION)
        worker.drain(case.registry.workshop)
        with case.registry.work(Role.AUDITOR) as work:
            content = b"".join(cards.newest(work, VERSION)[1])
        with pikepdf.open(io.BytesIO(content)) as pdf:
            inside = {n: s.get_file().read_bytes() for n, s in pdf.attachments.items()}
            short = etree.fromstring(str(pdf.docinfo["/chaiMcXml"]).encode())
            assert str(pdf.docinfo["/chaiMcSoftwareId"]) == chai.SOFTWARE
        assert inside["chai.xml"] == card
        whole = etree.fromstring(inside["chai.xml"])
        assert [one.tag for one in short.iter()] == [one.tag for one in whole.iter()]
        assert [one.text for one in short.iter() if not len(one)] == [
            one.text for one in whole.iter() if not len(one)
        ]
        (evidence,) = json.loads(inside["dossier.json"])["evidence"]
        assert digest_of(inside["assessment-1.json"]) == evidence["assessment_digest"]
        proved = proving.verified_all(json.loads(inside["signature-bundle.json"]))
        assert {one.statement["meaning"] for one in proved} >= {"review", "support"}
        assert len(proved) == 4

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
