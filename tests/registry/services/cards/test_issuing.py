"""Facts about issuing cards: through the job, into the artifacts, onto the trail."""

import dataclasses
import hashlib
import io
import json
from collections.abc import Callable
from typing import ParamSpec, TypeVar

import pikepdf
import pytest
from lxml import etree

from registry.domain import proving
from registry.domain.digests import digest_of
from registry.domain.errors import (
    ForbiddenError,
    NotFoundError,
    NotSignedInError,
    WaitingError,
)
from registry.domain.jobs import JobStatus
from registry.domain.people import Actor, Role
from registry.domain.standings import State
from registry.domain.trail import Act
from registry.faces import worker
from registry.services import audit, cards
from registry.services.cards import StaleCardError, press
from registry.services.work import Workshop
from reports.pool import Pool
from tests.factories.people import make_registry
from tests.factories.records import make_model, make_version
from tests.factories.reviews import Case, make_case

P = ParamSpec("P")
T = TypeVar("T")


def issue(case: Case, version: str = "heart-cad/1") -> None:
    """Ask for a card as the clinical lead and let the worker make it."""
    with case.registry.work(Role.CLINICAL_LEAD) as work:
        cards.issue(work, version)
    worker.drain(case.registry.workshop)


class TestIssue:
    """From a real review to a PDF in the artifacts."""

    def test_draft_then_approved(self, workshop: Workshop) -> None:
        """A draft becomes stale with the first sign-off; the approved card replaces it."""
        case = make_case(workshop)
        review = case.open()
        issue(case)
        self.ask_again(case)
        with case.registry.work(Role.AUDITOR) as work:
            draft, pieces = cards.newest(work, "heart-cad/1")
            content = b"".join(pieces)
        assert (draft.banner, draft.state, draft.number) == ("DRAFT", "draft", 1)
        assert draft.pdf_digest == digest_of(content)
        assert draft.size == len(content)
        case.sign_all(review)
        with case.registry.work(Role.AUDITOR) as work, pytest.raises(StaleCardError, match="anew"):
            cards.newest(work, "heart-cad/1")
        case.decide(review)
        issue(case)
        with case.registry.work(Role.AUDITOR) as work:
            both = cards.listed(work, "heart-cad/1")
            old, pieces = cards.numbered(work, "heart-cad/1", 1)
            assert hashlib.sha256(b"".join(pieces)).hexdigest() == old.pdf_digest[7:]
            trail = audit.read(work, start=0, limit=1000)
            issued = [entry for entry in trail if entry["act"] == Act.CARD_ISSUED.value]
        assert [(one.row.number, one.row.banner, one.current) for one in both] == [
            (1, "DRAFT", False),
            (2, None, True),
        ]
        assert both[1].row.headline == "Policy permits: pilot use at Hungary."
        assert len(issued) == 2

    def ask_again(self, case: Case) -> None:
        """Where nothing changed the card there is stands, and the job that made it answers."""
        with case.registry.work(Role.CLINICAL_LEAD) as work:
            again = cards.issue(work, "heart-cad/1")
        assert again.status is JobStatus.DONE
        assert again.result is not None
        assert again.result["number"] == 1
        assert worker.drain(case.registry.workshop) == 0
        with case.registry.work(Role.AUDITOR) as work:
            assert len(cards.listed(work, "heart-cad/1")) == 1

    def test_two_who_ask_wait_for_one_card(self, workshop: Workshop) -> None:
        """A job that waits serves whoever asks meanwhile."""
        case = make_case(workshop)
        case.open()
        with case.registry.work(Role.CLINICAL_LEAD) as work:
            first = cards.issue(work, "heart-cad/1").id
        with case.registry.work(Role.CLINICAL_LEAD) as work:
            assert cards.issue(work, "heart-cad/1").id == first

    def test_carries_its_documents(self, workshop: Workshop) -> None:
        """An approval asks for a card itself; the dossier in it is the one that was signed."""
        case = make_case(workshop)
        review = case.approved()
        worker.drain(case.registry.workshop)
        with case.registry.work(Role.AUDITOR) as work:
            (card,) = cards.listed(work, "heart-cad/1")
        assert (card.current, card.row.state) == (True, State.CURRENT)
        assert card.row.headline == "Policy permits: pilot use at Hungary."
        with case.registry.work(Role.AUDITOR) as work:
            _, pieces = cards.newest(work, "heart-cad/1")
            pdf = b"".join(pieces)
        with pikepdf.open(io.BytesIO(pdf)) as file:
            inside = {n: s.get_file().read_bytes() for n, s in file.attachments.items()}
            informed = {key: str(value) for key, value in file.docinfo.items()}
        assert sorted(inside) == [
            "assessment-1.json",
            "card.json",
            "chai.xml",
            "decision.json",
            "dossier.json",
            "signature-bundle.json",
            "signatures.json",
            "standing.json",
        ]
        assert digest_of(inside["dossier.json"]) == case.view(review).documents.digest
        (evidence,) = json.loads(inside["dossier.json"])["evidence"]
        assert digest_of(inside["assessment-1.json"]) == evidence["assessment_digest"]
        proved = proving.verified_all(json.loads(inside["signature-bundle.json"]))
        assert sorted(one.statement["meaning"] for one in proved) == [
            *("decision: approve", "review", "support", "support"),
        ]
        with case.registry.work(Role.AUDITOR) as work:
            assert inside["chai.xml"] == cards.export(work, "heart-cad/1", "chai").content
        whole, short = (
            etree.fromstring(inside["chai.xml"]),
            etree.fromstring(informed["/chaiMcXml"].encode()),
        )
        assert [(one.tag, one.text) for one in short.iter() if not len(one)] == [
            (one.tag, one.text) for one in whole.iter() if not len(one)
        ]
        assert informed["/chaiMcSoftwareId"] == "clinical-model-registry"
        card = json.loads(inside["card.json"])
        (deployment,) = [one for one in card["sections"] if one["heading"]["number"] == 9]
        ladder = deployment["blocks"][0]["rungs"]
        assert ladder[2]["text"].startswith("The tier permits"), "the policy is at hand"


