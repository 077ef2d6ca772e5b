"""Protocols: registering one for a model, resolving its operating point, and signing it."""

import dataclasses
from typing import Any
from uuid import UUID

from registry.domain import policies as policy_rules
from registry.domain import protocols as rules
from registry.domain.digests import canonical
from registry.domain.errors import BadInputError, ConflictError, NotFoundError, RuleBrokenError
from registry.domain.evidence import EvidenceState
from registry.domain.people import Action, Role
from registry.domain.protocols import SIGNATURES
from registry.domain.signatures import Proof
from registry.domain.trail import Act
from registry.services.work import Work
from registry.store import evidence, models, policies, protocols, versions
from registry.store.evidence import EvidenceRow
from registry.store.models import ModelRow
from registry.store.protocols import ProtocolRow, ProtocolSignatureRow
from validation import protocols as plans
from validation.errors import UndefinedError
from validation.protocols.rules import parse_rule, resolve_threshold
from validation.protocols.shape import Finding, OperatingPoint, Partition, Protocol
from validation.tallies import Cells, Tally
from validation.tallies import files as tally_files


def register(work: Work, model_name: str, text: str) -> dict[str, Any]:
    """Register a protocol for a model; a rule for the operating point becomes a number here.

    Raises
    ------
    ProtocolError
        When the text is no protocol; names the key and the remedy.
    RuleBrokenError
        When the policy refuses it for the model's tier; gives every reason.
    ConflictError
        When the same protocol is registered already.
    """
    author = work.require(Action.PROTOCOL_REGISTER)
    model = models.get(work.session, model_name)
    protocol = _resolved(work, model, plans.read(text))
    _require_comparators(work, protocol)
    document, digest = plans.document(protocol), plans.digest(protocol)
    policy = policies.over(work.session, model.id)
    tier = models.risk_tier(work.session, model.id)
    reasons = policy_rules.check_protocol(policy, tier, document)
    if reasons:
        raise RuleBrokenError(
            f"The policy {policy.name}/{policy.version} refuses this protocol for the tier "
            f"“{tier}”: {' '.join(reasons)}"
        )
    known = protocols.find(work.session, digest)
    if known is not None:
        where = models.by_id(work.session, known.model_id).name
        raise ConflictError(f"This very protocol is registered for {where} already, as {digest}.")
    work.artifacts.put_bytes(canonical(document))
    row = ProtocolRow(
        id=work.new_id(),
        model_id=model.id,
        digest=digest,
        measure_digest=plans.measure_digest(protocol),
        source_digest=work.artifacts.put_bytes(text.encode()).digest,
        name=protocol.name,
        purpose=protocol.purpose.value,
        document=document,
        registered_by=author.id,
        registered_at=work.now(),
    )
    work.session.add(row)
    work.session.flush()
    work.record(
        Act.PROTOCOL_REGISTERED,
        subject=_subject(row),
        after={"model": model.name, "name": row.name, "purpose": row.purpose},
    )
    return protocols.described(work.session, row)


def _subject(row: ProtocolRow) -> str:
    """Return the name of a protocol on the trail."""
    return f"protocol {row.digest}"


def _require_comparators(work: Work, protocol: Protocol) -> None:
    """Refuse a comparator that names a version nobody registered."""
    for comparator in protocol.comparators:
        if comparator.version is None:
            continue
        field = f"comparators.{comparator.name}.version"
        try:
            versions.named(work.session, comparator.version, field=field)
        except NotFoundError as error:
            raise BadInputError(str(error), field=field) from error


def _resolved(work: Work, model: ModelRow, protocol: Protocol) -> Protocol:
    """Return a protocol whose every operating point is a number."""
    return dataclasses.replace(
        protocol,
        operating_point=_point(work, model, protocol, None, protocol.operating_point),
        findings=tuple(
            dataclasses.replace(
                finding,
                operating_point=_point(work, model, protocol, finding, finding.operating_point),
            )
            for finding in protocol.findings
        ),
    )


