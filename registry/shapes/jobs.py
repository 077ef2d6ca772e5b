"""Jobs: how durable work looks over the API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class CancellationIn(BaseModel):
    """Why a job is no longer wanted."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "The export was of the wrong year."}]},
    )

    why: str = Field(min_length=1, max_length=500, description="The reason, kept on the trail.")


class JobOut(BaseModel):
    """One piece of durable work: where it stands and how it ended."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "id": "0c0e3a56-6d7a-4f0c-9a5e-2f1f4f0f4a11",
                    "kind": "evidence.assess",
                    "status": "running",
                    "step": "counting",
                    "progress": 0.4,
                    "attempts": 1,
                    "max_attempts": 5,
                    "error": None,
                    "result": None,
                    "created_at": "2026-11-23T09:30:00Z",
                    "ended_at": None,
                }
            ]
        },
    )

    id: UUID = Field(description="The job's id.")
    kind: str = Field(description="What is done, as subject.verb.")
    status: Literal["queued", "running", "done", "dead", "cancelled"] = Field(
        description="“done”, “dead” and “cancelled” are the ends; a dead job was given up."
    )
    step: str = Field(description="What the worker is doing at the moment, in a word or two.")
    progress: float = Field(description="How far it is, from 0 to 1.", ge=0, le=1)
    attempts: int = Field(description="How often the job was begun.")
    max_attempts: int = Field(description="After so many attempts it is given up.")
    error: str | None = Field(description="Why the last attempt failed, if it did.")
    result: dict[str, Any] | None = Field(
        description="What came out, as ids and digests; for evidence also its state."
    )
    created_at: datetime = Field(description="When it was asked for.")
    ended_at: datetime | None = Field(description="When it ended, if it has.")
