"""Failure reviews: how what somebody found in a version's failures travels."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.protocols import ByOut

Kind = Literal["missed", "false alert"]
Cause = Literal[
    "poor or unusual input",
    "atypical presentation",
    "mimic",
    "group with few in the training data",
    "sign that only goes with the answer",
    "reference standard doubtful",
    "near the threshold",
    "no score",
    "fault in software or interface",
    "other",
    "unknown",
]

_GROUP: dict[str, Any] = {
    "kind": "missed",
    "cause": "atypical presentation",
    "severity": "considerable",
    "count": 9,
    "done": "Hazard 1: nobody leaves the waiting list on a low score.",
    "resolved": True,
    "hazard": 1,
    "remark": "Mostly women without chest pain.",
}
_REVIEW: dict[str, Any] = {
    "groups": [_GROUP],
    "list_digest": "sha256:" + "7d" * 32,
    "remarks": "All 13 missed exams were looked at with their films.",
}


class FailureGroup(BaseModel):
    """Failures of one kind, cause and severity; counts, never exams."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_GROUP]})

    kind: Kind = Field(description="What the version got wrong.")
    cause: Cause = Field(description="Why, as far as one could tell.")
    severity: str = Field(description="How grave it would be, in a word of the plan's matrix.")
    count: int = Field(ge=1, description="How many of them.")
    done: str = Field(default="", description="What was done about them.")
    resolved: bool = Field(default=False, description="Whether that settles it.")
    hazard: int | None = Field(default=None, description="The hazard of the log that covers them.")
    remark: str = Field(default="", description="Anything to add, without naming an exam.")


class FailureReviewIn(BaseModel):
    """A review of the failures of one piece of evidence, to record as its reviewer."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_REVIEW]}
    )

    groups: list[FailureGroup] = Field(description="What was found, by kind, cause and severity.")
    list_digest: str | None = Field(
        default=None, description="SHA-256 of the list looked at, which stays where it was made."
    )
    remarks: str = Field(default="", description="How they were looked at.")


class FailureReviewOut(BaseModel):
    """A review of the failures of one piece of evidence."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "evidence_id": "f0c2d816-262b-4312-84a9-19f5700d35bf",
                    "number": 1,
                    "digest": "sha256:" + "5c" * 32,
                    "reviewed": {
                        "by": {
                            "id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10",
                            "name": "Samira Haddad",
                        },
                        "at": "2026-11-23T10:05:00Z",
                    },
                    "document": {
                        "schema": "cmr.failure_review/1",
                        "evidence": 1,
                        "failures": {"missed": 13, "false alert": 51},
                        "groups": [_GROUP],
                    },
                }
            ]
        }
    )

    evidence_id: UUID = Field(description="The evidence.")
    number: int = Field(description="The how-manieth review of this evidence; the newest counts.")
    digest: str = Field(description="The digest of its canonical bytes.")
    reviewed: ByOut = Field(description="Who looked, and when it was recorded.")
    document: dict[str, Any] = Field(description="The review, `cmr.failure_review/1`.")


class FailureCountsOut(BaseModel):
    """How many failures a piece of evidence counts, as deployed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"missed": 13, "false_alert": 51, "total": 64}]}
    )

    missed: int | None = Field(description="Positives that were not flagged; null if not told.")
    false_alert: int | None = Field(description="Negatives that were flagged; null if not told.")
    total: int | None = Field(description="Both; null if either is not told.")
