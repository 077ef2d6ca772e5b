"""Models: how a model's record travels."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

_LONG = 4000  # characters
RiskTierWord = Literal["registration only", "fast track", "full review"]
RegulatoryWord = Literal[
    "cleared", "submitted", "not submitted", "health-institution exemption", "research use only"
]

OutputTypeWord = Literal[
    "prediction", "classification", "recommendation", "evaluation", "analysis", "other"
]
DecisionRoleWord = Literal["informs", "augments", "replaces"]
DemographicWord = Literal[
    "race",
    "ethnicity",
    "language",
    "sexual orientation",
    "gender identity",
    "sex",
    "date of birth",
    "social determinants of health",
    "health status assessments",
]


def _words(most: int, description: str) -> Any:  # noqa: ANN401 -- what pydantic's Field returns
    """Return the field of a text that may be left out."""
    return Field(default=None, min_length=1, max_length=most, description=description)


_RECORD: dict[str, Any] = {
    "title": "Obstructive coronary disease before angiography",
    "summary": "Estimates the probability of a narrowing above 50 % from ten findings.",
    "intended_use": "Orders the waiting list for angiography; a cardiologist reads every referral.",
    "intended_users": "Cardiologists who schedule coronary angiography",
    "population": "Adults referred for coronary angiography with suspected coronary disease",
    "use_for": ["Order the waiting list, beside the cardiologist's own reading"],
    "do_not_use_for": ["Cancel or postpone an angiography because the score is low"],
    "risk_tier": "fast track",
    "contact": {"name": "Cardiology AI desk", "email": "cardiology-ai@example.org"},
    "regulatory": [
        {"jurisdiction": "EU", "status": "research use only", "reference": None},
        {"jurisdiction": "US", "status": "not submitted", "reference": None},
    ],
    "disclosure": {
        "developer": "Cardiology AI group, Example University Hospital",
        "output": "Probability of a narrowing above 50 %, from 0 to 1",
        "output_type": "prediction",
        "decision_role": "informs",
        "demographic_inputs": ["sex", "date of birth"],
    },
}


class RegulatoryEntry(BaseModel):
    """Where a model stands with the regulator of one jurisdiction."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    jurisdiction: str = Field(min_length=1, max_length=40, examples=["EU"])
    status: RegulatoryWord = Field(description="Where it stands there.")
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


class Disclosure(BaseModel):
    """What outside formats ask of a model beyond its record; each part may be left out.

    What is left out is printed as not recorded, never guessed.
    """

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    developer: str | None = _words(200, "Organisation that developed the model.")
    developer_contact: str | None = _words(
        200, "Its desk or web address; no person's, since it stands in every dossier."
    )
    funding: str | None = _words(_LONG, "Who paid for the development.")
    competing_interests: str | None = _words(_LONG, "Interests of who developed or tested it.")
    output: str | None = _words(_LONG, "What value the model gives.")
    output_type: OutputTypeWord | None = Field(default=None, description="What kind of value.")
    decision_role: DecisionRoleWord | None = Field(
        default=None, description="What the value does to the clinical decision."
    )
    inputs: str | None = _words(_LONG, "What data it reads, from where and in what form.")
    demographic_inputs: list[DemographicWord] | None = Field(
        default=None,
        description="Which of the nine variables of 45 CFR 170.315(b)(11)(iv)(A)(5)–(13) are "
        "input features; an empty list says that none is.",
    )
    how_to_use: str | None = _words(_LONG, "What a user does with the value.")
    update_schedule: str | None = _words(
        _LONG, "How and how often the model is updated and corrected."
    )
    security: str | None = _words(_LONG, "How it is kept safe in use.")
    third_party_components: str | None = _words(_LONG, "Parts of it that others made.")
    licence: str | None = _words(200, "Under what licence the model may be used.")
    stakeholders: str | None = _words(_LONG, "Who was consulted, patients included.")
    patient_disclosure: str | None = _words(_LONG, "What patients are told, or asked.")
    publications: list[str] | None = Field(
        default=None, min_length=1, description="Publications about the model, as cited."
    )

    @model_validator(mode="after")
    def _says_something(self) -> "Disclosure":
        """Refuse a disclosure that discloses nothing."""
        if not self.model_dump(exclude_none=True):
            raise ValueError("say something, or leave the disclosure out")
        return self


class ModelRecordFields(BaseModel):
    """What is recorded of a model."""

    title: str = Field(min_length=1, max_length=160, description="What it is called in print.")
    summary: str = Field(min_length=1, max_length=400, description="One sentence.")
    intended_use: str = Field(min_length=1, description="What it is for.")
    intended_users: str = Field(min_length=1, description="Who uses it.")
    population: str = Field(min_length=1, description="The patients it is meant for.")
    use_for: list[str] = Field(min_length=1, description="What it may be used for.")
    do_not_use_for: list[str] = Field(min_length=1, description="What is out of scope.")
    risk_tier: RiskTierWord = Field(description="Which rules of the policy apply.")
    contact: Contact = Field(description="Whom a clinician asks.")
    regulatory: list[RegulatoryEntry] = Field(
        min_length=1,
        description="One entry per jurisdiction; “not submitted” and “research use only” are said, "
        "not left out.",
    )
    disclosure: Disclosure | None = Field(
        default=None, description="What outside formats ask beyond this."
    )


class ModelIn(ModelRecordFields):
    """A model to register."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "heart-cad", **_RECORD}]},
    )

    name: str = Field(description="Lower-case letters, digits, . _ -")


class ModelRecordIn(ModelRecordFields):
    """A model's record, corrected."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_RECORD, "why": "The intended users were too wide"}]},
    )

    why: str = Field(min_length=1, description="Why the record is corrected.")


class ModelOut(ModelRecordFields):
    """A model as it is recorded now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "heart-cad",
                    **_RECORD,
                    "record": 1,
                    "recorded_at": "2026-11-23T09:30:00Z",
                    "why": "",
                    "versions": 2,
                }
            ]
        }
    )

    name: str = Field(description="By what everybody names it.")
    record: int = Field(description="Number of the record; 1 is the first.")
    recorded_at: datetime = Field(description="When this record was made.")
    why: str = Field(description="Why this record superseded the one before.")
    versions: int = Field(description="How many versions are registered.")
