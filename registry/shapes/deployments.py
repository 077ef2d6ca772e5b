"""Deployments: how a version at a hospital travels over the API."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.reviews import MissingOut
from registry.shapes.site_plans import DIGEST

StateWord = Literal["proposed", "silent", "pilot", "live", "suspended", "withdrawn"]

_PERSON = {"id": "868053e2-dae4-46e8-b105-e4c07a2523cb", "name": "Ilona Szabó"}
_DIGEST = "sha256:" + "7a" * 32
_DEPLOYMENT: dict[str, Any] = {
    "id": "27deb970-dc15-497a-9dda-31c877cd90c4",
    "version": "heart-cad/2",
    "site": "Hungary",
    "number": 1,
    "state": "silent",
    "proposed": {"by": _PERSON, "at": "2026-11-23T10:28:39.000000Z"},
    "dossier": {"number": 1, "digest": _DIGEST, "rung": "silent"},
    "carried_by": _DIGEST,
    "missing": [
        {
            "kind": "missing",
            "what": "There is a stop rule: missing. Write [stop_rules] in the site plan.",
            "waits_for": "site safety officer",
        }
    ],
    "signoffs": [
        {
            "person": _PERSON,
            "role": "site safety officer",
            "registration": "GMC 1234567",
            "meaning": "support",
            "reasons": None,
            "dossier": _DIGEST,
            "at": "2026-11-24T08:00:00.000000Z",
            "method": "password+server-key",
            "key": "65e64abccaca0f6d",
        }
    ],
    "moves": [
        {
            "number": 1,
            "state": "silent",
            "act": "start",
            "why": "The hospital's two people signed site dossier 1.",
            "dossier": _DIGEST,
            "by": _PERSON,
            "at": "2026-11-24T09:00:00.000000Z",
            "role": None,
            "digest": None,
            "method": None,
            "key": None,
        }
    ],
    "window_due": "2026-12-21",
    "window_late": False,
}


class DeploymentIn(BaseModel):
    """A version that is proposed at a hospital."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": "heart-cad/2", "site": "Hungary"}]},
    )

    version: str = Field(description="The version, as model/number.")
    site: str = Field(description="The hospital, as registered.")


class SiteSignOffIn(BaseModel):
    """One of the two signatures over a site dossier."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "role": "site executive",
                    "meaning": "accept residual risk",
                    "reasons": "The list is read by a cardiologist in any case.",
                    "dossier": _DIGEST,
                    "password": "correct horse battery",
                }
            ]
        },
    )

    role: Literal["site safety officer", "site executive"] = Field(
        description="In which role; it must be held for this very site."
    )
    meaning: Literal["support", "accept residual risk", "object"] = Field(
        description="What the signature says: the officer supports, the executive accepts."
    )
    reasons: str = Field(default="", description="Needed for all but support.")
    dossier: str = Field(pattern=DIGEST, description="Digest of the site dossier that was seen.")
    password: SecretStr = Field(description="The signer's password, asked again.")


class StopIn(BaseModel):
    """Why a version is suspended, let go on, taken back or withdrawn; signed."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "reasons": "The list was ordered wrongly this morning.",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    reasons: str = Field(min_length=1, description="Why.")
    password: SecretStr = Field(description="The signer's password, asked again.")


class DeploymentOut(BaseModel):
    """A version at a hospital, as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DEPLOYMENT]})

    id: UUID = Field(description="The deployment's id.")
    version: str = Field(description="The version, as model/number.")
    site: str = Field(description="The hospital.")
    number: int = Field(description="The how-manieth time it was proposed there.")
    state: StateWord = Field(description="Where it stands.")
    proposed: dict[str, Any] = Field(description="By whom and when.")
    dossier: dict[str, Any] | None = Field(
        description="Number, digest and rung of the current site dossier."
    )
    carried_by: str | None = Field(
        description="Digest of the site dossier under which it runs or last ran."
    )
    missing: list[MissingOut] = Field(description="What the current site dossier lacks.")
    signoffs: list[dict[str, Any]] = Field(description="Every signature over its site dossiers.")
    moves: list[dict[str, Any]] = Field(description="Every move that it made, oldest first.")
    window_due: date | None = Field(
        description="By when the next monitoring window is to have ended, if one is planned."
    )
    window_late: bool = Field(
        description="Whether it is late by more than the delay that the label rule bears."
    )
