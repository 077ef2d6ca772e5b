"""Trail: the kinds of act that are recorded, and what an entry of it says."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Final

SCHEMA: Final = "cmr.event/2"
SCHEMAS: Final = frozenset({"cmr.event/1", SCHEMA})
KEYS: Final = frozenset(
    {"schema", "seq", "at", "act", "actor", "subject", "why", "before", "after"}
)


class Act(StrEnum):
    """Every kind of act, as subject.verb."""

    REGISTRY_FOUNDED = "registry.founded"
    PERSON_ENROLLED = "person.enrolled"
    PERSON_SUPERSEDED = "person.record_superseded"
    PERSON_ROLE_GRANTED = "person.role_granted"
    PERSON_ROLE_REVOKED = "person.role_revoked"
    PERSON_SUSPENDED = "person.suspended"
    PERSON_PASSWORD_CHANGED = "person.password_changed"  # noqa: S105 -- a word, not a secret
    PERSON_ADDRESS_CHANGED = "person.address_changed"
    PERSON_DUAL_ROLE_DECLARED = "person.dual_role_declared"
    PERSON_DUAL_ROLE_REVOKED = "person.dual_role_revoked"
    PERSON_IDENTITY_PROPOSED = "person.identity_proposed"
    PERSON_IDENTITY_CONFIRMED = "person.identity_confirmed"
    PERSON_IDENTITY_REVOKED = "person.identity_revoked"
    EMERGENCY_OPENED = "emergency.opened"
    EMERGENCY_ENDED = "emergency.ended"
    EMERGENCY_REVIEWED = "emergency.reviewed"
    SESSION_OPENED = "session.opened"
    SESSION_REFUSED = "session.refused"
    SESSION_CLOSED = "session.closed"
    SIGNATURE_PREPARED = "signature.prepared"
    SIGNATURE_CANCELLED = "signature.cancelled"
    SIGNATURE_REFUSED = "signature.refused"
    PASSKEY_PROPOSED = "passkey.proposed"
    PASSKEY_CONFIRMED = "passkey.confirmed"
    PASSKEY_REVOKED = "passkey.revoked"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 -- a word, not a secret
    TOKEN_ROTATED = "token.rotated"  # noqa: S105 -- a word, not a secret
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 -- a word, not a secret
    MODEL_REGISTERED = "model.registered"
    MODEL_SUPERSEDED = "model.record_superseded"
    VERSION_REGISTERED = "version.registered"
    VERSION_SUPERSEDED = "version.record_superseded"
    VERSION_CANDIDATE_NAMED = "version.candidate_named"
    VERSION_STAGE_MOVED = "version.stage_moved"
    VERSION_STANDING_CHANGED = "version.standing_changed"
    VERSION_SUSPENDED = "version.suspended"
    VERSION_REINSTATED = "version.reinstated"
    ARTIFACT_KEPT = "artifact.kept"
    DATASET_REGISTERED = "dataset.registered"
    DATASET_SUPERSEDED = "dataset.record_superseded"
    DATASET_WITHDRAWN = "dataset.withdrawn"
    SITE_REGISTERED = "site.registered"
    SITE_SUPERSEDED = "site.record_superseded"
    SITE_KEY_PROPOSED = "site.key_proposed"
    SITE_KEY_CONFIRMED = "site.key_confirmed"
    SITE_KEY_REVOKED = "site.key_revoked"
    STATEMENT_MADE = "statement.made"
    STATEMENT_CARRIED = "statement.carried"
    STATEMENT_CONFIRMED = "statement.confirmed"
    PAPER_REGISTERED = "paper.registered"
    PAPER_WITHDRAWN = "paper.withdrawn"
    TRAINING_RECORDED = "training.recorded"
    TRAINING_WITHDRAWN = "training.withdrawn"
    PROTOCOL_REGISTERED = "protocol.registered"
    PROTOCOL_SIGNED = "protocol.signed"
    TABLE_UPLOADED = "table.uploaded"
    TABLE_DELETED = "table.deleted"
    EVIDENCE_ATTACHED = "evidence.attached"
    EVIDENCE_REFUSED = "evidence.refused"
    HAZARD_PLAN_WRITTEN = "hazard.plan_written"
    HAZARD_PLAN_APPROVED = "hazard.plan_approved"
    HAZARD_RAISED = "hazard.raised"
    HAZARD_SUPERSEDED = "hazard.record_superseded"
    HAZARD_LOG_ISSUED = "hazard.log_issued"
    HAZARD_LOG_APPROVED = "hazard.log_approved"
    SAFETY_CASE_WRITTEN = "safety_case.written"
    SAFETY_CASE_SIGNED = "safety_case.signed"
    SAFETY_CASE_PRINTED = "safety_case.printed"
    INCIDENT_REPORTED = "incident.reported"
    INCIDENT_SUPERSEDED = "incident.record_superseded"
    FAILURES_REVIEWED = "failures.reviewed"
    JOB_CANCELLED = "job.cancelled"
    JOB_RETRIED = "job.retried"
    NOTICE_TESTED = "notice.tested"
    WEBHOOK_ADDED = "webhook.added"
    WEBHOOK_ROTATED = "webhook.secret_rotated"
    WEBHOOK_REMOVED = "webhook.removed"
    POLICY_REGISTERED = "policy.registered"
    POLICY_BOUND = "policy.bound"
    POLICY_RELEASED = "policy.released"
    REVIEW_OPENED = "review.opened"
    REVIEW_REFROZEN = "review.dossier_refrozen"
    REVIEW_SIGNED = "review.signed"
    REVIEW_SIGNATURE_WITHDRAWN = "review.signature_withdrawn"
    REVIEW_DELEGATED = "review.delegated"
    REVIEW_DELEGATION_ENDED = "review.delegation_ended"
    REVIEW_COMMENTED = "review.commented"
    COMMENT_ANSWERED = "comment.answered"
    COMMENT_WITHDRAWN = "comment.withdrawn"
    REVIEW_DECIDED = "review.decided"
    CONDITION_SUBMITTED = "condition.submitted"
    CONDITION_EXTENDED = "condition.extended"
    CONDITION_REMINDED = "condition.reminded"
    CONDITION_OVERDUE = "condition.overdue"
    CONDITION_CLOSED = "condition.closed"
    WAIVER_PROPOSED = "waiver.proposed"
    WAIVER_SIGNED = "waiver.signed"
    WAIVER_GRANTED = "waiver.granted"
    WAIVER_REMINDED = "waiver.reminded"
    WAIVER_EXPIRED = "waiver.expired"
    APPROVAL_REMINDED = "approval.reminded"
    APPROVAL_LAPSED = "approval.lapsed"
    CARD_ISSUED = "card.issued"
    CARD_SIGNED = "card.signed"
    DEPLOYMENT_PROPOSED = "deployment.proposed"
    DEPLOYMENT_FROZEN = "deployment.dossier_frozen"
    DEPLOYMENT_SIGNED = "deployment.signed"
    DEPLOYMENT_MOVED = "deployment.moved"
    MONITORING_RECEIVED = "monitoring.received"
    MONITORING_FIRED = "monitoring.rule_fired"
    MONITORING_OVERDUE = "monitoring.overdue"
    PERMIT_GIVEN = "permit.given"
    PERMIT_REFUSED = "permit.refused"
    TEXT_REDACTED = "text.redacted"
    CHECKPOINT_SIGNED = "checkpoint.signed"
    CHECKPOINT_COSIGNED = "checkpoint.cosigned"
    CHECKPOINT_EXPORT_RESUMED = "checkpoint.export_resumed"


# After these acts the trail is signed at once and the note carried outside.
CHECKPOINTED: frozenset[Act] = frozenset(
    {
        Act.DATASET_WITHDRAWN,
        Act.EMERGENCY_OPENED,
        Act.EMERGENCY_REVIEWED,
        Act.PERSON_IDENTITY_CONFIRMED,
        Act.PERSON_IDENTITY_REVOKED,
        Act.REVIEW_DELEGATED,
        Act.PASSKEY_CONFIRMED,
        Act.PASSKEY_REVOKED,
        Act.SITE_KEY_CONFIRMED,
        Act.SITE_KEY_REVOKED,
        Act.POLICY_REGISTERED,
        Act.REVIEW_DECIDED,
        Act.VERSION_STANDING_CHANGED,
        Act.CARD_ISSUED,
        Act.CARD_SIGNED,
        Act.SAFETY_CASE_SIGNED,
        Act.SAFETY_CASE_PRINTED,
        Act.CONDITION_CLOSED,
        Act.CONDITION_EXTENDED,
        Act.WAIVER_GRANTED,
        Act.DEPLOYMENT_SIGNED,
        Act.DEPLOYMENT_MOVED,
        Act.TEXT_REDACTED,
    }
)

# The trail's own housekeeping: a trail that grew by nothing else needs no further checkpoint.
HOUSEKEEPING: frozenset[Act] = frozenset(
    {Act.CHECKPOINT_SIGNED, Act.CHECKPOINT_COSIGNED, Act.CHECKPOINT_EXPORT_RESUMED}
)


WITHHELD: Final = "withheld"
"""Stands for whoever did an act that may be done without being named on the trail."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """One act: who did what to which subject, why, and what it was before and after.

    `actor` is a person's id, "system", or `WITHHELD` where the act may be done blinded. `before`
    and `after` hold facts and digests only,
    never a patient's row, a password or a key.
    """

    act: Act
    actor: str
    subject: str
    why: str = ""
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None


def instant_text(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC, to the microsecond, ending in Z.

    Raises
    ------
    ValueError
        When `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time without its zone cannot be recorded")
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_body(body: bytes) -> dict[str, Any]:
    """Return the event that stored bytes hold, with digests where words are kept beside it.

    Raises
    ------
    ValueError
        When the bytes are not an event of ours.
    """
    try:
        document = json.loads(body)
    except RecursionError as error:
        raise ValueError("an entry nests without end") from error
    if not isinstance(document, dict) or document.get("schema") not in SCHEMAS:
        raise ValueError("not an entry of the trail")
    if set(document) != KEYS or not isinstance(document["seq"], int):
        raise ValueError("not a whole entry of the trail")
    return document