def _point(
    work: Work, model: ModelRow, protocol: Protocol, finding: Finding | None, point: OperatingPoint
) -> OperatingPoint:
    """Return an operating point with its rule resolved on the evidence that the rule names."""
    if point.rule is None:
        return point
    if point.threshold is not None:
        raise RuleBrokenError(
            "operating_point: give the rule alone; its number and origin are found and recorded "
            "here, from the evidence that it names."
        )
    name = None if finding is None else finding.name
    if finding is None and any(one.name is not None for one in protocol.findings):
        return point  # the findings' own points are what counts; each is resolved on its cells
    rule = parse_rule(point.rule)
    row = _evidence_named(work, model, protocol, rule.evidence)
    tally = tally_files.read(work.artifacts.read(str(row.tally_digest)))
    source = protocols.by_id(work.session, row.protocol_id)
    try:
        found = resolve_threshold(
            point.rule,
            _cells(tally, source.purpose, name),
            positive_when=point.positive_when,
        )
    except UndefinedError as error:
        raise BadInputError(
            f"the rule cannot be resolved: {error}.", field="operating_point.rule"
        ) from error
    return dataclasses.replace(point, threshold=found.threshold, origin=found.origin)


def _evidence_named(work: Work, model: ModelRow, protocol: Protocol, reference: str) -> EvidenceRow:
    """Return the evidence that a rule names, if an operating point may be found on it."""
    field = "operating_point.rule"
    try:
        row = evidence.find(work.session, UUID(reference))
    except ValueError:
        raise BadInputError(
            f"“{reference}” is not the id of evidence; `cmr evidence list` shows the ids.",
            field=field,
        ) from None
    if row is None:
        raise BadInputError(f"there is no evidence {reference}.", field=field)
    if versions.by_id(work.session, row.version_id).model_id != model.id:
        raise BadInputError(f"evidence {reference} is about another model.", field=field)
    if row.state is not EvidenceState.ATTACHED:
        raise BadInputError(f"evidence {reference} is {row.state.value}.", field=field)
    purpose = protocols.by_id(work.session, row.protocol_id).purpose
    if purpose == protocol.purpose.value and protocol.purpose is not Partition.DEVELOPMENT:
        raise BadInputError(
            f"evidence {reference} is itself {purpose}: an operating point found on the data that "
            "judge it flatters. Name evidence of development.",
            field=field,
        )
    return row


def _cells(tally: Tally, purpose: str, finding: str | None) -> Cells:
    """Return the cells of one finding, in the partition that the evidence was about.

    Raises
    ------
    BadInputError
        When the evidence does not know the finding.
    """
    cells = tally.views[0].cells
    names = tally.levels["finding"]
    if finding is not None or names != ("",):
        if finding not in names:
            raise BadInputError(
                f"the evidence that the rule names has no finding “{finding}”.",
                field="operating_point.rule",
            )
        cells = cells.where(cells.codes["finding"] == names.index(str(finding)))
    partitions = tally.levels["partition"]
    if purpose in partitions:
        cells = cells.where(cells.codes["partition"] == partitions.index(purpose))
    return cells


def sign(
    work: Work, digest: str, *, role: Role, meaning: str | None, proof: Proof
) -> dict[str, Any]:
    """Sign a protocol in a role; the answer says who must still sign.

    Raises
    ------
    RuleBrokenError
        When the role does not sign protocols, or the person wrote or has signed this one.
    ForbiddenError
        When the person does not hold the role, or the password is wrong.
    """
    person = work.require(Action.PROTOCOL_SIGN)
    row = protocols.get(work.session, digest)
    words = meaning or SIGNATURES.get(role, "")
    rules.require_signable(
        role=role,
        meaning=words,
        person=person.id,
        author=row.registered_by,
        signatures=protocols.signed(work.session, row.id),
    )
    given = work.countersign(
        role=role, meaning=words, subject=_subject(row), digest=row.digest, proof=proof
    )
    work.session.add(
        ProtocolSignatureRow(
            id=work.new_id(),
            protocol_id=row.id,
            person_id=person.id,
            role=role,
            meaning=words,
            statement=dict(given.statement),
            signature=given.signature,
            key=given.key,
            method=given.method,
            signed_at=work.now(),
        )
    )
    work.session.flush()
    work.record(
        Act.PROTOCOL_SIGNED,
        subject=_subject(row),
        after={"role": role.value, "meaning": words, "signature": given.signature},
    )
    return protocols.described(work.session, row)


def of_model(work: Work, model_name: str) -> list[dict[str, Any]]:
    """Return the protocols of a model, oldest first."""
    work.require(Action.RECORD_READ)
    model = models.get(work.session, model_name)
    return [
        protocols.described(work.session, r) for r in protocols.of_model(work.session, model.id)
    ]


def show(work: Work, digest: str) -> dict[str, Any]:
    """Return one protocol."""
    work.require(Action.RECORD_READ)
    return protocols.described(work.session, protocols.get(work.session, digest))
