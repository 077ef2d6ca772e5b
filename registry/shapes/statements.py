"""Statements: how what people say of the thirteen considerations travels."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class StatementIn(BaseModel):
    """A statement on one consideration: text, or “not available” and why."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    consideration: int = Field(ge=1, le=13)
    kind: Literal["stated", "not available"] = "stated"
    text: str | None = Field(default=None, description="What is said, where kind is “stated”.")
    reason: str | None = Field(default=None, description="Why nothing is available.")
    evidence: list[str] = Field(default_factory=list, description="Ids of evidence it rests on.")


class StatementOut(BaseModel):
    """One consideration and what is said about it now."""

    consideration: int
    title: str
    asks: str = Field(description="What the consideration asks for.")
    kind: Literal["stated", "not available", "missing"]
    text: str | None
    reason: str | None
    author: dict[str, str] | None
    at: datetime | None
    evidence: list[str]
    carried_from: int | None = Field(
        description="Version it was taken over from; it counts once confirmed."
    )
