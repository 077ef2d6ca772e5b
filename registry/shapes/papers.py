"""Papers: how documents and people's training travel over the API."""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_WHO: dict[str, Any] = {
    "by": {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Anna Kovács"},
    "at": "2026-11-30T17:40:00Z",
}
_PAPER: dict[str, Any] = {
    "kind": "data protection impact assessment",
    "title": "DPIA of the angiography waiting list, issue 2",
    "digest": "sha256:" + "4f" * 32,
    "issued_by": "Information governance, Semmelweis",
    "dated": "2026-10-12",
    "valid_until": "2027-10-11",
    "version": None,
}
_TRAINING: dict[str, Any] = {
    "topic": "clinical safety officer training",
    "on": "2026-03-14",
    "valid_until": None,
    "evidence": "Certificate CS-2291 of the national course",
}


class PaperIn(BaseModel):
    """A document about a model, or about one version; its file was kept beforehand."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_PAPER]}
    )

    kind: str = Field(description="What kind of document it is.", min_length=1, max_length=120)
    title: str = Field(description="Its title and issue.", min_length=1, max_length=300)
    digest: str = Field(description="SHA-256 of its file.", pattern=r"^sha256:[0-9a-f]{64}$")
    issued_by: str = Field(description="Who issued it.", min_length=1, max_length=300)
    dated: date = Field(description="Its date.")
    valid_until: date | None = Field(default=None, description="The last day on which it holds.")
    version: int | None = Field(
        default=None, ge=1, description="The version it is about; none means the model."
    )


class PaperOut(BaseModel):
    """A document as it is registered."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0f0b3f0a-5b0f-4f36-8a31-8a1f6b1b7a55",
                    "model": "heart-cad",
                    **_PAPER,
                    "registered": _WHO,
                    "withdrawn": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The document.")
    model: str = Field(description="The model it is about.")
    version: int | None = Field(description="The version it is about; none means the model.")
    kind: str = Field(description="What kind of document it is.")
    title: str = Field(description="Its title and issue.")
    digest: str = Field(description="SHA-256 of its file.")
    issued_by: str = Field(description="Who issued it.")
    dated: date = Field(description="Its date.")
    valid_until: date | None = Field(description="The last day on which it holds.")
    registered: dict[str, Any] = Field(description="By whom and when it was registered.")
    withdrawn: dict[str, Any] | None = Field(description="By whom, when and why it was taken back.")


class PaperWithdrawalIn(BaseModel):
    """Why a document or a training is taken back."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "It was the issue of another model"}]},
    )

    why: str = Field(description="Why.", min_length=1)


class TrainingIn(BaseModel):
    """What another person has completed."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_TRAINING]}
    )

    topic: str = Field(description="What it was about.", min_length=1, max_length=120)
    on: date = Field(description="When it was completed.")
    valid_until: date | None = Field(default=None, description="The last day on which it holds.")
    evidence: str = Field(description="What shows it.", min_length=1, max_length=500)


class TrainingOut(BaseModel):
    """A training as it is recorded."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "91d2b0a4-2f6e-4b7e-9d3b-3d6a52f0c1aa",
                    "person": _WHO["by"],
                    **_TRAINING,
                    "recorded": _WHO,
                    "withdrawn": None,
                }
            ]
        }
    )

    id: UUID = Field(description="The training.")
    person: dict[str, Any] = Field(description="Who completed it.")
    topic: str = Field(description="What it was about.")
    on: date = Field(description="When it was completed.")
    valid_until: date | None = Field(description="The last day on which it holds.")
    evidence: str = Field(description="What shows it.")
    recorded: dict[str, Any] = Field(description="By whom and when it was recorded.")
    withdrawn: dict[str, Any] | None = Field(description="By whom, when and why it was taken back.")
