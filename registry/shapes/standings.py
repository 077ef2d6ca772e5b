"""Standings: how a version stands, and how it is suspended or brought back, over the API."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_SUSPENSION: dict[str, Any] = {
    "reasons": "Two missed occlusions in one week; the camera was exchanged on 3 May.",
    "password": "correct horse battery",
}
_STANDING: dict[str, Any] = {
    "schema": "cmr.standing/1",
    "model": "heart-cad",
    "number": 2,
    "dossier": "sha256:" + "9f" * 32,
    "state": "suspended",
    "since": "2027-05-04T07:12:09Z",
    "by": None,
    "reason": "Two missed occlusions in one week. Suspended by a clinical safety officer.",
    "signature": {"key": "65e64abccaca0f6d", "value": "kq3…=="},
}


class StandingActIn(BaseModel):
    """Why a version is suspended or brought back; the password is asked again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SUSPENSION]})

    reasons: str = Field(description="Why, in words; they stand on the card.", min_length=1)
    password: SecretStr = Field(description="Your password, again.")


class StandingOut(BaseModel):
    """How a version stands, `cmr.standing/1`."""

    model_config = ConfigDict(json_schema_extra={"examples": [_STANDING]})

    schema_: Literal["cmr.standing/1"] = Field(alias="schema", description="What this is.")
    model: str = Field(description="The model.")
    number: int = Field(description="The version's number.")
    dossier: str | None = Field(description="The dossier by which it stands so.")
    state: Literal["draft", "current", "declined", "superseded", "suspended", "lapsed"] = Field(
        description="How it stands."
    )
    since: str = Field(description="Since when.")
    by: str | None = Field(description="The version that superseded it.")
    reason: str = Field(description="Why.")
    signature: dict[str, Any] | None = Field(
        description="Key and Ed25519 signature over the document without it; none for a draft."
    )
