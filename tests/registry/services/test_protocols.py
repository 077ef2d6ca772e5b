"""Protocols: registered, resolved on evidence, signed by two people."""

import dataclasses
from uuid import UUID

import pytest

from registry.domain import signatures
from registry.domain.errors import (
    BadInputError,
    ConflictError,
    ForbiddenError,
    NotFoundError,
    RuleBrokenError,
)
from registry.domain.people import Role
from registry.domain.signatures import Password, Proof, Signature
from registry.services import evidence, protocols
from registry.store import audit
from tests.factories.evidence import (
    make_evidence,
    make_protocol,
    make_signed_protocol,
    protocol_text,
    rows,
    sign_protocol,
    table,
)
from tests.factories.people import PROOF, Registry, make_person
from tests.factories.records import make_model
from validation.errors import ProtocolError


def acts(registry: Registry) -> list[bytes]:
    """Return the bodies of the trail."""
    with registry.work(Role.AUDITOR) as work:
        return [bytes(body) for _, body, _ in audit.entries(work.session)]


class TestRegister:
    """Registering a protocol."""

    def test_kept_with_defaults(self, registry: Registry) -> None:
        """The document has its defaults filled in, and both roles must still sign."""
        digest = make_protocol(registry)
        with registry.work(Role.AUDITOR) as work:
            found = protocols.show(work, digest)
            assert work.artifacts.has(found["source_digest"])
            assert work.artifacts.has(digest)
        assert found["document"]["intervals"]["level"] == 0.95
        assert found["needs_signatures"] == ["clinical lead", "independent validator"]
        assert found["in_force_since"] is None

    def test_on_the_trail(self, registry: Registry) -> None:
        """The act names the digest."""
        digest = make_protocol(registry)
        assert any(
            b"protocol.registered" in body and digest.encode() in body for body in acts(registry)
        )

    def test_unknown_key(self, registry: Registry) -> None:
        """A key that is not known is an error that names its place, and nothing is kept."""
        with (
            pytest.raises(ProtocolError) as refused,
            registry.work(Role.ML_ENGINEER) as work,
        ):
            protocols.register(work, "heart-cad", protocol_text() + '\nby = "me"\n')
        assert refused.value.at.endswith("by")
        with registry.work(Role.AUDITOR) as work:
            assert protocols.of_model(work, "heart-cad") == []

    def test_weaker_than_the_policy(self, registry: Registry) -> None:
        """A floor below the policy's is refused, naming metric and floor."""
        with pytest.raises(RuleBrokenError, match=r"auroc at least 0\.7"):
            make_protocol(registry, floor=0.6)

    def test_twice(self, registry: Registry) -> None:
        """The same protocol twice is a conflict that names the first."""
        digest = make_protocol(registry)
        with pytest.raises(ConflictError, match=digest):
            make_protocol(registry)

    def test_unknown_model(self, registry: Registry) -> None:
        """A model that is not there is named."""
        with pytest.raises(NotFoundError, match="nowhere"):
            make_protocol(registry, "nowhere")

    def test_comparator_must_be_a_version(self, registry: Registry) -> None:
        """A comparator that names a version nobody registered is refused at its place."""
        text = protocol_text() + (
            '\n[comparators.in_use]\nscore = "score_v1"\nversion = "heart-cad/9"\n'
        )
        with (
            pytest.raises(BadInputError, match="has no version 9") as refused,
            registry.work(Role.ML_ENGINEER) as work,
        ):
            protocols.register(work, "heart-cad", text)
        assert refused.value.field == "comparators.in_use.version"

    def test_auditor_may_not(self, registry: Registry) -> None:
        """An auditor reads and registers nothing."""
        with pytest.raises(ForbiddenError), registry.work(Role.AUDITOR) as work:
            protocols.register(work, "heart-cad", protocol_text())


def development(registry: Registry, lines: list[str] | None = None) -> UUID:
    """Attach development evidence on the version and return its id."""
    digest = make_signed_protocol(registry, name="Development", purpose="development")
    return make_evidence(registry, digest, table(lines))


