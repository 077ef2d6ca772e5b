"""Reviews: how scopes, sign-offs, decisions and conditions travel over the API."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

RungWord = Literal["silent", "pilot", "general"]
MeaningWord = Literal[
    "authorship",
    "review",
    "support",
    "support with conditions",
    "object",
    "abstain",
    "accept residual risk",
]
OutcomeWord = Literal["approve", "approve with conditions", "re-review", "decline"]
SigningRole = Literal[
    "model owner",
    "independent validator",
    "clinical safety officer",
    "clinical lead",
    "information governance",
    "top management",
    "site safety officer",
    "site executive",
]
_DIGEST = r"^sha256:[0-9a-f]{64}$"

_SCOPE: dict[str, Any] = {
    "sites": ["Hungary"],
    "population": "Adults referred for coronary angiography with suspected coronary disease",
    "findings": [],
    "use": "Order the waiting list for angiography, beside the cardiologist's own reading",
    "rung": "pilot",
    "site_prevalence": {"Hungary": 0.36},
}
_OPENED: dict[str, Any] = {**_SCOPE, "reason": ""}
_MISSING: dict[str, Any] = {
    "kind": "insufficient evidence",
    "what": "Sensitivity among women at Hungary rests on 12 positives; the interval 0.43 to 0.89 "
    "straddles 0.80.",
    "waits_for": "data steward",
}
_DOSSIER: dict[str, Any] = {"number": 2, "digest": "sha256:" + "9f" * 32}
_CONDITION: dict[str, Any] = {
    "text": "Train the staff who schedule angiography",
    "when": "before go-live",
    "owner": "o.brandt",
    "verifier": "i.okafor",
    "due": "2027-01-29",
    "site": "Hungary",
    "evidence_needed": "Signed attendance list",
    "consequence": "The pilot does not begin.",
    "on_overdue": "suspend",
}
_REVIEW: dict[str, Any] = {
    "id": "27deb970-dc15-497a-9dda-31c877cd90c4",
    "version": "heart-cad/2",
    "state": "open",
    "scope": _SCOPE,
    "policy": "standard/1",
    "tier": "fast track",
    "opened": {
        "by": {"id": "edb7e01d-b7c8-48d5-94cc-ae07b137f9b5", "name": "Oskar Brandt"},
        "at": "2026-11-23T10:28:39Z",
    },
    "dossier": _DOSSIER,
    "changed": [],
    "missing": [_MISSING],
    "criteria": [
        {
            "id": "discrimination",
            "evidence": "f0c2d816-262b-4312-84a9-19f5700d35bf",
            "by": {"site": "Hungary"},
            "finding": None,
            "over": "every site",
            "metric": "auroc",
            "needs": "all",
            "comparison": "at least",
            "required": 0.75,
            "measured": 0.877661184542,
            "low": 0.826734340655,
            "high": 0.915155600042,
            "verdict": "met",
            "because": "106 positives and 187 negatives; the interval holds at least 0.75",
            "consideration": "generalization",
            "in_scope": True,
            "gates": True,
        }
    ],
    "signoffs": [
        {
            "id": "c815587f-76d0-4f3e-a9f9-5239beb7c7b8",
            "person": {"id": "868053e2-dae4-46e8-b105-e4c07a2523cb", "name": "Ifeoma Okafor"},
            "role": "independent validator",
            "registration": None,
            "meaning": "review",
            "reasons": None,
            "dossier": "sha256:" + "9f" * 32,
            "at": "2026-11-23T10:40:06Z",
            "method": "password+server-key",
            "key": "65e64abccaca0f6d",
            "withdrawn_at": None,
            "void": False,
        }
    ],
    "decision": None,
    "decision_digest": None,
    "standing": {
        "schema": "cmr.standing/1",
        "model": "heart-cad",
        "number": 2,
        "dossier": None,
        "state": "draft",
        "since": "2026-11-23T09:40:00Z",
        "by": None,
        "reason": "No decision was made yet.",
        "signature": None,
    },
    "waivers": [],
    "comments": [],
    "asked": [
        {
            "role": "clinical lead",
            "meaning": "support or support with conditions",
            "lacking": 1,
            "asked_at": "2026-11-23T10:28:39Z",
            "days": 3,
            "people": ["Lena Berg"],
        }
    ],
    "first_word": None,
    "since_last": {
        "dossier": "sha256:" + "4f" * 32,
        "number": 1,
        "parts": ["statements"],
        "criteria": [],
        "conditions_closed": [],
        "signoffs_voided": ["Ifeoma Okafor, independent validator: review"],
    },
    "since_decision": [],
}


class ReviewIn(BaseModel):
    """What a review is about."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_OPENED]})

    sites: list[str] = Field(description="Hospitals, as registered.", min_length=1)
    population: str = Field(description="On whom the model would be used.", min_length=1)
    findings: list[str] = Field(default=[], description="Findings; none means all of them.")
    use: str = Field(description="For what it would be used.", min_length=1)
    rung: RungWord = Field(description="How far it may go.")
    site_prevalence: dict[str, float] = Field(
        default={}, description="Prevalence at each site, between 0 and 1, where it is known."
    )
    reason: str = Field(
        default="", description="Why; needed where nothing changed since the last decision."
    )


