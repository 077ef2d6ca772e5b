"""Statements: how what people say of the thirteen considerations travels."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class StatementIn(BaseModel):
    """A statement on one consideration: text, or “not available” and why."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "consideration": 4,
                    "kind": "stated",
                    "text": "Invasive angiography, a major vessel narrowed by more than 50 %, read "
                    "blinded to the model; one reader per film.",
                    "evidence": ["0f0b3f0a-5b0f-4f36-8a31-8a1f6b1b7a55"],
                },
                {
                    "consideration": 9,
                    "kind": "not available",
                    "reason": "not in use anywhere; monitoring is planned with the first pilot",
                },
            ]
        },
    )

    consideration: int = Field(ge=1, le=13, description="Which of the thirteen.")
    kind: Literal["stated", "not available"] = Field(
        default="stated", description="Whether something is said, or that nothing can be."
    )
    text: str | None = Field(default=None, description="What is said, where kind is “stated”.")
    reason: str | None = Field(default=None, description="Why nothing is available.")
    evidence: list[str] = Field(default_factory=list, description="Ids of evidence it rests on.")


class StatementOut(BaseModel):
    """One consideration and what is said about it now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "consideration": 4,
                    "title": "Ambiguous reference standard",
                    "asks": "Definition and rationale of the reference standard; readers, blinding "
                    "and adjudication; indeterminate results.",
                    "kind": "stated",
                    "text": "Invasive angiography, a major vessel narrowed by more than 50 %, read "
                    "blinded to the model; one reader per film.",
                    "reason": None,
                    "author": {
                        "id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10",
                        "name": "Anna Kovács",
                    },
                    "at": "2026-11-23T09:45:00Z",
                    "evidence": ["0f0b3f0a-5b0f-4f36-8a31-8a1f6b1b7a55"],
                    "carried_from": None,
                    "stale": None,
                }
            ]
        }
    )

    consideration: int = Field(description="Which of the thirteen.")
    title: str = Field(description="Its title.")
    asks: str = Field(description="What the consideration asks for.")
    kind: Literal["stated", "not available", "missing"] = Field(
        description="Whether something is said, nothing can be, or nobody has answered yet."
    )
    text: str | None = Field(description="What is said.")
    reason: str | None = Field(description="Why nothing is available.")
    author: dict[str, str] | None = Field(description="Who says it.")
    at: datetime | None = Field(description="When it was said.")
    evidence: list[str] = Field(description="Ids of evidence it rests on.")
    carried_from: int | None = Field(
        description="Version it was taken over from; it counts once confirmed."
    )
    stale: str | None = Field(
        default=None,
        description="Why it is too old to be relied on, as the policy over the model has it.",
    )