class TestResolve:
    """An operating point found on evidence by a rule."""

    def test_number_and_origin_are_stored(self, registry: Registry) -> None:
        """Twenty positives score 0.8 to 0.8857: 0.8 is the highest score that all of them reach."""
        source = development(registry)
        rule = f'rule = "sensitivity at least 1.0 in {source}"'
        digest = make_protocol(registry, point=rule)
        with registry.work(Role.AUDITOR) as work:
            point = protocols.show(work, digest)["document"]["operating_point"]
        assert point["threshold"] == pytest.approx(0.8)
        assert str(source) in point["origin"]
        assert "20 of 20" in point["origin"]

    def test_only_its_own_partition(self, registry: Registry) -> None:
        """Rows of another partition in the same table do not move the threshold."""
        digest = make_signed_protocol(
            registry, name="Development", purpose="development", partition=True
        )
        low = [line.replace(",0.8", ",0.1") for line in rows(exams=20, first=100, prefix="q")]
        lines = [*rows(split="development"), *low]
        source = make_evidence(registry, digest, table(lines))
        rule = f'rule = "sensitivity at least 1.0 in {source}"'
        resolved = make_protocol(registry, point=rule, partition=True)
        with registry.work(Role.AUDITOR) as work:
            point = protocols.show(work, resolved)["document"]["operating_point"]
        assert point["threshold"] == pytest.approx(0.8)

    @pytest.mark.parametrize(
        ("reference", "said"),
        [("cleveland", "not the id of evidence"), (str(UUID(int=5)), "there is no evidence")],
    )
    def test_unknown_evidence(self, registry: Registry, reference: str, said: str) -> None:
        """A rule on evidence that is not there is refused at its place."""
        with pytest.raises(BadInputError, match=said) as refused:
            make_protocol(registry, point=f'rule = "sensitivity at least 0.9 in {reference}"')
        assert refused.value.field == "operating_point.rule"

    def test_not_on_the_data_that_judge(self, registry: Registry) -> None:
        """An operating point of external testing cannot be found on external evidence."""
        source = make_evidence(registry, make_signed_protocol(registry))
        with pytest.raises(BadInputError, match="flatters"):
            make_protocol(
                registry, name="Again", point=f'rule = "sensitivity at least 0.9 in {source}"'
            )

    def test_not_on_refused_evidence(self, registry: Registry) -> None:
        """Evidence that was refused resolves nothing."""
        source = development(registry, ["e1,p1,Nowhere,development,F,1,0.5"])
        with pytest.raises(BadInputError, match="is refused"):
            make_protocol(registry, point=f'rule = "sensitivity at least 0.9 in {source}"')

    def test_not_on_another_model(self, registry: Registry) -> None:
        """Evidence on another model resolves nothing here."""
        source = development(registry)
        make_model(registry, name="other")
        with pytest.raises(BadInputError, match="another model"):
            make_protocol(registry, "other", point=f'rule = "sensitivity at least 0.9 in {source}"')

    def test_number_beside_a_rule(self, registry: Registry) -> None:
        """A number that claims to come from a rule is refused: the registry finds it itself."""
        source = development(registry)
        point = (
            f'rule = "sensitivity at least 0.9 in {source}"\nthreshold = 0.1\norigin = "trust me"'
        )
        with pytest.raises(RuleBrokenError, match="give the rule alone"):
            make_protocol(registry, point=point)

    def test_each_finding_on_its_own_cells(self, registry: Registry) -> None:
        """A rule that findings inherit is resolved for each, and a table can then be measured."""
        findings = '\n[findings.narrowing]\nlabel = "label"\nscore = "score"\n'
        first = protocol_text(name="Development", purpose="development") + findings
        with registry.work(Role.ML_ENGINEER) as work:
            digest = str(protocols.register(work, "heart-cad", first)["digest"])
        sign_protocol(registry, digest)
        rule = f'rule = "sensitivity at least 1.0 in {make_evidence(registry, digest)}"'
        with registry.work(Role.ML_ENGINEER) as work:
            made = protocols.register(work, "heart-cad", protocol_text(point=rule) + findings)
        assert made["document"]["findings"]["narrowing"]["threshold"] == pytest.approx(0.8)
        sign_protocol(registry, made["digest"])
        measured = make_evidence(registry, made["digest"])
        with registry.work(Role.AUDITOR) as work:
            assert evidence.show(work, measured)["state"] == "attached"

    def test_finding_that_the_evidence_lacks(self, registry: Registry) -> None:
        """A finding of which the evidence knows nothing cannot be resolved on it."""
        rule = f'rule = "sensitivity at least 1.0 in {development(registry)}"'
        text = protocol_text(point=rule) + (
            '\n[findings.narrowing]\nlabel = "label"\nscore = "score"\n'
        )
        with (
            pytest.raises(BadInputError, match="no finding “narrowing”"),
            registry.work(Role.ML_ENGINEER) as work,
        ):
            protocols.register(work, "heart-cad", text)

    def test_no_such_class(self, registry: Registry) -> None:
        """A rule on sensitivity without a positive says so."""
        negatives = [line for line in rows() if ",0,0." in line]
        source = development(registry, negatives)
        with pytest.raises(BadInputError, match="no scored positive"):
            make_protocol(registry, point=f'rule = "sensitivity at least 0.9 in {source}"')


