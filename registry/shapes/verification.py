"""Verification: what is said of a file or a code that somebody holds, over the API."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

StateWord = Literal["draft", "current", "declined", "superseded", "suspended", "lapsed"]

_CARD: dict[str, Any] = {
    "version": "heart-cad/2",
    "number": 1,
    "issued_at": "2026-11-23T12:31:00Z",
    "headline": "Policy permits: pilot use at Hungary.",
    "state": "current",
    "newest": 2,
    "now": "suspended",
    "since": "2027-05-04T07:12:09Z",
    "superseded_by": None,
}
_ANSWER: dict[str, Any] = {
    "outcome": "older",
    "title": "This is an older card of heart-cad/2.",
    "sentences": [
        "It is card 1 of heart-cad/2. It was issued on 23 November 2026, 12:31 UTC.",
        "The newest is card 2.",
        "heart-cad/2 is suspended since 4 May 2027, 07:12 UTC.",
    ],
    "matched": "file",
    "card": _CARD,
}


class VerifiedCardOut(BaseModel):
    """The card that was found, and how its version stands now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CARD]})

    version: str = Field(description="The version, as model/number.")
    number: int = Field(description="Which card of the version it is.")
    issued_at: datetime = Field(description="When it was issued.")
    headline: str = Field(description="What it says, in one sentence.")
    state: StateWord = Field(description="How the version stood then.")
    newest: int = Field(description="The number of the version's newest card.")
    now: StateWord = Field(description="How the version stands now.")
    since: datetime | None = Field(description="Since when; null for a draft.")
    superseded_by: str | None = Field(description="The version that superseded it.")


class CardVerificationOut(BaseModel):
    """Whether a file or a code is the current card of a version."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ANSWER]})

    outcome: Literal["current", "older", "changed", "unknown"] = Field(
        description="The current card of its version; an older one; one to which something was "
        "added; or none that this registry knows."
    )
    title: str = Field(description="The same as a sentence.")
    sentences: list[str] = Field(description="What else is to be said.")
    matched: Literal["file", "rendered", "signed", "code"] | None = Field(
        description="By what it was found: the whole file; what was rendered, before the seal; the "
        "file with people's signatures; or the code. Null for what is not known."
    )
    card: VerifiedCardOut | None = Field(description="The card; null for what is not known.")
