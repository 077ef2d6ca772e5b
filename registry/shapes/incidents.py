"""Incidents: how what went wrong travels."""

from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.protocols import PersonRefOut

Harm = Literal["near miss", "none", "low", "moderate", "severe", "fatal"]
State = Literal["open", "made safe", "closed"]

_PERSON: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Samira Haddad"}
_RECORD: dict[str, Any] = {
    "versions": [2],
    "site": "Hungary",
    "deployments": ["heart-cad/2@Hungary"],
    "happened_on": "2026-11-20",
    "summary": "An exam was scored twice; the older score stood on the list for two hours.",
    "harm": "near miss",
    "hazards": [3],
    "recurrence": "Likely whenever the interface restarts.",
    "mitigation": "The list is read from the newest score only.",
    "reported_to": ["Medical physics"],
    "actions": [
        {"what": "Show the time of the score", "owner": "Cardiology AI desk", "done": False}
    ],
    "cause": None,
    "state": "open",
    "made_safe_on": None,
    "closed_on": None,
}


class IncidentAction(BaseModel):
    """Something to do about an incident."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": _RECORD["actions"]})

    what: str = Field(min_length=1, description="What is done.")
    owner: str = Field(min_length=1, description="Who sees to it.")
    done: bool = Field(default=False, description="Whether it is done.")


class IncidentFields(BaseModel):
    """What is recorded of an incident; it never names a patient."""

    versions: list[int] = Field(
        default_factory=list, description="The versions concerned; empty where that is not known."
    )
    site: str | None = Field(default=None, description="The hospital where it happened.")
    deployments: list[str] = Field(
        default_factory=list,
        description="Deployments concerned, each by its id or as VERSION@SITE.",
    )
    happened_on: date = Field(description="The day when it happened.")
    summary: str = Field(
        min_length=1, max_length=4000, description="What happened, without naming a patient."
    )
    harm: Harm = Field(description="What it did to the patient.")
    hazards: list[int] = Field(
        default_factory=list, description="Numbers of hazards of the model's log that came true."
    )
    recurrence: str | None = Field(default=None, description="How likely it happens again.")
    mitigation: str | None = Field(default=None, description="What keeps it from happening.")
    reported_to: list[str] = Field(default_factory=list, description="Who was told.")
    actions: list[IncidentAction] = Field(default_factory=list, description="What is to be done.")
    cause: str | None = Field(default=None, description="What caused it.")
    state: State = Field(default="open", description="How far it has come.")
    made_safe_on: date | None = Field(default=None, description="Since when nobody is at risk.")
    closed_on: date | None = Field(default=None, description="When it was closed.")


class IncidentIn(IncidentFields):
    """An incident to report."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"model": "heart-cad", "blinded": True, **_RECORD}]},
    )

    model: str = Field(description="The model's name.")
    blinded: bool = Field(
        default=False, description="Whether your name is told to nobody but those who keep the log."
    )


class IncidentRecordIn(IncidentFields):
    """An incident recorded anew, whole; the old record is kept."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_RECORD, "why": "The cause was found"}]},
    )

    why: str = Field(min_length=1, description="What happened since, for the journal.")


class IncidentOut(IncidentFields):
    """An incident as it is recorded now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_RECORD,
                    "number": 1,
                    "record": 1,
                    "model": "heart-cad",
                    "reported_at": "2026-11-21T08:00:00Z",
                    "reported_by": _PERSON,
                    "blinded": False,
                    "recorded_at": "2026-11-21T08:00:00Z",
                    "journal": [{"record": 1, "at": "2026-11-21T08:00:00Z", "why": "reported"}],
                }
            ]
        }
    )

    number: int = Field(description="The incident's number; it is never given again.")
    record: int = Field(description="Number of the record; 1 is the first.")
    model: str = Field(description="The model's name.")
    reported_at: datetime = Field(description="When it was reported.")
    reported_by: PersonRefOut | None = Field(
        description="Who reported it; null where you may not know."
    )
    blinded: bool = Field(description="Whether the reporter's name is kept within the log.")
    recorded_at: datetime = Field(description="When what stands here was recorded.")
    journal: list[dict[str, Any]] = Field(description="Its records: number, when, by whom, why.")
