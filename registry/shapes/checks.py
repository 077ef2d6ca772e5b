"""Checks: how the answer to “may it be used, and what is missing?” travels over the API."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field

from registry.shapes.reviews import MissingOut


class CheckOut(BaseModel):
    """Whether a version may be used, and what is missing if not."""

    version: str = Field(description="The version, as model/number.")
    answer: Literal["permitted", "not met", "insufficient evidence", "waiting"] = Field(
        description="What stands hardest in the way, or that nothing does."
    )
    basis: Literal["approval", "review", "records"] = Field(
        description="What was looked at: an approval, an open review, or the records alone."
    )
    review: UUID | None = Field(description="The review concerned.")
    scope: dict[str, Any] = Field(description="For what it was checked.")
    missing: list[MissingOut] = Field(description="What stands in the way, the hardest first.")
    criteria: list[dict[str, Any]] = Field(description="Every criterion, as judged.")
    standing: dict[str, Any] = Field(description="How the version stands, `cmr.standing/1`.")


class StandingOut(BaseModel):
    """How a version stands, `cmr.standing/1`."""

    schema_: Literal["cmr.standing/1"] = Field(alias="schema", description="Name and number.")
    model: str = Field(description="The model.")
    number: int = Field(description="The version's number.")
    dossier: str | None = Field(description="The dossier it rests on.")
    state: Literal["draft", "current", "declined", "superseded", "suspended"] = Field(
        description="How it stands."
    )
    since: str = Field(description="Since when.")
    by: str | None = Field(description="The version that took its place.")
    reason: str = Field(description="Why it stands so.")
    signature: dict[str, str] | None = Field(
        description="Key and Ed25519 signature over the document without it; none for a draft."
    )
