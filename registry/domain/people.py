"""People: roles, what each may do, and who is asking.

Everything that is not written in `PERMISSIONS` is refused. Three laws stand above the table:
an administrator can neither sign nor approve, an auditor only reads, and no token ever signs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from registry.domain.errors import ForbiddenError, NotSignedInError


class Role(StrEnum):
    """What a person is here for; one person may hold several."""

    MODEL_OWNER = "model owner"
    ML_ENGINEER = "ML engineer"
    DATA_STEWARD = "data steward"
    INDEPENDENT_VALIDATOR = "independent validator"
    CLINICAL_SAFETY_OFFICER = "clinical safety officer"
    CLINICAL_LEAD = "clinical lead"
    INFORMATION_GOVERNANCE = "information governance"
    SITE_SAFETY_OFFICER = "site safety officer"
    SITE_EXECUTIVE = "site executive"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    ENROLLER = "enroller"


class Action(StrEnum):
    """Everything that can be asked of the registry, as subject.verb."""

    MODEL_REGISTER = "model.register"
    VERSION_REGISTER = "version.register"
    ARTIFACT_KEEP = "artifact.keep"
    DATASET_REGISTER = "dataset.register"
    DATASET_WITHDRAW = "dataset.withdraw"
    SITE_REGISTER = "site.register"
    SITE_KEY = "site.key"
    STATEMENT_MAKE = "statement.make"
    PROTOCOL_REGISTER = "protocol.register"
    PROTOCOL_SIGN = "protocol.sign"
    EVIDENCE_ATTACH = "evidence.attach"
    JOB_CANCEL = "job.cancel"
    JOB_RETRY = "job.retry"
    POLICY_REGISTER = "policy.register"
    REVIEW_OPEN = "review.open"
    REVIEW_SIGN = "review.sign"
    REVIEW_DECIDE = "review.decide"
    CONDITION_CLOSE = "condition.close"
    CARD_ISSUE = "card.issue"
    PERSON_ENROL = "person.enrol"
    ROLE_GRANT = "role.grant"
    TOKEN_ISSUE = "token.issue"  # noqa: S105 -- an action, not a secret
    TRAIL_READ = "trail.read"
    TRAIL_CHECKPOINT = "trail.checkpoint"
    RECORD_READ = "record.read"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who is asking, and by what: a signed-in person, a person's token, or the system itself.

    `scopes` limit a token and are empty otherwise.
    """

    id: UUID
    login: str
    name: str
    roles: frozenset[Role]
    via: Literal["session", "token", "system"]
    scopes: frozenset[str] = frozenset()


FAILURES = 5
"""So many wrong passwords within `FAILURES_WITHIN` close a login for that long."""

FAILURES_WITHIN = timedelta(minutes=15)

SIGNING: frozenset[Action] = frozenset(
    {Action.PROTOCOL_SIGN, Action.REVIEW_SIGN, Action.REVIEW_DECIDE, Action.CONDITION_CLOSE}
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
        Action.PROTOCOL_REGISTER,
        Action.EVIDENCE_ATTACH,
        Action.REVIEW_OPEN,
        Action.CARD_ISSUE,
        Action.TOKEN_ISSUE,
        *_JOBS,
    }
)
_SIGNS = frozenset({Action.REVIEW_SIGN, Action.CONDITION_CLOSE, Action.STATEMENT_MAKE})

PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.MODEL_OWNER: _READS | _RECORDS | _SIGNS,
    Role.ML_ENGINEER: _READS | _RECORDS,
    Role.DATA_STEWARD: _READS
    | {
        Action.ARTIFACT_KEEP,
        Action.DATASET_REGISTER,
        Action.DATASET_WITHDRAW,
        Action.SITE_REGISTER,
        Action.SITE_KEY,
        Action.STATEMENT_MAKE,
        Action.EVIDENCE_ATTACH,
        Action.TOKEN_ISSUE,
        *_JOBS,
    },
    Role.INDEPENDENT_VALIDATOR: _READS
    | _SIGNS
    | _JOBS
    | {Action.PROTOCOL_REGISTER, Action.PROTOCOL_SIGN, Action.EVIDENCE_ATTACH, Action.CARD_ISSUE},
    Role.CLINICAL_SAFETY_OFFICER: _READS
    | _SIGNS
    | _JOBS
    | {Action.POLICY_REGISTER, Action.CARD_ISSUE},
    Role.CLINICAL_LEAD: _READS
    | _SIGNS
    | _JOBS
    | {
        Action.PROTOCOL_REGISTER,
        Action.PROTOCOL_SIGN,
        Action.REVIEW_DECIDE,
        Action.CARD_ISSUE,
    },
    Role.INFORMATION_GOVERNANCE: _READS
    | _SIGNS
    | {Action.DATASET_WITHDRAW, Action.SITE_KEY, Action.TRAIL_READ},
    Role.SITE_SAFETY_OFFICER: _READS | _SIGNS,
    Role.SITE_EXECUTIVE: _READS | _SIGNS | {Action.REVIEW_DECIDE},
    Role.AUDITOR: _READS | {Action.TRAIL_READ},
    Role.ADMINISTRATOR: _READS
    | _JOBS
    | {
        Action.SITE_REGISTER,
        Action.POLICY_REGISTER,
        Action.PERSON_ENROL,
        Action.ROLE_GRANT,
        Action.TOKEN_ISSUE,
        Action.TRAIL_READ,
        Action.TRAIL_CHECKPOINT,
    },
    Role.ENROLLER: _READS | {Action.PERSON_ENROL, Action.ROLE_GRANT},
}

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
        }
    ),
    "evidence": frozenset(
        {
            Action.RECORD_READ,
            Action.PROTOCOL_REGISTER,
            Action.EVIDENCE_ATTACH,
            Action.CARD_ISSUE,
            *_JOBS,
        }
    ),
}

SYSTEM: frozenset[Action] = frozenset(
    {Action.RECORD_READ, Action.EVIDENCE_ATTACH, Action.ARTIFACT_KEEP, Action.CARD_ISSUE}
)


def may(actor: Actor | None, action: Action) -> bool:
    """Tell whether an actor may do something; nobody may do anything."""
    if actor is None:
        return False
    if actor.via == "system":
        return action in SYSTEM
    if actor.via == "token" and not _token_may(actor.scopes, action):
        return False
    return any(action in PERMISSIONS[role] for role in actor.roles)


def _token_may(scopes: frozenset[str], action: Action) -> bool:
    """Tell whether a token's scopes reach an action; none reaches a signature."""
    return action not in SIGNING and any(action in SCOPES.get(s, frozenset()) for s in scopes)


def require(actor: Actor | None, action: Action) -> Actor:
    """Return the actor if it may do something.

    Raises
    ------
    NotSignedInError
        When nobody is signed in.
    ForbiddenError
        When the actor may not; the sentence says which roles may.
    """
    if actor is None:
        raise NotSignedInError("Nobody is signed in; use `cmr login` or a token.")
    if may(actor, action):
        return actor
    if actor.via == "token" and action in SIGNING:
        raise ForbiddenError("A token can never sign; sign in as yourself and sign there.")
    if actor.via == "token" and not _token_may(actor.scopes, action):
        raise ForbiddenError(f"This token's scopes do not reach {action}; issue another token.")
    holders = [role.value for role, actions in PERMISSIONS.items() if action in actions]
    raise ForbiddenError(
        f"{actor.name} may not do this ({action}); it is for: {', '.join(holders)}."
    )


def lacking_for(role: Role, record: Mapping[str, str | None]) -> str | None:
    """Return what a person's record lacks before `role` may be granted, or None.

    Who signs is named on the card with their qualification; a clinical safety officer also with
    the number of their professional registration.
    """
    if role in SIGNING_ROLES and not record.get("qualification"):
        return "qualification"
    if role is Role.CLINICAL_SAFETY_OFFICER and not record.get("registration"):
        return "registration"
    return None
