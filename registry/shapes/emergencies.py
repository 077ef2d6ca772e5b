"""Emergencies: how an access by breaking the glass, and what was found of it, travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_EMERGENCY: dict[str, Any] = {
    "id": "5d9e1a3c-7a52-4c6f-9a53-0c1f3b6e2f10",
    "person": {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Maya Lindqvist"},
    "reason": "Every exam at Hungary is flagged since 03:10 and nobody of the site answers",
    "state": "ended",
    "opened_at": "2026-11-23T03:30:00Z",
    "until": "2026-11-23T04:30:00Z",
    "ended_at": "2026-11-23T03:50:00Z",
    "digest": "sha256:" + "5a" * 32,
    "may": ["emergency.stop", "record.read", "trail.read"],
    "review": None,
}


class EmergencyIn(BaseModel):
    """An emergency access to open; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "reason": "Every exam at Hungary is flagged and nobody of the site answers",
                    "hours": 1,
                    "password": "correct horse battery",
                }
            ]
        },
    )

    reason: str = Field(min_length=1, description="What the emergency is.")
    hours: int = Field(default=1, ge=1, le=4, description="For how long, at most.")
    password: SecretStr = Field(description="Your password, again.")


class EmergencyStopIn(BaseModel):
    """Why what runs at a hospital is stopped by emergency access."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"reasons": "Every exam is flagged since 03:10"}]},
    )

    reasons: str = Field(min_length=1, description="Why.")


class EmergencyReviewIn(BaseModel):
    """What another person found afterwards; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "finding": "justified",
                    "remarks": "The scanner sent inverted images; one deployment was stopped.",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    finding: Literal["justified", "not justified"] = Field(description="What you find.")
    remarks: str = Field(min_length=1, description="What you looked at, and what was to be done.")
    password: SecretStr = Field(description="Your password, again.")


class EmergencyOut(BaseModel):
    """An emergency access, as it stands."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EMERGENCY]})

    id: UUID = Field(description="Its id.")
    person: dict[str, str] = Field(description="Who had it: id and name.")
    reason: str = Field(description="What the emergency was.")
    state: Literal["open", "ended", "reviewed"] = Field(
        description="Whether it is open, waits to be looked at, or was."
    )
    opened_at: datetime = Field(description="When the glass was broken.")
    until: datetime = Field(description="When it ended or ends by itself.")
    ended_at: datetime | None = Field(description="When its person ended it, if they did.")
    digest: str = Field(description="SHA-256 of the document that was signed.")
    may: list[str] = Field(description="All that could be done by it.")
    review: dict[str, Any] | None = Field(description="By whom, finding, remarks, and when.")