class TestRefusals:
    """What cannot be issued or read."""

    def test_without_a_review(self, workshop: Workshop) -> None:
        """A card renders a dossier; without one the error says who must do what."""
        registry = make_registry(workshop)
        make_model(registry)
        make_version(registry)
        with (
            registry.work(Role.CLINICAL_LEAD) as work,
            pytest.raises(WaitingError, match="review open heart-cad/1"),
        ):
            cards.issue(work, "heart-cad/1")
        with registry.work(Role.AUDITOR) as work:
            assert cards.listed(work, "heart-cad/1") == []
        with (
            registry.work(Role.AUDITOR) as work,
            pytest.raises(NotFoundError, match="no card yet"),
        ):
            cards.newest(work, "heart-cad/1")
        with registry.work(Role.AUDITOR) as work, pytest.raises(NotFoundError, match="card 7"):
            cards.numbered(work, "heart-cad/1", 7)

    def test_without_the_right(self, workshop: Workshop) -> None:
        """Who holds no role issues nothing."""
        registry = make_registry(workshop)
        lead = registry.people[Role.CLINICAL_LEAD]
        nobody = Actor(id=lead.id, login="x", name="X", roles=frozenset(), via="session")
        with registry.work(nobody) as work, pytest.raises(ForbiddenError):
            cards.issue(work, "heart-cad/1")


class TestFiguresPage:
    """The figures of a card, to look at in a browser."""

    def test_made_where_cards_are_drawn(self, workshop: Workshop) -> None:
        """A server that answers others meanwhile makes none itself."""
        case = make_case(workshop)
        case.open()
        asked: list[object] = []

        class Elsewhere(Pool):
            def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
                asked.append(function)
                return function(*args, **kwargs)

        served = dataclasses.replace(workshop, pool=Elsewhere())
        reader = case.registry.people[Role.AUDITOR]
        page = cards.figures_page(served, reader, "heart-cad/1")
        assert asked == [press.figured]
        assert "heart-cad/1: figures" in page

    def test_only_for_who_may_read(self, workshop: Workshop) -> None:
        """Nobody in particular reads no figures."""
        make_case(workshop).open()
        with pytest.raises(NotSignedInError):
            cards.figures_page(workshop, None, "heart-cad/1")
