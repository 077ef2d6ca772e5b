"""Policies: how what a decision asks travels over the API."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

SEAT_EXAMPLE: dict[str, Any] = {
    "policy": "standard/1",
    "tier": "fast track",
    "role": "clinical safety officer",
    "asked": 1,
    "held": 0,
}
_TEXT = """schema = "cmr.policy/1"
name = "standard"
version = 2
title = "Standard policy for clinical prediction models"

[tiers."registration only"]
rungs = []
months = 12
decision_maker = "clinical lead"
"""


class PolicyIn(BaseModel):
    """A policy as written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": _TEXT, "shipped": None, "beside": False}]},
    )

    text: str | None = Field(
        default=None, description="The TOML, whole.", min_length=1, max_length=200_000
    )
    shipped: str | None = Field(
        default=None, description="Instead: the name of a policy that ships with the registry."
    )
    beside: bool = Field(
        default=False,
        description="Keep it beside the one in force, to be bound to models or sites.",
    )


class PolicyOut(BaseModel):
    """One version of a policy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "standard",
                    "version": 2,
                    "title": "Standard policy for clinical prediction models",
                    "digest": "sha256:" + "5a" * 32,
                    "in_force": True,
                    "document": {
                        "schema": "cmr.policy/1",
                        "name": "standard",
                        "version": 2,
                        "title": "Standard policy for clinical prediction models",
                        "tiers": {
                            "registration only": {
                                "rungs": [],
                                "criteria_from": "silent",
                                "statements": [],
                                "evidence": [],
                                "signoffs": [],
                                "optional": [],
                                "decision_maker": "clinical lead",
                                "months": 12,
                            }
                        },
                    },
                }
            ]
        }
    )

    name: str = Field(description="The policy's name.")
    version: int = Field(description="Its version.")
    title: str = Field(description="What it is called.")
    digest: str = Field(description="SHA-256 of its canonical JSON.")
    in_force: bool = Field(description="Whether new reviews are opened under it.")
    document: dict[str, Any] = Field(description="The policy, `cmr.policy/1`, defaults filled in.")


class ShippedOut(BaseModel):
    """A policy that ships with the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "dcb",
                    "version": 1,
                    "title": "What DCB0129 and DCB0160 ask of a release",
                    "text": _TEXT,
                }
            ]
        }
    )

    name: str = Field(description="Its name, by which it is registered.")
    version: int = Field(description="Its version.")
    title: str = Field(description="What it is called.")
    text: str = Field(description="The TOML, with its comments.")


class BindingIn(BaseModel):
    """What a further policy is to bind; neither model nor site means everything."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "policy": "dcb",
                    "model": None,
                    "site": "Leeds",
                    "why": "The trust is bound by DCB0160",
                }
            ]
        },
    )

    policy: str = Field(description="The policy's name; its newest version binds.", min_length=1)
    model: str | None = Field(default=None, description="Only this model.")
    site: str | None = Field(default=None, description="Only reviews whose scope has this site.")
    why: str = Field(description="Why.", min_length=1)


class ReleaseIn(BaseModel):
    """Why a binding is released."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "The pilot at Leeds has ended"}]},
    )

    why: str = Field(description="Why.", min_length=1)


class BindingOut(BaseModel):
    """What a further policy binds."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "4b0c3b1e-7b0a-4ac9-8d2f-0d5a4d5f2a11",
                    "policy": "dcb/1",
                    "binds": "the site Leeds",
                    "why": "The trust is bound by DCB0160",
                    "by": {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Anna Kovács"},
                    "at": "2026-11-30T17:40:00Z",
                    "released_at": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The binding.")
    policy: str = Field(description="The policy, in its newest version.")
    binds: str = Field(description="What it binds, in words.")
    why: str = Field(description="Why.")
    by: dict[str, Any] = Field(description="Who bound it.")
    at: str = Field(description="When.")
    released_at: str | None = Field(description="When it was released; none while it binds.")


class PolicyDifferenceOut(BaseModel):
    """One key that two policies answer differently."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "tier": "fast track",
                    "what": "sign-off, clinical safety officer: how many people",
                    "before": "1",
                    "after": "2",
                    "effect": "stricter",
                }
            ]
        }
    )

    tier: str = Field(description="The tier it is about.")
    what: str = Field(description="The key, in plain words.")
    before: str = Field(description="What the earlier policy asks; “nothing” where nothing.")
    after: str = Field(description="What the later one asks.")
    effect: Literal["stricter", "looser", "other"] = Field(
        description="Whether the later one asks more, asks less, or neither can be said."
    )


_TRIAL: dict[str, Any] = {
    "version": "heart-cad/2",
    "dossier": 3,
    "under": "standard/1",
    "outcome": "approve",
    "then": [],
    "now": ["Consideration 9, Model decay, is answered: missing. Nothing was stated."],
    "added": ["Consideration 9, Model decay, is answered: missing. Nothing was stated."],
    "gone": [],
}


class TrialOut(BaseModel):
    """What a policy says about one version's last dossier, beside what was said."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TRIAL]})

    version: str = Field(description="The version, as model/number.")
    dossier: int = Field(description="The number of its last dossier.")
    under: str = Field(description="The policy it was frozen under.")
    outcome: str = Field(description="How its review was decided, or open.")
    then: list[str] = Field(description="What stood in the way of an approval.")
    now: list[str] = Field(description="What would stand in the way under this policy.")
    added: list[str] = Field(description="What would, and did not.")
    gone: list[str] = Field(description="What did, and no longer would.")


class TrialsOut(BaseModel):
    """What a policy says about every version that was reviewed so far."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"policy": "dcb/1", "versions": [_TRIAL], "without": ["heart-cad/3"]}]
        }
    )

    policy: str = Field(description="The policy that was tried, as name/version.")
    versions: list[TrialOut] = Field(description="Each version with a dossier.")
    without: list[str] = Field(description="The versions that have none, so nothing is judged.")


class SeatOut(BaseModel):
    """A sign-off that a policy in force asks, and how many people could give it."""

    model_config = ConfigDict(json_schema_extra={"examples": [SEAT_EXAMPLE]})

    policy: str = Field(description="The policy.")
    tier: str = Field(description="The tier.")
    role: str = Field(description="The role that signs.")
    asked: int = Field(description="How many must sign.")
    held: int = Field(description="How many hold the role now.")
