"""Delegations: how a role that somebody else fills in one review travels."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.reviews import SigningRole

_DELEGATION: dict[str, Any] = {
    "id": "0f4d3b1e-5f0a-4f7c-9a52-3d1c0b2e4a11",
    "review": "27deb970-dc15-497a-9dda-31c877cd90c4",
    "role": "clinical safety officer",
    "giver": {"id": "868053e2-dae4-46e8-b105-e4c07a2523cb", "name": "Ifeoma Okafor"},
    "taker": {"id": "edb7e01d-b7c8-48d5-94cc-ae07b137f9b5", "name": "Ben Roy"},
    "reasons": "On leave until 10 December",
    "delegated_at": "2026-11-23T10:28:39Z",
    "until": "2026-12-11T00:00:00Z",
    "digest": "sha256:" + "3e" * 32,
    "in_force": True,
    "ended_why": None,
}


class DelegationIn(BaseModel):
    """A role to delegate in a review; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "role": "clinical safety officer",
                    "to": "b.roy",
                    "reasons": "On leave until 10 December",
                    "until": "2026-12-10",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    role: SigningRole = Field(description="The role; both of you hold it.")
    to: str = Field(max_length=64, description="Login of the one who signs in your place.")
    reasons: str = Field(min_length=1, description="Why it is delegated.")
    until: date = Field(description="The last day, in UTC; a month from now at the latest.")
    password: SecretStr = Field(description="Your password, again.")


class DelegationEndIn(BaseModel):
    """Why a delegation ends before its day."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "Back from leave"}]},
    )

    why: str = Field(min_length=1, description="The reason, kept with the record.")


class DelegationOut(BaseModel):
    """A role that somebody fills in somebody's place, in one review."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DELEGATION]})

    id: UUID = Field(description="The delegation's id.")
    review: UUID = Field(description="The review that it is for, and no other.")
    role: SigningRole = Field(description="The role.")
    giver: dict[str, str] = Field(description="In whose place: id and name.")
    taker: dict[str, str] = Field(description="Who signs: id and name.")
    reasons: str = Field(description="Why it was delegated.")
    delegated_at: datetime = Field(description="When it was delegated.")
    until: datetime = Field(description="When it ends.")
    digest: str = Field(description="SHA-256 of the document that was signed.")
    in_force: bool = Field(description="Whether it holds now.")
    ended_why: str | None = Field(description="Why it ended before its day, if it did.")
