"""Recomputing: the present engine beside what is stored, who may ask, and what rests on it."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from registry.domain.digests import canonical
from registry.domain.errors import ForbiddenError, NotFoundError, NotSignedInError, WaitingError
from registry.domain.people import Role
from registry.services import evidence
from registry.services.evidence import recomputing
from registry.services.evidence.recomputing import Recomputation
from registry.services.work import Workshop
from registry.store import evidence as kept
from tests.factories.evidence import hand_in, make_evidence, make_signed_protocol
from tests.factories.people import Registry
from tests.factories.reviews import make_case
from validation.recomputation import Change


def recomputed(registry: Registry, evidence_id: UUID, role: Role = Role.AUDITOR) -> Recomputation:
    """Return what the present engine makes of evidence, asked by a role's person."""
    return recomputing.recompute(registry.workshop, registry.people[role], evidence_id)


def alter(registry: Registry, evidence_id: UUID, **columns: str) -> None:
    """Let evidence have been assessed by an engine that computed otherwise."""
    with registry.workshop.begin(None) as work:
        row = kept.get(work.session, evidence_id)
        for name, value in columns.items():
            setattr(row, name, value)
        work.session.add(row)


def stored(registry: Registry, evidence_id: UUID) -> dict[str, Any]:
    """Return the stored assessment."""
    with registry.work(Role.AUDITOR) as work:
        return evidence.assessment(work, evidence_id)


class TestRecompute:
    """One piece of evidence on forty exams."""

    def test_same(self, registry: Registry) -> None:
        """The engine that computed it computes it again to the same figures."""
        made = make_evidence(registry, make_signed_protocol(registry))
        found = recomputed(registry, made)
        assert (found.differences, found.new, found.impossible) == ((), 0, None)
        assert (found.version, found.number, found.rests) == ("heart-cad/1", 1, [])

    def test_another_engine(self, registry: Registry) -> None:
        """A figure and a verdict of an older engine are named; what is stored stays as it was."""
        made = make_evidence(registry, make_signed_protocol(registry))
        document = stored(registry, made)
        was = document["strata"][0]["estimates"]["sensitivity"]["low"]
        document["strata"][0]["estimates"]["sensitivity"]["low"] = was + 1e-6
        del document["strata"][0]["estimates"]["mcc"]
        document["criteria"][0]["verdict"] = "not met"
        digest = registry.workshop.artifacts.put_bytes(canonical(document)).digest
        alter(registry, made, assessment_digest=digest, engine="cmr-validation/0")
        found = recomputed(registry, made)
        keys = {(one.key, one.change, one.is_verdict) for one in found.differences}
        assert ("estimates.sensitivity.low", Change.CHANGED, False) in keys
        assert any(verdict for _, _, verdict in keys)
        assert found.new >= 1
        assert found.engine == "cmr-validation/0"
        assert stored(registry, made) == document

    def test_tally_that_cannot_be_read(self, registry: Registry) -> None:
        """A tally that this release cannot read is said, and breaks nothing."""
        made = make_evidence(registry, make_signed_protocol(registry))
        digest = registry.workshop.artifacts.put_bytes(b"PAR1 of another time").digest
        alter(registry, made, tally_digest=digest)
        assert recomputed(registry, made).impossible is not None

    def test_who_may(self, registry: Registry) -> None:
        """An auditor may, an ML engineer may not, nobody may not."""
        made = make_evidence(registry, make_signed_protocol(registry))
        with pytest.raises(ForbiddenError):
            recomputed(registry, made, Role.ML_ENGINEER)
        with pytest.raises(NotSignedInError):
            recomputing.recompute(registry.workshop, None, made)

    def test_not_yet_and_not_there(self, registry: Registry) -> None:
        """Waiting evidence has nothing to compare, and unknown evidence is not found."""
        with pytest.raises(WaitingError):
            recomputed(registry, hand_in(registry, make_signed_protocol(registry)))
        with pytest.raises(NotFoundError):
            recomputed(registry, UUID(int=9))

    def test_what_rests_on_it(self, workshop: Workshop) -> None:
        """Every dossier that cites the evidence is named, undecided ones too."""
        case = make_case(workshop)
        review = case.open()
        registry = case.registry
        with registry.work(Role.AUDITOR) as work:
            made = [UUID(one["id"]) for one in evidence.of_version(work, "heart-cad", 1)]
        (rests,) = recomputed(registry, made[0]).rests
        assert rests["review"] == str(review)
        assert rests["outcome"] is None
        case.sign_all(review)
        case.decide(review)
        (rests,) = recomputed(registry, made[0]).rests
        assert (rests["outcome"], rests["decided_at"] is None) == ("approve", False)


class TestSince:
    """What was attached since a moment."""

    def test_from_the_moment_on(self, registry: Registry) -> None:
        """Evidence attached at the moment itself counts, waiting evidence does not."""
        protocol = make_signed_protocol(registry)
        made = make_evidence(registry, protocol)
        hand_in(registry, make_signed_protocol(registry, name="Another"))
        at = registry.workshop.clock()
        with registry.work(Role.AUDITOR) as work:
            assert [one["id"] for one in evidence.since(work, at)] == [str(made)]
            assert evidence.since(work, datetime(2999, 1, 1, tzinfo=UTC)) == []
            assert json.dumps(evidence.since(work, at))
