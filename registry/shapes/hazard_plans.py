"""Hazard plans: how risk management plans and the safety officer's approvals travel."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.protocols import ByOut

_PERSON: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Samira Haddad"}
_BY: dict[str, Any] = {"by": _PERSON, "at": "2026-11-23T09:50:00Z"}
_MATRIX: dict[str, Any] = {
    "severities": [
        {"word": word, "means": "As the hospital's policy on incidents defines it."}
        for word in ("minor", "significant", "considerable", "major", "catastrophic")
    ],
    "likelihoods": [
        {"word": word, "means": "As the hospital's policy on incidents defines it."}
        for word in ("very low", "low", "medium", "high", "very high")
    ],
    "ratings": [
        [1, 1, 2, 2, 3],
        [1, 2, 2, 3, 4],
        [2, 2, 3, 3, 4],
        [2, 3, 3, 4, 5],
        [3, 4, 4, 5, 5],
    ],
    "acceptability": ["Acceptable", "Acceptable", "Undesirable", "Unacceptable", "Unacceptable"],
}
_PLAN: dict[str, Any] = {
    "scope": "heart-cad in the chest pain clinics, from testing to retirement",
    "acceptable_rating": 2,
    "criteria": "A rating of 3 only where the safety officer finds further reduction impractical.",
    "people": [
        {"name": "Samira Haddad", "role": "clinical safety officer"},
        {"name": "Carla Moretti", "role": "clinical lead"},
    ],
    "review_by": "2027-11-30",
    "matrix": _MATRIX,
}
_DIGEST = "sha256:" + "5c" * 32


class ScaleWord(BaseModel):
    """A word of a scale."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"word": "major", "means": "One patient dies or is disabled for good."}]
        },
    )

    word: str = Field(min_length=1, max_length=40, description="The word.")
    means: str = Field(min_length=1, description="What it means.")


class MatrixIn(BaseModel):
    """A matrix of one's own; what is left out is as shipped."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_MATRIX]})

    severities: list[ScaleWord] | None = Field(
        default=None, description="Five words, from the mildest harm."
    )
    likelihoods: list[ScaleWord] | None = Field(
        default=None, description="Five words, from the rarest."
    )
    ratings: list[list[int]] | None = Field(
        default=None,
        description="Five lines, one per likelihood from the rarest, of five ratings from 1 to 5, "
        "one per severity from the mildest.",
    )
    acceptability: list[str] | None = Field(
        default=None, description="What the ratings 1 to 5 mean, in five sentences."
    )


class PlanPerson(BaseModel):
    """A person of the plan, and as what."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PLAN["people"][0]]})

    name: str = Field(min_length=1, description="Their printed name.")
    role: str = Field(min_length=1, description="As what they act under the plan.")


class HazardPlanIn(BaseModel):
    """A risk management plan to record; it counts once the safety officer approves it."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_PLAN]}
    )

    scope: str = Field(min_length=1, description="What the plan covers, and from when to when.")
    acceptable_rating: int = Field(
        ge=1, le=5, description="The highest rating of residual risk that is acceptable: 1 to 4."
    )
    criteria: str = Field(min_length=1, description="By what else a risk is accepted, in words.")
    people: list[PlanPerson] = Field(
        min_length=1, description="Who takes part; one is the clinical safety officer."
    )
    review_by: date = Field(description="By when the plan is reviewed.")
    matrix: MatrixIn | None = Field(default=None, description="The matrix, unless as shipped.")


class HazardApprovalIn(BaseModel):
    """The clinical safety officer's signature; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "digest": _DIGEST,
                    "reasons": "Discussed at the safety meeting of 23 November.",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    digest: str = Field(description="The digest of what you saw and approve.")
    reasons: str = Field(default="", description="Anything to add.")
    password: SecretStr = Field(description="Your password, again.")


class HazardApprovalOut(ByOut):
    """Who approved a plan or an issue."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_BY,
                    "role": "clinical safety officer",
                    "registration": "GMC 1234567",
                    "meaning": "approval of the hazard log",
                    "method": "password+server-key",
                    "key": "65e64abccaca0f6d",
                    "signature": "tU4Ny5v8cJUfSgww3wydlLAtELvlRngIrWtElIoIhW2h7MTonqtgE0K6d4FB1P29",
                    "statement": {"schema": "cmr.statement/1", "digest": _DIGEST},
                }
            ]
        }
    )

    role: str = Field(description="The role signed in.")
    registration: str | None = Field(description="The signer's professional registration.")
    meaning: str = Field(description="What the signature says.")
    method: str = Field(description="How the person was recognised and who holds the key.")
    key: str = Field(description="Name of the key.")
    signature: str = Field(description="Base64 of the signature over the statement.")
    statement: dict[str, Any] = Field(description="The canonical statement that was signed.")


class HazardPlanOut(BaseModel):
    """A risk management plan as it is kept."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "heart-cad",
                    "number": 1,
                    "digest": _DIGEST,
                    "document": {"schema": "cmr.risk_plan/1", **_PLAN},
                    "approved": None,
                }
            ]
        }
    )

    model: str = Field(description="The model's name.")
    number: int = Field(description="The how-manieth plan of the model it is.")
    digest: str = Field(description="The digest of its canonical bytes.")
    document: dict[str, Any] = Field(description="The plan, `cmr.risk_plan/1`.")
    approved: HazardApprovalOut | None = Field(description="Who approved it; null while nobody.")