class SignOffIn(BaseModel):
    """A sign-off; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "role": "clinical safety officer",
                    "meaning": "support with conditions",
                    "reasons": "Women's sensitivity must be known before a pilot.",
                    "dossier": "sha256:" + "9f" * 32,
                    "on_behalf": None,
                    "password": "correct horse battery",
                }
            ]
        },
    )

    role: SigningRole = Field(description="In which role you sign.")
    meaning: MeaningWord = Field(description="What you state by it.")
    reasons: str = Field(
        default="",
        description="Your reasons; needed to object, abstain, accept a risk or set conditions.",
    )
    dossier: str = Field(description="Digest of the dossier that you have read.", pattern=_DIGEST)
    on_behalf: str | None = Field(
        default=None, description="Login of the person who delegated the role to you, if any."
    )
    password: SecretStr = Field(description="Your password, again.")


class SignOffWithdrawalIn(BaseModel):
    """A sign-off taken back."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"reasons": "The table held a second site.", "password": "correct horse battery"}
            ]
        },
    )

    reasons: str = Field(description="Why it is taken back.", min_length=1)
    password: SecretStr = Field(description="Your password, again.")


class ConditionIn(BaseModel):
    """One condition of an approval."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_CONDITION]})

    text: str = Field(description="What must happen.", min_length=1)
    when: Literal["before go-live", "after go-live"] = Field(description="Whether use waits.")
    owner: str = Field(description="Login of who sees to it.")
    verifier: str = Field(description="Login of who verifies it, another person.")
    due: date = Field(description="The last day, a working day at the site.")
    site: str = Field(description="The site, one of the scope.")
    evidence_needed: str = Field(description="What will show that it is met.", min_length=1)
    consequence: str = Field(description="What happens if it is not.", min_length=1)
    on_overdue: Literal["tell", "suspend"] = Field(
        default="tell", description="What the registry does when it is late, beside holding up use."
    )


class DecisionIn(BaseModel):
    """A decision; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "outcome": "approve with conditions",
                    "reasons": "Sensitive enough at Hungary; the workflow is new there.",
                    "conditions": [_CONDITION],
                    "valid_until": "2027-11-23",
                    "on_behalf": None,
                    "password": "correct horse battery",
                }
            ]
        },
    )

    outcome: OutcomeWord = Field(description="What is decided.")
    reasons: str = Field(description="Why.", min_length=1)
    conditions: list[ConditionIn] = Field(
        default=[], description="Only with “approve with conditions”."
    )
    valid_until: date | None = Field(
        default=None, description="The last day; none means as long as the policy permits."
    )
    on_behalf: str | None = Field(
        default=None, description="Login of the decision maker who delegated it to you, if any."
    )
    password: SecretStr = Field(description="Your password, again.")


class ClosureIn(BaseModel):
    """A condition found met, by its verifier."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"evidence": "Attendance list of 2027-01-20.", "password": "correct horse battery"}
            ]
        },
    )

    evidence: str = Field(description="What shows that it is met.", min_length=1)
    password: SecretStr = Field(description="Your password, again.")


class MissingOut(BaseModel):
    """Something that stands in the way."""

    model_config = ConfigDict(json_schema_extra={"examples": [_MISSING]})

    kind: Literal["not met", "insufficient evidence", "missing"] = Field(
        description="Of what kind."
    )
    what: str = Field(description="What it is, as a sentence.")
    waits_for: str | None = Field(description="The role or person it waits for, if any.")


class DossierRefOut(BaseModel):
    """The current dossier of a review."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DOSSIER]})

    number: int = Field(description="Its number among the dossiers of the version.")
    digest: str = Field(description="SHA-256 of its canonical bytes.")


class ReviewOut(BaseModel):
    """A review as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REVIEW]})

    id: UUID = Field(description="The review.")
    version: str = Field(description="The version, as model/number.")
    state: Literal["open", "approve", "approve with conditions", "re-review", "decline"] = Field(
        description="Open, or how it was decided."
    )
    scope: dict[str, Any] = Field(description="What it is about.")
    policy: str = Field(description="The policy it was opened under, as name/version.")
    tier: str = Field(description="The model's risk tier.")
    opened: dict[str, Any] = Field(description="By whom and when.")
    dossier: DossierRefOut = Field(description="What is signed.")
    changed: list[str] = Field(description="Parts in which the records have left the dossier.")
    missing: list[MissingOut] = Field(description="What stands between it and an approval.")
    criteria: list[dict[str, Any]] = Field(description="Every criterion, as judged.")
    signoffs: list[dict[str, Any]] = Field(description="All of them, void and withdrawn too.")
    decision: dict[str, Any] | None = Field(description="The decision, `cmr.decision/1`.")
    decision_digest: str | None = Field(description="Digest of the decision as it was signed.")
    standing: dict[str, Any] = Field(description="How the version stands, `cmr.standing/1`.")
    waivers: list[dict[str, Any]] = Field(
        default=[], description="What was proposed to be borne, `cmr.waiver/1`, and how it stands."
    )
    comments: list[dict[str, Any]] = Field(
        default=[], description="What was said of the dossier, and how each comment ended."
    )
    asked: list[dict[str, Any]] = Field(
        default=[], description="Who was asked for a sign-off and has not answered, for how long."
    )
    first_word: dict[str, Any] | None = Field(
        default=None, description="Who objected to the same dossier before, and leads until when."
    )
    since_last: dict[str, Any] | None = Field(
        default=None, description="What changed since the last dossier, frozen into this one."
    )
    since_decision: list[dict[str, Any]] = Field(
        default=[], description="What came up since the decision, and is no part of it."
    )
