"""Conditions: stating them, sending what shows that one is met, extending and closing it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from registry.domain.conditions import (
    Condition,
    OnOverdue,
    When,
    check,
    check_closure,
    check_extender,
    check_extension,
    check_submission,
)
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError, NotFoundError
from registry.domain.people import Action
from registry.domain.signatures import Proof
from registry.domain.sites import Calendar
from registry.domain.trail import Act
from registry.services.reviews import freezing
from registry.services.work import Work
from registry.store import conditions, people, reviews, sites, versions
from registry.store.conditions import ConditionExtensionRow, ConditionSubmissionRow
from registry.store.reviews import (
    ConditionClosureRow,
    ConditionRow,
    DecisionRow,
    ReviewRow,
)
from registry.store.versions import VersionRow


@dataclass(frozen=True, kw_only=True)
class ConditionAsked:
    """A condition as the decision maker words it; people by their logins."""

    text: str
    when: When
    owner: str
    verifier: str
    due: date
    site: str
    evidence_needed: str
    consequence: str
    on_overdue: OnOverdue = OnOverdue.TELL


@dataclass(frozen=True, kw_only=True)
class Held:
    """A condition of a decided review, held against anybody else's act.

    Attributes
    ----------
    review, version, decision : row
    row : ConditionRow
        As it was decided.
    now : dict
        As it stands.
    """

    review: ReviewRow
    version: VersionRow
    decision: DecisionRow
    row: ConditionRow
    now: dict[str, Any]

    def facts(self) -> dict[str, Any]:
        """Return which condition it is, as the trail says it."""
        return {"review": str(self.review.id), "condition": self.row.number}


def stated(
    work: Work, asked: Sequence[ConditionAsked], review: ReviewRow, *, until: date | None
) -> list[dict[str, Any]]:
    """Return the conditions as the decision states them, each found to be one."""
    found = []
    for number, one in enumerate(asked, start=1):
        record = _site(work, one.site)
        condition = Condition(
            number=number,
            text=one.text,
            when=one.when,
            owner=people.get(work.session, one.owner).id,
            verifier=people.get(work.session, one.verifier).id,
            due=one.due,
            site=one.site,
            time_zone=record["time_zone"],
            evidence_needed=one.evidence_needed,
            consequence=one.consequence,
            on_overdue=one.on_overdue,
            calendar=Calendar.of(record),
        )
        check(condition, sites=review.scope["sites"], now=work.now(), until=until)
        found.append(_document(work, condition))
    return found


def _site(work: Work, name: str) -> dict[str, Any]:
    """Return the record of a site as it is now."""
    return sites.current(work.session, sites.get(work.session, name).id).document


def _document(work: Work, condition: Condition) -> dict[str, Any]:
    """Return a condition as a document."""
    return {
        "number": condition.number,
        "text": condition.text,
        "when": condition.when.value,
        "owner": people.reference(work.session, condition.owner),
        "verifier": people.reference(work.session, condition.verifier),
        "due": condition.due.isoformat(),
        "site": condition.site,
        "time_zone": ZoneInfo(condition.time_zone).key,
        "evidence_needed": condition.evidence_needed,
        "consequence": condition.consequence,
        "on_overdue": condition.on_overdue.value,
        "state": "open",
        "closed_at": None,
    }


def _held(work: Work, review_id: UUID, number: int) -> Held:
    """Return a condition, held until the transaction ends.

    Raises
    ------
    ConflictError
        When nothing was decided yet.
    NotFoundError
        When there is no such review or condition.
    """
    review = reviews.get(work.session, review_id)
    version = reviews.lock(work.session, review.version_id)
    decision = reviews.decision_of(work.session, review.id)
    if decision is None:
        raise ConflictError("The review is not decided, so that it has no conditions yet.")
    row, closure = reviews.condition(work.session, decision.id, number)
    now = conditions.as_it_stands(work.session, decision, row, closure)
    return Held(review=review, version=version, decision=decision, row=row, now=now)


def submit(
    work: Work, review_id: UUID, number: int, *, evidence: str, artifact: str | None = None
) -> ConditionSubmissionRow:
    """Keep what a condition's owner sends to show that it is met; the verifier then looks at it.

    Parameters
    ----------
    work : Work
        With the condition's owner as its actor.
    review_id : UUID
    number : int
    evidence : str
        What it is, in words.
    artifact : str or None
        Digest of a file that the registry keeps.

    Raises
    ------
    ConflictError
        When nothing was decided yet, or the condition is closed.
    ForbiddenError
        When somebody else than the owner asks.
    NotFoundError
        When the file is not kept here.
    """
    actor = work.require(Action.CONDITION_SUBMIT)
    held = _held(work, review_id, number)
    work.require(Action.CONDITION_SUBMIT, state=freezing.state_of(work, held.review))
    closed = held.now["state"] == "closed"
    check_submission(held.row.document, person=actor.id, evidence=evidence, closed=closed)
    if artifact is not None and not work.artifacts.has(artifact):
        raise NotFoundError(f"No file {artifact} is kept; send it with `cmr artifact put` first.")
    sent = ConditionSubmissionRow(
        id=work.new_id(),
        condition_id=held.row.id,
        number=len(conditions.submissions_of(work.session, held.row.id)) + 1,
        evidence=evidence.strip(),
        artifact=artifact,
        submitted_by=actor.id,
        submitted_at=work.now(),
    )
    work.session.add(sent)
    work.record(
        Act.CONDITION_SUBMITTED,
        subject=versions.name_of(work.session, held.version),
        why=evidence,
        after={
            **held.facts(),
            "submission": sent.number,
            "artifact": artifact,
            "verifier": held.row.document["verifier"]["id"],
        },
    )
    return sent


def extend(
    work: Work, review_id: UUID, number: int, *, due: date, reasons: str, proof: Proof
) -> ConditionExtensionRow:
    """Give a condition more time, signed by whoever decides, within the life of the approval.

    Raises
    ------
    ConflictError
        When nothing was decided yet, or the condition is closed.
    ForbiddenError
        When the person does not decide here, owns the condition, or the password is wrong.
    BadInputError
        When the day is no working day there, not later, past, or after the approval ends.
    """
    actor = work.require(Action.CONDITION_EXTEND)
    held = _held(work, review_id, number)
    policy = freezing.rules_over(work, held.review, held.decision.dossier)
    role = check_extender(actor.roles, policy.decision_maker)
    work.require(
        Action.CONDITION_EXTEND,
        state=freezing.state_of(work, held.review),
        sites=held.review.scope["sites"],
        role=role,
    )
    check_extension(
        held.now,
        due,
        person=actor.id,
        reasons=reasons,
        until=held.decision.valid_until,
        calendar=Calendar.of(_site(work, held.now["site"])),
        now=work.now(),
    )
    document = conditions.extension_document(
        held.decision.digest, number, before=held.now["due"], due=due, reasons=reasons
    )
    digest = work.artifacts.put_bytes(canonical(document)).digest
    name = versions.name_of(work.session, held.version)
    signature = work.countersign(
        role=role,
        meaning=f"condition {number} extended to {due}",
        subject=f"{name}, condition {number}",
        digest=digest,
        proof=proof,
        reasons=reasons,
        policy=f"{held.review.policy_name}/{held.review.policy_version}",
    )
    extension = ConditionExtensionRow(
        id=work.new_id(),
        condition_id=held.row.id,
        number=len(conditions.extensions_of(work.session, held.row.id)) + 1,
        due=due,
        reasons=reasons.strip(),
        digest=digest,
        extended_by=actor.id,
        extended_at=work.now(),
        **signature.document(),
    )
    work.session.add(extension)
    work.record(
        Act.CONDITION_EXTENDED,
        subject=name,
        why=reasons,
        before={"condition": number, "due": held.now["due"]},
        after={
            **held.facts(),
            "due": due.isoformat(),
            "extension": digest,
            "owner": held.now["owner"]["id"],
            "verifier": held.now["verifier"]["id"],
            "signature": signature.signature,
        },
    )
    return extension


def close_condition(
    work: Work, review_id: UUID, number: int, *, evidence: str, proof: Proof
) -> ConditionClosureRow:
    """Close a condition of a decision, by its verifier, with what shows that it is met.

    Raises
    ------
    ConflictError
        When nothing was decided yet, or the condition is closed.
    ForbiddenError
        When somebody else than the verifier asks, or the password is wrong.
    """
    actor = work.require(Action.CONDITION_CLOSE)
    held = _held(work, review_id, number)
    work.require(Action.CONDITION_CLOSE, state=freezing.state_of(work, held.review))
    closed = held.now["state"] == "closed"
    check_closure(held.row.document, person=actor.id, evidence=evidence, closed=closed)
    name = versions.name_of(work.session, held.version)
    sent = len(conditions.submissions_of(work.session, held.row.id)) or None
    document = conditions.closure_document(
        held.decision.digest, number, evidence.strip(), submission=sent
    )
    signature = work.countersign(
        role=None,
        meaning=f"condition {number} is met",
        subject=f"{name}, condition {number}",
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        proof=proof,
        policy=f"{held.review.policy_name}/{held.review.policy_version}",
    )
    closure = ConditionClosureRow(
        id=work.new_id(),
        condition_id=held.row.id,
        evidence=evidence.strip(),
        submission=sent,
        closed_at=work.now(),
        **signature.document(),
    )
    work.session.add(closure)
    work.record(
        Act.CONDITION_CLOSED,
        subject=name,
        why=evidence,
        before={"condition": number, "state": "open"},
        after={
            "review": str(held.review.id),
            "state": "closed",
            "signature": signature.signature,
        },
    )
    return closure
