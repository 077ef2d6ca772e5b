"""As of a day: how what was approved at a site then travels."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_DIGEST = "sha256:" + "4f" * 32
_SIGNER: dict[str, Any] = {
    "name": "Anna Kovács",
    "role": "clinical safety officer",
    "registration": "GMC 1234567",
    "meaning": "support",
    "at": "2026-11-23T09:30:00.000000Z",
    "for": None,
}
_EVIDENCE: dict[str, Any] = {
    "number": 1,
    "purpose": "external testing",
    "counts": True,
    "table": _DIGEST,
    "tally": _DIGEST,
    "assessment": _DIGEST,
    "protocol": _DIGEST,
    "dataset": None,
}
_CONDITION: dict[str, Any] = {
    "number": 1,
    "text": "Train the staff of the waiting list.",
    "when": "before go-live",
    "due": "2027-01-31",
    "closed": False,
}
_DECISION: dict[str, Any] = {
    "digest": _DIGEST,
    "outcome": "approve",
    "reasons": "The bounds hold at Hungary.",
    "by": "Clara Lead",
    "at": "2026-11-23T09:40:00.000000Z",
    "valid_until": "2027-11-23",
}
_ENTRIES: dict[str, Any] = {"decision": 118, "standing": 120, "end": None}
_APPROVED: dict[str, Any] = {
    "version": "heart-cad/2",
    "lapsed": False,
    "since": "2026-11-23T09:40:00.000000Z",
    "until": None,
    "ended_as": None,
    "dossier": _DIGEST,
    "rung": "pilot",
    "use": "Order the waiting list",
    "population": "Adults referred to angiography",
    "decision": _DECISION,
    "conditions": [_CONDITION],
    "waivers": [],
    "signers": [_SIGNER],
    "evidence": [_EVIDENCE],
    "entries": _ENTRIES,
}
_DEPLOYMENT: dict[str, Any] = {
    "deployment": "heart-cad/2 at Hungary",
    "state": "pilot",
    "since": "2026-11-24T08:00:00.000000Z",
    "entry": 131,
}


class SignerThenOut(BaseModel):
    """Somebody whose sign-off stood when it was decided."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SIGNER]})

    name: str = Field(description="The printed name.")
    role: str = Field(description="As what they signed.")
    registration: str | None = Field(description="Their professional registration.")
    meaning: str = Field(description="What the signature means.")
    at: str = Field(description="When, in UTC.")
    for_: str | None = Field(alias="for", description="In whose place, if in another's.")


class EvidenceThenOut(BaseModel):
    """Evidence in the dossier, by its digests."""

    model_config = ConfigDict(json_schema_extra={"examples": [_EVIDENCE]})

    number: int = Field(description="Its number among the version's.")
    purpose: str = Field(description="Which partition was measured.")
    counts: bool = Field(description="Whether it could meet a requirement.")
    table: str | None = Field(description="Digest of the table.")
    tally: str | None = Field(description="Digest of the tally.")
    assessment: str | None = Field(description="Digest of the assessment.")
    protocol: str = Field(description="Digest of the protocol.")
    dataset: Any = Field(description="The dataset it came from, if one was named.")


class ConditionThenOut(BaseModel):
    """A condition of the decision at this site, as it stood then."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CONDITION]})

    number: int = Field(description="Its number in the decision.")
    text: str = Field(description="What was asked.")
    when: str = Field(description="Before or after go-live.")
    due: str = Field(description="Its day at the site.")
    closed: bool = Field(description="Whether it was found met by then.")


class DecisionThenOut(BaseModel):
    """The decision by which it was approved."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DECISION]})

    digest: str = Field(description="Digest of the signed document.")
    outcome: str = Field(description="What was decided.")
    reasons: str = Field(description="Why.")
    by: str = Field(description="Who decided.")
    at: str = Field(description="When, in UTC.")
    valid_until: str | None = Field(description="The last day of the approval.")


class EntriesThenOut(BaseModel):
    """Where the trail says so."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENTRIES]})

    decision: int = Field(description="The entry of the decision.")
    standing: int = Field(description="The entry by which it began to stand.")
    end: int | None = Field(description="The entry by which it ended, if it had by then.")


class ApprovedThenOut(BaseModel):
    """One version that was approved for a site on a day."""

    model_config = ConfigDict(json_schema_extra={"examples": [_APPROVED]})

    version: str = Field(description="Which version.")
    lapsed: bool = Field(description="Whether the last day of the approval lay before.")
    since: str = Field(description="Since when it stood, in UTC.")
    until: str | None = Field(description="When it ended, if that was before the day was over.")
    ended_as: str | None = Field(description="As what it ended.")
    dossier: str = Field(description="Digest of the dossier.")
    rung: str = Field(description="How far it might go: silent, pilot, general.")
    use: str = Field(description="For what.")
    population: str = Field(description="On whom.")
    decision: DecisionThenOut = Field(description="The decision.")
    conditions: list[ConditionThenOut] = Field(description="Its conditions at the site.")
    waivers: list[str] = Field(description="What was waived, in words; no verdict changes by it.")
    signers: list[SignerThenOut] = Field(description="Whose sign-offs stood.")
    evidence: list[EvidenceThenOut] = Field(description="On what it rested.")
    entries: EntriesThenOut = Field(description="Where the trail says so.")


class DeploymentThenOut(BaseModel):
    """How far a version had got at the site by the end of the day."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DEPLOYMENT]})

    deployment: str = Field(description="The version and the site.")
    state: str = Field(description="Its state then.")
    since: str = Field(description="Since when, in UTC.")
    entry: int = Field(description="The entry of the trail that says so.")


class AsOfOut(BaseModel):
    """What was approved at a site on a day, told from the trail."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schema": "cmr.as_of/1",
                    "site": "Hungary",
                    "on": "2026-11-25",
                    "time_zone": "Europe/Budapest",
                    "approved": [_APPROVED],
                    "lapsed": [],
                    "deployments": [_DEPLOYMENT],
                }
            ]
        }
    )

    schema_: str = Field(alias="schema", description="Name and number of this shape.")
    site: str = Field(description="The site.")
    on: date = Field(description="The day, there.")
    time_zone: str = Field(description="By which clock the day began and ended.")
    approved: list[ApprovedThenOut] = Field(description="What was approved on that day.")
    lapsed: list[ApprovedThenOut] = Field(description="What stood, past its last day.")
    deployments: list[DeploymentThenOut] = Field(description="What was deployed there.")
