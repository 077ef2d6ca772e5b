"""Site plans: what a hospital lays down before a version runs there, as it travels."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_STRICT = ConfigDict(extra="forbid")
DIGEST = r"^sha256:[0-9a-f]{64}$"

SILENT_PLAN: dict[str, Any] = {
    "days": 28,
    "positives": 20,
    "output_hidden": "Scores go to the registry's export only; no screen shows them.",
    "label_source": "Angiography reports, read by the cardiologist on duty",
    "follow_up_days": 14,
    "technical_failures_at_most": 0.02,
    "stopping_rule": "Stop when any score reaches a screen of the ward.",
}
MONITORING: dict[str, Any] = {
    "every_days": 28,
    "owner": "Chest pain clinic, data office",
    "baseline": "f0c2d816-262b-4312-84a9-19f5700d35bf",
    "labels": {
        "completeness": 0.95,
        "blinded": True,
        "delay_days": 30,
        "positives": 10,
        "negatives": ["all", "random sample"],
    },
    "cusum": {"odds_ratio": 2.0, "limit": 4.5},
}
STOP_RULES: list[dict[str, Any]] = [
    {"id": "unscored", "signal": "unscored", "above": 0.05, "below": None, "action": "hold"},
    {"id": "shift", "signal": "psi", "above": 0.25, "below": None, "action": "alert"},
    {"id": "bounds", "signal": "verdict", "above": None, "below": None, "action": "suspend"},
]
SITE_PLAN: dict[str, Any] = {
    "rung": "silent",
    "configuration": {
        "digest": "sha256:" + "5c" * 32,
        "description": "Container 2.1.4 behind the angiography scheduler, release of 2026-11-20",
    },
    "training": [
        {
            "who": "Schedulers of the chest pain clinic",
            "content": "What the order of the list means, and when to ignore it",
            "completed": "2026-11-20",
        }
    ],
    "downtime_procedure": "The list is ordered by date of referral, as before.",
    "silent_plan": SILENT_PLAN,
    "monitoring": MONITORING,
    "stop_rules": STOP_RULES,
    "rollback": "heart-cad/1",
    "permit_minutes": 60,
    "grace_minutes": 240,
    "what_was_done": "",
}


class Configuration(BaseModel):
    """What runs at the hospital, and with which settings."""

    model_config = _STRICT

    digest: str = Field(pattern=DIGEST, description="SHA-256 of the configuration as deployed.")
    description: str = Field(min_length=1, description="What it is, in a sentence.")


class Training(BaseModel):
    """Who was trained, in what, and by when."""

    model_config = _STRICT

    who: str = Field(min_length=1, description="The people or group.")
    content: str = Field(min_length=1, description="What they were taught.")
    completed: date = Field(description="When the last of them had been.")


class SilentPlan(BaseModel):
    """What a silent run must show, fixed before it begins."""

    model_config = _STRICT

    days: int = Field(ge=1, description="It runs for at least so many days.")
    positives: int = Field(ge=1, description="And until so many positives were seen.")
    output_hidden: str = Field(min_length=1, description="How the output is kept from everybody.")
    label_source: str = Field(min_length=1, description="Where the reference standard comes from.")
    follow_up_days: int = Field(ge=0, description="How long each exam is followed for its label.")
    technical_failures_at_most: float = Field(
        ge=0, le=1, description="The greatest share of exams that may be left unscored."
    )
    stopping_rule: str = Field(min_length=1, description="What ends the run at once.")


class LabelRule(BaseModel):
    """What a window must satisfy before its figures are a verdict on performance."""

    model_config = _STRICT

    completeness: float = Field(gt=0, le=1, description="Least share of exams with a label.")
    blinded: bool = Field(description="Whether the reference standard must be blinded.")
    delay_days: int = Field(ge=0, description="Most days between the end and the last label.")
    positives: int = Field(ge=0, description="Least number of positives.")
    negatives: list[Literal["all", "random sample", "flagged only"]] = Field(
        min_length=1, description="How negatives may have come by their labels."
    )


class CusumPlan(BaseModel):
    """The chart of observed against expected events."""

    model_config = _STRICT

    odds_ratio: float = Field(gt=1, description="The worsening it looks for, as an odds ratio.")
    limit: float = Field(gt=0, description="The height at which it signals.")


class MonitoringPlan(BaseModel):
    """What is watched, how often, and by whom."""

    model_config = _STRICT

    every_days: int = Field(ge=1, description="A window is due so often.")
    owner: str = Field(min_length=1, description="Who hands the windows in.")
    baseline: UUID | None = Field(
        default=None, description="The evidence with whose scores those of a window are compared."
    )
    labels: LabelRule = Field(description="When a window gives a verdict on performance.")
    cusum: CusumPlan | None = Field(default=None, description="The chart, if one is kept.")


class StopRule(BaseModel):
    """What happens by itself when a signal crosses a bound."""

    model_config = _STRICT

    id: str = Field(pattern=r"^[a-z][a-z0-9_-]*$", description="Its name.")
    signal: Literal["volume", "flag_rate", "unscored", "psi", "ks", "verdict", "cusum"] = Field(
        description="What is watched; the last two rest on labels."
    )
    above: float | None = Field(default=None, description="It fires above this value.")
    below: float | None = Field(default=None, description="It fires below this value.")
    action: Literal["alert", "hold", "suspend"] = Field(description="What then happens.")


class SitePlanIn(BaseModel):
    """What a hospital lays down for one rung; frozen into its site dossier."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [SITE_PLAN]})

    rung: Literal["silent", "pilot", "general"] = Field(description="How far it would go.")
    configuration: Configuration = Field(description="What runs there.")
    training: list[Training] = Field(default=[], description="Who was trained in what.")
    downtime_procedure: str = Field(min_length=1, description="What people do without it.")
    silent_plan: SilentPlan | None = Field(default=None, description="Of a silent run only.")
    monitoring: MonitoringPlan | None = Field(default=None, description="The monitoring plan.")
    stop_rules: list[StopRule] = Field(default=[], description="What stops it by itself.")
    rollback: str | None = Field(
        default=None,
        description="The version to go back to, as model/number; none: the downtime procedure.",
    )
    permit_minutes: int = Field(default=60, ge=1, description="How long a permit holds.")
    grace_minutes: int = Field(
        default=0, ge=0, description="How long it may be relied on when the registry is away."
    )
    what_was_done: str = Field(
        default="", description="After a suspension: what was found and mended."
    )
