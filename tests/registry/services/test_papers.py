"""Documents and training on both databases: registered, asked by a policy, taken back."""

from datetime import date
from uuid import UUID

import pytest

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError
from registry.domain.people import Role
from registry.services import papers, policies, reviews
from registry.services.work import Workshop
from registry.shapes.papers import PaperIn, TrainingIn
from tests.factories.records import make_artifact
from tests.factories.reviews import make_case
from tests.registry.domain.test_policies import TEXT

ASKS = """
[[tiers."fast track".documents]]
kind = "data protection impact assessment"
from_rung = "pilot"

[[tiers."fast track".training]]
role = "clinical safety officer"
topic = "clinical safety"
months = 36
"""
STRICT = TEXT.replace("version = 1", "version = 2", 1).replace(
    '[tiers."full review"]', ASKS + '\n[tiers."full review"]', 1
)
TRAINING = TrainingIn(topic="Clinical safety", on=date(2026, 3, 14), evidence="Certificate 2291")


def paper(digest: str, **changes: object) -> PaperIn:
    """Return an assessment that holds."""
    whole = {
        "kind": "Data protection impact assessment",
        "title": "DPIA, issue 2",
        "digest": digest,
        "issued_by": "Information governance",
        "dated": "2026-10-12",
    }
    return PaperIn.model_validate(whole | changes)


def test_asked_by_a_policy(workshop: Workshop) -> None:
    """Both are missing, are brought, stand in the dossier, and are missing again once withdrawn."""
    case = make_case(workshop)
    registry = case.registry
    with registry.work(Role.ADMINISTRATOR) as work:
        policies.register(work, STRICT)
    review = case.open()
    missing = {one.what.partition(":")[0] for one in case.view(review).missing}
    assert "A document that holds" in missing
    assert "Everybody who is clinical safety officer has completed clinical safety" in missing
    assert "documents" not in case.view(review).documents.dossier

    digest = make_artifact(registry, b"The assessment, whole")
    with registry.work(Role.MODEL_OWNER) as work:
        kept = papers.register(work, "heart-cad", paper(digest, version=1))
    with registry.work(Role.ENROLLER) as work:
        trained = papers.record_training(work, "clinical.safety.officer", TRAINING)
        assert papers.trainings(work, "clinical.safety.officer") == [trained]
    with registry.work(Role.MODEL_OWNER) as work:
        reviews.refreeze(work, review)
    dossier = case.view(review).documents.dossier
    assert [one["title"] for one in dossier["documents"]] == ["DPIA, issue 2"]
    assert [one["completed"][0]["topic"] for one in dossier["training"]] == ["Clinical safety"]
    case.sign_all(review)
    assert case.view(review).missing == []

    with registry.work(Role.MODEL_OWNER) as work:
        papers.withdraw(work, UUID(kept["id"]), why="It was about another model")
    assert set(case.view(review).changed) == {"documents", "requirements"}
    again = registry.work(Role.MODEL_OWNER)
    with pytest.raises(ConflictError, match="already"), again as work:
        papers.withdraw(work, UUID(kept["id"]), why="again")
    with registry.work(Role.ENROLLER) as work:
        gone = papers.withdraw_training(work, UUID(trained["id"]), why="another person")
    assert gone["withdrawn"]["why"] == "another person"
    with registry.work(Role.AUDITOR) as work:
        assert papers.listed(work, "heart-cad")[0]["withdrawn"]["by"]["name"] == "Model Owner"


def test_refusals(workshop: Workshop) -> None:
    """A file that nobody kept, one's own training, and whoever has no say."""
    registry = make_case(workshop).registry
    with (
        pytest.raises(BadInputError, match="upload the file first"),
        registry.work(Role.MODEL_OWNER) as work,
    ):
        papers.register(work, "heart-cad", paper("sha256:" + "0" * 64))
    with (
        pytest.raises(ForbiddenError, match="their own training"),
        registry.work(Role.ENROLLER) as work,
    ):
        papers.record_training(work, "enroller", TRAINING)
    with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
        papers.record_training(work, "clinical.lead", TRAINING)
