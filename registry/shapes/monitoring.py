"""Monitoring: how a window of exams at a hospital travels."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_WINDOW: dict[str, Any] = {
    "schema": "cmr.monitoring_window/1",
    "number": 3,
    "digest": "sha256:" + "1b" * 32,
    "deployment": "heart-cad/2 at Hungary",
    "site_dossier": "sha256:" + "7a" * 32,
    "state": "pilot",
    "from": "2027-02-01",
    "to": "2027-02-28",
    "statement": {
        "blinded": True,
        "completeness": 0.99,
        "labels": 0.97,
        "delay_days": 14,
        "negatives": "all",
        "note": "",
    },
    "evidence": {
        "id": "f0c2d816-262b-4312-84a9-19f5700d35bf",
        "number": 7,
        "tally": "sha256:" + "2c" * 32,
        "assessment": "sha256:" + "3d" * 32,
    },
    "counts": {"exams": 212, "positives": 71, "negatives": 138, "unscored": 2},
    "signals": [
        {
            "finding": None,
            "counts": {
                "exams": 212,
                "positives": 71,
                "negatives": 138,
                "unlabelled": 3,
                "unscored": 2,
                "flagged": 96,
            },
            "unscored": 0.0094,
            "volume": 7.57,
            "flag_rate": 0.453,
            "psi": 0.04,
            "ks": 0.06,
            "undefined": {},
            "hidden": False,
        }
    ],
    "performance": {"verdict": "met", "unfit": [], "criteria": []},
    "cusum": [
        {
            "finding": None,
            "observed": 203,
            "expected": 196.4,
            "more": 0.8,
            "fewer": 0.0,
            "undefined": None,
        }
    ],
    "fired": [{"rule": "shift", "action": "alert", "because": "psi is 0.27; the bound is 0.25."}],
    "submitted": {
        "by": {"id": "868053e2-dae4-46e8-b105-e4c07a2523cb", "name": "Ines Faber"},
        "at": "2027-03-20T09:00:00.000000Z",
    },
}


class WindowIn(BaseModel):
    """A window: evidence of monitoring, and how it came about."""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "evidence": "f0c2d816-262b-4312-84a9-19f5700d35bf",
                    "from": "2027-02-01",
                    "to": "2027-02-28",
                    "blinded": True,
                    "completeness": 0.99,
                    "labels": 0.97,
                    "delay_days": 14,
                    "negatives": "all",
                    "note": "",
                }
            ]
        },
    )

    evidence: UUID = Field(description="Evidence that was measured for monitoring.")
    first: date = Field(alias="from", description="The first day.")
    last: date = Field(alias="to", description="The last day, included.")
    blinded: bool = Field(
        description="Whether the reference standard was established without knowing the output."
    )
    completeness: float = Field(
        ge=0, le=1, description="Share of the exams of these days that the table holds."
    )
    labels: float = Field(
        ge=0, le=1, description="Share of the exams that were to have a label, and have one."
    )
    delay_days: int = Field(ge=0, description="Days from the last exam to the last label.")
    negatives: Literal["all", "random sample", "flagged only"] = Field(
        description="How negatives came by their labels."
    )
    note: str = Field(default="", description="What else a reader must know.")


class WindowOut(BaseModel):
    """A window as the registry counted and judged it, `cmr.monitoring_window/1`."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [_WINDOW]})

    schema_: Literal["cmr.monitoring_window/1"] = Field(
        alias="schema", description="Name and number."
    )
    number: int = Field(description="The how-manieth of the deployment.")
    digest: str = Field(description="SHA-256 of the document without this key, RFC 8785.")
    deployment: str = Field(description="Version and hospital.")
    site_dossier: str = Field(description="By which site dossier it was judged.")
    state: str = Field(description="In which state the deployment was on these days.")
    first: str = Field(alias="from", description="The first day.")
    last: str = Field(alias="to", description="The last day, included.")
    statement: dict[str, Any] = Field(description="What was said of how it came about.")
    evidence: dict[str, Any] = Field(description="The evidence, its tally and assessment.")
    counts: dict[str, int] = Field(
        description="Of several findings the fewest of each; of unscored exams the most."
    )
    signals: list[dict[str, Any]] = Field(description="Counts and signals of each finding.")
    performance: dict[str, Any] = Field(
        description="The verdict, none where the label rule is not met and why, and the criteria."
    )
    cusum: list[dict[str, Any]] = Field(
        description="The chart of observed against expected events after this window."
    )
    fired: list[dict[str, Any]] = Field(description="The stop rules that it fired, and why.")
    submitted: dict[str, Any] = Field(description="By whom and when.")
