"""Facts about release bundles: what is in them, for whom, and that they follow from the records."""

import io
import json
import zipfile

import pytest

from registry.domain import releases
from registry.domain.digests import canonical, digest_of
from registry.domain.errors import NotFoundError, WaitingError
from registry.domain.people import Role
from registry.domain.signatures import Signature, holds
from registry.faces import worker
from registry.services import cards
from registry.services import releases as services
from registry.services.cards import StaleCardError
from registry.services.work import Workshop
from tests.factories.people import Registry
from tests.factories.reviews import Case, make_case

VERSION = "heart-cad/1"


def release(case: Case, role: Role = Role.AUDITOR) -> bytes:
    """Return the release bundle of the version, as somebody takes it."""
    with case.registry.work(role) as work:
        card, pdf = cards.newest(work, VERSION)
        return b"".join(services.bundle(work, VERSION, card=card, pdf=pdf))


def unzipped(content: bytes) -> dict[str, bytes]:
    """Return the files of a zip."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


class TestBundle:
    """From a decided version to a zip."""

    def test_holds_all_that_the_decision_rests_on(self, workshop: Workshop) -> None:
        """Every file is listed with its digest, under the registry's signature."""
        case = make_case(workshop)
        case.approved()
        worker.drain(workshop)
        content = release(case)
        files = unzipped(content)
        manifest = json.loads(files[releases.MANIFEST])
        named = releases.listed(manifest)
        assert {one.path for one in named} == files.keys() - {releases.MANIFEST, releases.MARK}
        for one in named:
            found = files[one.path]
            assert (digest_of(found), len(found)) == (one.digest, one.size)
            assert releases.sound_path(one.path)
        mark = json.loads(files[releases.MARK])
        signed = Signature(statement=manifest, signature=mark["value"], key=mark["key"])
        assert holds(signed, public=workshop.keys.public())
        assert files[releases.MANIFEST] == canonical(manifest)
        dossier = json.loads(files[releases.DOSSIER])
        assert digest_of(files[releases.DOSSIER]) == manifest["dossier"]
        assert digest_of(files[releases.POLICY]) == dossier["policy"]["digest"]
        item = dossier["evidence"][0]
        assert digest_of(files[releases.evidence_path(1, "tally.parquet")]) == item["tally"]
        assessment = files[releases.evidence_path(1, "assessment.json")]
        assert digest_of(assessment) == item["assessment_digest"]
        protocol = releases.protocol_path(item["protocol"])
        assert digest_of(files[protocol]) == item["protocol"]
        assert digest_of(files[releases.CARD]) == manifest["card"]["digest"]
        assert b"card.issued" in files[releases.ENTRIES], "the card is under the checkpoint"
        assert release(case) == content, "the same records at the same time: the same bytes"

    def test_no_word_of_the_trail_and_no_patient_leaves(self, workshop: Workshop) -> None:
        """The entries hold salted digests; neither words, keys of patients nor model files go."""
        case = make_case(workshop)
        review = case.open()
        case.sign_all(review)
        case.decide(review, reasons="A reason that only the decision may tell.")
        worker.drain(workshop)
        files = unzipped(release(case))
        assert b"A reason that only" in files[releases.DECISION]
        assert b"A reason that only" not in files[releases.ENTRIES]
        assert not [name for name in files if "text" in name or "patient" in name]
        artifacts = json.loads(files[releases.DOSSIER])["version"]["artifacts"]
        digests = {digest_of(found) for found in files.values()}
        assert not digests & {one["digest"] for one in artifacts}


class TestRefused:
    """When there is nothing whole to take home."""

    def test_needs_a_current_card(self, workshop: Workshop) -> None:
        """A version without a card, or whose card is out of date, says how to get one."""
        case = make_case(workshop)
        review = case.open()
        with pytest.raises(NotFoundError, match="cmr card issue"):
            release(case)
        with case.registry.work(Role.CLINICAL_LEAD) as work:
            cards.issue(work, VERSION)
        worker.drain(workshop)
        release(case)
        case.sign(review, Role.INDEPENDENT_VALIDATOR)
        with pytest.raises(StaleCardError, match="anew"):
            release(case)

    def test_needs_a_review(self, registry: Registry) -> None:
        """A version that was never reviewed has no dossier to release."""
        with registry.work(Role.AUDITOR) as work, pytest.raises((NotFoundError, WaitingError)):
            cards.newest(work, VERSION)
