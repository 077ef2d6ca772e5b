"""Models: how a model's record travels."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

RiskTierWord = Literal["registration only", "fast track", "full review"]
RegulatoryWord = Literal[
    "cleared", "submitted", "not submitted", "health-institution exemption", "research use only"
]


class RegulatoryEntry(BaseModel):
    """Where a model stands with the regulator of one jurisdiction."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    jurisdiction: str = Field(min_length=1, max_length=40, examples=["EU"])
    status: RegulatoryWord
    reference: str | None = Field(
        default=None, max_length=120, description="Number of the clearance or submission."
    )


class Contact(BaseModel):
    """Whom a clinician asks; outside the dossier, so that a change voids no signature."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=120, examples=["Cardiology AI desk"])
    email: str = Field(
        pattern=r"^[^@\s]+@[^@\s]+$", max_length=200, examples=["cardiology-ai@example.org"]
    )


class ModelRecordFields(BaseModel):
    """What is recorded of a model."""

    title: str = Field(
        min_length=1, max_length=160, examples=["Obstructive coronary disease at angiography"]
    )
    summary: str = Field(min_length=1, max_length=400, description="One sentence.")
    intended_use: str = Field(min_length=1)
    intended_users: str = Field(min_length=1)
    population: str = Field(min_length=1, description="The patients it is meant for.")
    use_for: list[str] = Field(min_length=1)
    do_not_use_for: list[str] = Field(min_length=1, description="What is out of scope.")
    risk_tier: RiskTierWord
    contact: Contact
    regulatory: list[RegulatoryEntry] = Field(
        min_length=1,
        description="One entry per jurisdiction; “not submitted” and “research use only” are said, "
        "not left out.",
    )


class ModelIn(ModelRecordFields):
    """A model to register."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(examples=["heart-cad"], description="Lower-case letters, digits, . _ -")


class ModelRecordIn(ModelRecordFields):
    """A model's record, corrected."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=1, examples=["The intended users were too wide"])


class ModelOut(ModelRecordFields):
    """A model as it is recorded now."""

    name: str
    record: int = Field(description="Number of the record; 1 is the first.")
    recorded_at: datetime
    why: str = Field(description="Why this record superseded the one before.")
    versions: int = Field(description="How many versions are registered.")
