"""Recomputations: how stored figures beside those of the present engine travel over the API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_DIFFERENCE: dict[str, Any] = {
    "section": "strata",
    "where": {"by": {"site": "Hungary"}, "finding": None, "partition": None},
    "key": "estimates.auroc.low",
    "change": "changed",
    "stored": 0.826734340655,
    "now": 0.826734340701,
    "is_verdict": False,
}
_RESTS: dict[str, Any] = {
    "review": "27deb970-dc15-497a-9dda-31c877cd90c4",
    "dossier": "sha256:" + "4f" * 32,
    "frozen_at": "2026-11-23T10:02:00Z",
    "outcome": "approved",
    "decided_at": "2026-11-24T08:15:00Z",
}


class DifferenceOut(BaseModel):
    """One stored figure or verdict that would come out otherwise."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_DIFFERENCE]})

    section: str = Field(description="The part of the assessment.")
    where: dict[str, Any] = Field(
        description="What tells its entry apart: stratum, finding, partition, metric, criterion."
    )
    key: str = Field(description="Where in the entry, as a dotted path.")
    change: Literal["changed", "gone", "new"] = Field(
        description="Whether the figure changed, is no longer computed, or was not stored."
    )
    stored: float | int | str | bool | None = Field(description="What is stored.")
    now: float | int | str | bool | None = Field(description="What comes out now.")
    is_verdict: bool = Field(description="Whether it is a verdict.")


class RestingOut(BaseModel):
    """A dossier that cites the evidence, and what was decided on it."""

    model_config = ConfigDict(from_attributes=True, json_schema_extra={"examples": [_RESTS]})

    review: UUID = Field(description="The review that froze the dossier.")
    dossier: str = Field(description="The dossier's digest.")
    frozen_at: datetime = Field(description="When it was frozen.")
    outcome: str | None = Field(description="What was decided on it; null while nothing was.")
    decided_at: datetime | None = Field(description="When, if it was.")


class RecomputationOut(BaseModel):
    """What the present engine makes of a stored tally, beside what is stored."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "evidence": "f0c2d816-262b-4312-84a9-19f5700d35bf",
                    "number": 2,
                    "version": "heart-cad/2",
                    "settled_at": "2026-11-23T09:58:18Z",
                    "engine": "cmr-validation/1",
                    "engine_now": "cmr-validation/2",
                    "differences": [_DIFFERENCE],
                    "new": 0,
                    "impossible": None,
                    "rests": [_RESTS],
                }
            ]
        },
    )

    evidence: UUID = Field(description="The evidence's id.")
    number: int = Field(description="Its number within the version.")
    version: str = Field(description="The version that was measured, as model/number.")
    settled_at: datetime | None = Field(description="When the stored assessment was attached.")
    engine: str = Field(description="What computed the stored assessment.")
    engine_now: str = Field(description="What computed it now.")
    differences: list[DifferenceOut] = Field(
        description="Stored figures and verdicts that would come out otherwise."
    )
    new: int = Field(description="Figures that the stored assessment does not have.", ge=0)
    impossible: str | None = Field(
        description="Why the stored tally cannot be assessed any more, where it cannot."
    )
    rests: list[RestingOut] = Field(
        description="Every dossier that cites the evidence: the approvals that rest on it."
    )
