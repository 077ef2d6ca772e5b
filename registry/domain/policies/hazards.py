"""Hazards: what a policy asks of a model's hazard log, failure reviews and incidents."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from registry.domain.policies.parts import Part
from validation.protocols.shape import Partition


class Harm(StrEnum):
    """What it did to the patient, in this order."""

    NEAR_MISS = "near miss"
    NONE = "none"
    LOW = "low"
    MODERATE = "moderate"
    SEVERE = "severe"
    FATAL = "fatal"

    def reaches(self, least: "Harm") -> bool:
        """Tell whether this harm is as grave as another, or graver."""
        order = list(Harm)
        return order.index(self) >= order.index(least)


class HazardRules(Part):
    """What is asked of the plan and the log; of plan and policy the stricter rating counts.

    Attributes
    ----------
    plan_approved : bool
        The clinical safety officer approved the risk management plan.
    log_approved : bool
        The clinical safety officer approved an issue of the log, under the plan in force, and
        nothing changed since.
    highest_residual : int or None
        No hazard of the version counts as more.
    all_verified : bool
        Every control of every hazard of the version is verified.
    none_open : bool
        No hazard is open: what is left to do is the site's, and was handed over.
    """

    plan_approved: bool = False
    log_approved: bool = False
    highest_residual: int | None = Field(default=None, ge=1, le=5)
    all_verified: bool = False
    none_open: bool = False


class IncidentRules(Part):
    """From which harm on an incident that is still open blocks; `severe` unless written."""

    open_from: Harm = Harm.SEVERE


class FailureReviewRules(Part):
    """How many of the failures of which evidence somebody must have looked at.

    Attributes
    ----------
    evidence : Partition
        Each piece of counting evidence of this purpose.
    at_least : "all" or int
        Of its failures; where there are fewer, all of them.
    """

    evidence: Partition
    at_least: Literal["all"] | int = "all"
