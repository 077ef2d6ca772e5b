"""Permissions: roles, what each may do, and who is asking.

Everything that is not written in `PERMISSIONS` is refused, and what is done to a version or a
review only in the states that `registry.domain.people.states` names.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID


class Role(StrEnum):
    """What a person is here for; one person may hold several."""

    MODEL_OWNER = "model owner"
    ML_ENGINEER = "ML engineer"
    DATA_STEWARD = "data steward"
    INDEPENDENT_VALIDATOR = "independent validator"
    CLINICAL_SAFETY_OFFICER = "clinical safety officer"
    CLINICAL_LEAD = "clinical lead"
    INFORMATION_GOVERNANCE = "information governance"
    TOP_MANAGEMENT = "top management"
    SITE_SAFETY_OFFICER = "site safety officer"
    SITE_EXECUTIVE = "site executive"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ENROLLER = "enroller"


class Action(StrEnum):
    """Everything that can be asked of the registry, as subject.verb."""

    MODEL_REGISTER = "model.register"
    VERSION_REGISTER = "version.register"
    VERSION_CANDIDATE = "version.candidate"
    ARTIFACT_KEEP = "artifact.keep"
    DATASET_REGISTER = "dataset.register"
    DATASET_WITHDRAW = "dataset.withdraw"
    SITE_REGISTER = "site.register"
    SITE_KEY = "site.key"
    STATEMENT_MAKE = "statement.make"
    PAPER_REGISTER = "paper.register"
    TRAINING_RECORD = "training.record"
    PROTOCOL_REGISTER = "protocol.register"
    PROTOCOL_SIGN = "protocol.sign"
    EVIDENCE_ATTACH = "evidence.attach"
    HAZARD_RECORD = "hazard.record"
    HAZARD_APPROVE = "hazard.approve"
    SAFETY_CASE_WRITE = "safety_case.write"
    SAFETY_CASE_SIGN = "safety_case.sign"
    INCIDENT_REPORT = "incident.report"
    INCIDENT_RECORD = "incident.record"
    FAILURE_REVIEW = "failure.review"
    JOB_CANCEL = "job.cancel"
    JOB_RETRY = "job.retry"
    POLICY_REGISTER = "policy.register"
    REVIEW_OPEN = "review.open"
    REVIEW_COMMENT = "review.comment"
    REVIEW_SIGN = "review.sign"
    REVIEW_DECIDE = "review.decide"
    REVIEW_DELEGATE = "review.delegate"
    CONDITION_SUBMIT = "condition.submit"
    CONDITION_EXTEND = "condition.extend"
    CONDITION_CLOSE = "condition.close"
    WAIVER_PROPOSE = "waiver.propose"
    WAIVER_SIGN = "waiver.sign"
    VERSION_SUSPEND = "version.suspend"
    VERSION_REINSTATE = "version.reinstate"
    CARD_ISSUE = "card.issue"
    CARD_SIGN = "card.sign"
    DEPLOYMENT_PREPARE = "deployment.prepare"
    DEPLOYMENT_SIGN = "deployment.sign"
    DEPLOYMENT_STOP = "deployment.stop"
    MONITORING_SUBMIT = "monitoring.submit"
    PERMIT_ASK = "permit.ask"
    PERSON_ENROL = "person.enrol"
    ROLE_GRANT = "role.grant"
    PASSKEY_REGISTER = "passkey.register"
    PASSKEY_CONFIRM = "passkey.confirm"
    NOTICE_MANAGE = "notice.manage"
    TOKEN_ISSUE = "token.issue"  # noqa: S105 -- an action, not a secret
    EMERGENCY_OPEN = "emergency.open"
    EMERGENCY_STOP = "emergency.stop"
    EMERGENCY_REVIEW = "emergency.review"
    TRAIL_READ = "trail.read"
    TRAIL_CHECKPOINT = "trail.checkpoint"
    TRAIL_COSIGN = "trail.cosign"
    TRAIL_REDACT = "trail.redact"
    RECORD_READ = "record.read"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is asking, and by what: a signed-in person, a person's token, or the system itself.

    `scopes` limit a token and are empty otherwise. `posts` says at which sites a role is held
    that counts only there. While `emergency` is set, an access by breaking the glass is open, and
    `EMERGENCY` takes the place of every role.
    """

    id: UUID
    login: str
    name: str
    roles: frozenset[Role]
    via: Literal["session", "token", "system"]
    scopes: frozenset[str] = frozenset()
    posts: frozenset[tuple[Role, str]] = frozenset()
    emergency: UUID | None = None

    def acts_at(self, role: Role, sites: Iterable[str]) -> bool:
        """Tell whether the actor holds a role, and for every one of these sites.

        A role that was granted for a site counts there alone.
        """
        if role not in self.roles:
            return False
        posts = {site for held, site in self.posts if held is role}
        return posts.issuperset(sites) if posts or role in SITE_ROLES else True


