"""Facts about the PDF of a safety case: made in a job, kept by its digest, never passed off."""

import dataclasses
import io
import json
from pathlib import Path

import pikepdf
import pytest

from registry.domain import proving
from registry.domain.digests import digest_of
from registry.domain.errors import NotFoundError
from registry.domain.people import Role
from registry.domain.trail import Act
from registry.faces import worker
from registry.services import audit, safety_cases
from registry.services.safety_cases import StaleCaseFileError
from registry.services.work import Work, Workshop
from reports.sealing import check
from tests.factories.hazards import make_hazard, make_log, make_plan
from tests.factories.reviews import make_case
from tests.factories.safety_cases import sign, write
from tests.factories.seals import NAME, make_files
from tests.registry.services.cards.test_sealing import settings


def attached(pdf: bytes) -> dict[str, bytes]:
    """Return the documents inside a file."""
    with pikepdf.open(io.BytesIO(pdf)) as file:
        return {name: one.get_file().read_bytes() for name, one in file.attachments.items()}


def test_from_draft_to_signed(workshop: Workshop) -> None:
    """A file that no longer says how the case stands is refused; the next one carries the proof."""
    case = make_case(workshop)
    registry = case.registry
    case.open()
    make_plan(registry)
    make_hazard(registry)
    make_log(registry)
    made = write(registry)

    def bring(work: Work) -> tuple[str | None, bytes]:
        _, file, pieces = safety_cases.newest(work, made["id"])
        pdf = b"".join(pieces)
        assert (digest_of(pdf), len(pdf)) == (file.pdf_digest, file.size)
        return file.banner, pdf

    with registry.work(Role.AUDITOR) as work:
        with pytest.raises(NotFoundError, match="cmr safety-case get heart-cad/1"):
            safety_cases.newest(work, made["id"])
        first = safety_cases.ask(work, made["id"]).id
    with registry.work(Role.AUDITOR) as work:
        assert safety_cases.ask(work, made["id"]).id == first
    worker.drain(workshop)
    with registry.work(Role.AUDITOR) as work:
        assert safety_cases.ask(work, made["id"]).id == first
        banner, draft = bring(work)
    assert banner == "DRAFT"
    assert sorted(attached(draft)) == [
        "dossier.json",
        "hazard-log.json",
        "report.json",
        "safety-case.json",
    ]
    sign(registry, made)
    with registry.work(Role.AUDITOR) as work:
        with pytest.raises(StaleCaseFileError, match="Ask for the file anew"):
            safety_cases.newest(work, made["id"])
        safety_cases.ask(work, made["id"])
    worker.drain(workshop)
    with registry.work(Role.AUDITOR) as work:
        banner, signed = bring(work)
    documents = attached(signed)
    bundle = json.loads(documents["signatures.json"])
    (proved,) = proving.verified_all(bundle, trusted=None)
    assert banner is None
    assert digest_of(documents["safety-case.json"]) == made["digest"]
    assert proved.statement["digest"] == made["digest"]


def test_under_the_seal(workshop: Workshop, tmp_path: Path) -> None:
    """Where a seal is set the file bears it, and what was rendered stays its prefix."""
    key = make_files(tmp_path / "organisation")
    sealing = dataclasses.replace(workshop.settings, seal=settings(key.key))
    workshop = dataclasses.replace(workshop, settings=sealing)
    case = make_case(workshop)
    case.open()
    made = write(case.registry, claims=[])
    with case.registry.work(Role.AUDITOR) as work:
        safety_cases.ask(work, made["id"])
    worker.drain(workshop)
    with case.registry.work(Role.AUDITOR) as work:
        _, file, pieces = safety_cases.newest(work, made["id"])
        pdf = b"".join(pieces)
        (act,) = [
            one
            for one in audit.read(work, start=0, limit=1000)
            if one["act"] == Act.SAFETY_CASE_PRINTED.value
        ]
    assert act["after"]["pdf"] == file.pdf_digest == digest_of(pdf)
    assert digest_of(pdf[: act["after"]["rendered_size"]]) == act["after"]["rendered"]
    assert act["after"]["seal"] == NAME
    found = check(pdf)
    assert (found.base_digest, found.base_size) == (
        act["after"]["rendered"],
        act["after"]["rendered_size"],
    )
    assert [one.intact for one in found.signatures] == [True]