class TestSign:
    """Signing a protocol."""

    def test_two_people_bring_it_into_force(self, registry: Registry) -> None:
        """With both signatures it is in force from now."""
        digest = make_signed_protocol(registry)
        with registry.work(Role.AUDITOR) as work:
            found = protocols.show(work, digest)
        assert found["needs_signatures"] == []
        assert found["in_force_since"] == "2026-11-23T09:30:00.000000Z"

    def test_signature_holds_over_the_digest(self, registry: Registry) -> None:
        """What is kept verifies under the registry's key and names the protocol's digest."""
        digest = make_signed_protocol(registry)
        with registry.work(Role.AUDITOR) as work:
            kept = protocols.show(work, digest)["signatures"][0]
            public = work.keys.public()
        signature = Signature(
            statement=kept["statement"], signature=kept["signature"], key=kept["key"]
        )
        assert signatures.holds(signature, public=public)
        assert kept["statement"]["digest"] == digest

    def test_wrong_password(self, registry: Registry) -> None:
        """A wrong password signs nothing."""
        digest = make_protocol(registry)
        with pytest.raises(ForbiddenError, match="password is wrong"):
            self.as_lead(registry, digest, Password("wrong horse battery"))
        with registry.work(Role.AUDITOR) as work:
            assert protocols.show(work, digest)["signatures"] == []

    def as_lead(self, registry: Registry, digest: str, proof: Proof = PROOF) -> None:
        """Sign as the clinical lead."""
        with registry.work(Role.CLINICAL_LEAD) as work:
            protocols.sign(work, digest, role=Role.CLINICAL_LEAD, meaning=None, proof=proof)

    def test_token_cannot_sign(self, registry: Registry) -> None:
        """A token of the clinical lead's, whatever its scopes, signs nothing."""
        digest = make_protocol(registry)
        lead = registry.people[Role.CLINICAL_LEAD]
        token = dataclasses.replace(lead, via="token", scopes=frozenset({"read", "evidence"}))
        with pytest.raises(ForbiddenError, match="never sign"), registry.work(token) as work:
            protocols.sign(work, digest, role=Role.CLINICAL_LEAD, meaning=None, proof=PROOF)

    def test_role_must_be_held(self, registry: Registry) -> None:
        """The validator cannot sign as clinical lead."""
        digest = make_protocol(registry)
        with (
            pytest.raises(ForbiddenError, match="does not hold"),
            registry.work(Role.INDEPENDENT_VALIDATOR) as work,
        ):
            protocols.sign(work, digest, role=Role.CLINICAL_LEAD, meaning=None, proof=PROOF)

    def test_author_cannot_sign(self, registry: Registry) -> None:
        """A validator who wrote the protocol cannot sign it."""
        with registry.work(Role.INDEPENDENT_VALIDATOR) as work:
            digest = protocols.register(work, "heart-cad", protocol_text())["digest"]
        with pytest.raises(RuleBrokenError, match="another person"):
            sign_protocol(registry, digest, [Role.INDEPENDENT_VALIDATOR])

    def test_one_person_cannot_fill_both(self, registry: Registry) -> None:
        """One person in both roles signs once."""
        digest = make_protocol(registry)
        both = make_person(registry, "both", Role.CLINICAL_LEAD, Role.INDEPENDENT_VALIDATOR)
        with registry.work(both) as work:
            protocols.sign(work, digest, role=Role.CLINICAL_LEAD, meaning=None, proof=PROOF)
        with (
            pytest.raises(RuleBrokenError, match="must be another person"),
            registry.work(both) as work,
        ):
            protocols.sign(work, digest, role=Role.INDEPENDENT_VALIDATOR, meaning=None, proof=PROOF)

    def test_unknown_protocol(self, registry: Registry) -> None:
        """A digest that is not registered is named, with the remedy."""
        with pytest.raises(NotFoundError, match="cmr protocol register"):
            self.as_lead(registry, "sha256:" + "0" * 64)


class TestOfModel:
    """The list."""

    def test_both_of_two(self, registry: Registry) -> None:
        """Two protocols for one model may stand side by side."""
        first, second = make_protocol(registry), make_protocol(registry, name="Second")
        with registry.work(Role.AUDITOR) as work:
            found = protocols.of_model(work, "heart-cad")
        assert {one["digest"] for one in found} == {first, second}