SITE_ROLES: frozenset[Role] = frozenset({Role.SITE_SAFETY_OFFICER, Role.SITE_EXECUTIVE})
"""Roles that one holds only for a named site."""

FAILURES = 5
"""So many wrong passwords within `FAILURES_WITHIN` close a login for that long."""

FAILURES_WITHIN = timedelta(minutes=15)

SIGNING: frozenset[Action] = frozenset(
    {
        Action.PROTOCOL_SIGN,
        Action.HAZARD_APPROVE,
        Action.SAFETY_CASE_SIGN,
        Action.REVIEW_SIGN,
        Action.REVIEW_DECIDE,
        Action.REVIEW_DELEGATE,
        Action.CONDITION_EXTEND,
        Action.CONDITION_CLOSE,
        Action.WAIVER_SIGN,
        Action.VERSION_SUSPEND,
        Action.VERSION_REINSTATE,
        Action.CARD_SIGN,
        Action.PASSKEY_REGISTER,
        Action.DEPLOYMENT_SIGN,
        Action.DEPLOYMENT_STOP,
        Action.EMERGENCY_REVIEW,
    }
)

_READS = frozenset({Action.RECORD_READ})
_JOBS = frozenset({Action.JOB_CANCEL, Action.JOB_RETRY})
_RECORDS = frozenset(
    {
        Action.MODEL_REGISTER,
        Action.VERSION_REGISTER,
        Action.ARTIFACT_KEEP,
        Action.DATASET_REGISTER,
        Action.STATEMENT_MAKE,
        Action.PAPER_REGISTER,
        Action.PROTOCOL_REGISTER,
        Action.EVIDENCE_ATTACH,
        Action.HAZARD_RECORD,
        Action.REVIEW_OPEN,
        Action.CARD_ISSUE,
        Action.TOKEN_ISSUE,
        *_JOBS,
    }
)
_SIGNS = frozenset(
    {
        Action.REVIEW_COMMENT,
        Action.REVIEW_SIGN,
        Action.REVIEW_DELEGATE,
        Action.CONDITION_SUBMIT,
        Action.CONDITION_CLOSE,
        Action.WAIVER_PROPOSE,
        Action.WAIVER_SIGN,
        Action.EMERGENCY_OPEN,
        Action.STATEMENT_MAKE,
        Action.PASSKEY_REGISTER,
        Action.CARD_SIGN,
    }
)
_OF_SITES = frozenset(
    {
        Action.DEPLOYMENT_PREPARE,
        Action.DEPLOYMENT_SIGN,
        Action.DEPLOYMENT_STOP,
        Action.PERMIT_ASK,
    }
)

_DECIDES = frozenset({Action.REVIEW_DECIDE, Action.CONDITION_EXTEND, Action.VERSION_REINSTATE})

# Whoever works with a model may say what went wrong.
_SPEAKS_UP = frozenset({Action.INCIDENT_REPORT})
_KEEPS_SAFE = _SPEAKS_UP | {Action.INCIDENT_RECORD, Action.FAILURE_REVIEW}

PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.MODEL_OWNER: _READS
    | _SPEAKS_UP
    | _RECORDS
    | _SIGNS
    | {
        Action.VERSION_CANDIDATE,
        Action.SAFETY_CASE_WRITE,
        Action.DEPLOYMENT_PREPARE,
        Action.MONITORING_SUBMIT,
        Action.PERMIT_ASK,
    },
    Role.ML_ENGINEER: _READS
    | _SPEAKS_UP
    | _RECORDS
    | {
        Action.REVIEW_COMMENT,
        Action.CONDITION_SUBMIT,
        Action.MONITORING_SUBMIT,
        Action.PERMIT_ASK,
        Action.EMERGENCY_OPEN,
    },
    Role.DATA_STEWARD: _READS
    | _SPEAKS_UP
    | {
        Action.ARTIFACT_KEEP,
        Action.DATASET_REGISTER,
        Action.DATASET_WITHDRAW,
        Action.SITE_REGISTER,
        Action.SITE_KEY,
        Action.STATEMENT_MAKE,
        Action.EVIDENCE_ATTACH,
        Action.REVIEW_COMMENT,
        Action.CONDITION_SUBMIT,
        Action.MONITORING_SUBMIT,
        Action.PERMIT_ASK,
        Action.TOKEN_ISSUE,
        Action.EMERGENCY_OPEN,
        *_JOBS,
    },
    Role.INDEPENDENT_VALIDATOR: _READS
    | _SPEAKS_UP
    | {Action.FAILURE_REVIEW}
    | _SIGNS
    | _JOBS
    | {
        Action.PROTOCOL_REGISTER,
        Action.PROTOCOL_SIGN,
        Action.EVIDENCE_ATTACH,
        Action.CARD_ISSUE,
        Action.MONITORING_SUBMIT,
    },
    Role.CLINICAL_SAFETY_OFFICER: _READS
    | _KEEPS_SAFE
    | _SIGNS
    | _JOBS
    | {
        Action.ARTIFACT_KEEP,
        Action.PAPER_REGISTER,
        Action.HAZARD_RECORD,
        Action.HAZARD_APPROVE,
        Action.SAFETY_CASE_WRITE,
        Action.SAFETY_CASE_SIGN,
        Action.POLICY_REGISTER,
        Action.VERSION_SUSPEND,
        Action.CARD_ISSUE,
        Action.DEPLOYMENT_STOP,
        Action.EMERGENCY_REVIEW,
        Action.PERMIT_ASK,
    },
    Role.CLINICAL_LEAD: _READS
    | _SPEAKS_UP
    | {Action.FAILURE_REVIEW}
    | _SIGNS
    | _JOBS
    | {
        Action.PROTOCOL_REGISTER,
        Action.PROTOCOL_SIGN,
        Action.HAZARD_RECORD,
        Action.SAFETY_CASE_WRITE,
        *_DECIDES,
        Action.CARD_ISSUE,
        Action.EMERGENCY_REVIEW,
    },
    Role.INFORMATION_GOVERNANCE: _READS
    | _SPEAKS_UP
    | _SIGNS
    | {
        Action.ARTIFACT_KEEP,
        Action.PAPER_REGISTER,
        Action.DATASET_WITHDRAW,
        Action.SITE_KEY,
        Action.TRAIL_READ,
        Action.TRAIL_COSIGN,
        Action.TRAIL_REDACT,
        Action.EMERGENCY_REVIEW,
    },
    Role.TOP_MANAGEMENT: _READS | _SPEAKS_UP | _SIGNS | {*_DECIDES, Action.EMERGENCY_REVIEW},
    Role.SITE_SAFETY_OFFICER: _READS
    | _KEEPS_SAFE
    | _SIGNS
    | _OF_SITES
    | {
        Action.HAZARD_RECORD,
        Action.SAFETY_CASE_WRITE,
        Action.SAFETY_CASE_SIGN,
        Action.MONITORING_SUBMIT,
    },
    Role.SITE_EXECUTIVE: _READS | _SPEAKS_UP | _SIGNS | _OF_SITES | _DECIDES,
    Role.AUDITOR: _READS | {Action.TRAIL_READ},
    Role.ADMINISTRATOR: _READS
    | _JOBS
    | {
        Action.SITE_REGISTER,
        Action.POLICY_REGISTER,
        Action.PERSON_ENROL,
        Action.ROLE_GRANT,
        Action.PERMIT_ASK,
        Action.TRAINING_RECORD,
        Action.TOKEN_ISSUE,
        Action.TRAIL_READ,
        Action.TRAIL_CHECKPOINT,
        Action.NOTICE_MANAGE,
        Action.TRAIL_COSIGN,
    },
    Role.ENROLLER: _READS
    | {Action.PERSON_ENROL, Action.ROLE_GRANT, Action.PASSKEY_CONFIRM, Action.TRAINING_RECORD},
}

EMERGENCY: frozenset[Action] = frozenset(
    {Action.RECORD_READ, Action.TRAIL_READ, Action.EMERGENCY_STOP}
)
"""All that one may do by breaking the glass: read everything, and stop what runs."""

SIGNING_ROLES: frozenset[Role] = frozenset(
    role for role, actions in PERMISSIONS.items() if actions & SIGNING
)

SCOPES: dict[str, frozenset[Action]] = {
    "read": frozenset({Action.RECORD_READ, Action.TRAIL_READ}),
    "records": frozenset(
        {
            Action.RECORD_READ,
            Action.MODEL_REGISTER,
            Action.VERSION_REGISTER,
            Action.ARTIFACT_KEEP,
            Action.DATASET_REGISTER,
            Action.SITE_REGISTER,
            Action.STATEMENT_MAKE,
            Action.HAZARD_RECORD,
            Action.INCIDENT_REPORT,
        }
    ),
    "evidence": frozenset(
        {
            Action.RECORD_READ,
            Action.PROTOCOL_REGISTER,
            Action.EVIDENCE_ATTACH,
            Action.MONITORING_SUBMIT,
            Action.CARD_ISSUE,
            *_JOBS,
        }
    ),
    "permits": frozenset({Action.PERMIT_ASK}),
    "witness": frozenset({Action.TRAIL_READ, Action.TRAIL_COSIGN}),
}

SYSTEM: frozenset[Action] = frozenset(
    {Action.RECORD_READ, Action.EVIDENCE_ATTACH, Action.ARTIFACT_KEEP, Action.CARD_ISSUE}
)
