"""Deployments: what each rung at a hospital asks of its site dossier.

What a policy leaves out is as in `STANDARD`; what it writes takes the place of that.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from pydantic import Field

from registry.domain.policies.parts import Part

RungName = Literal["silent", "pilot", "general"]
DAY: Final = 24 * 60


class RungRules(Part):
    """What one rung asks; a key that is left out asks what `STANDARD` does.

    Attributes
    ----------
    training : bool or None
        Who was trained, in what and when, is recorded.
    monitoring_plan, stop_rules, rollback : bool or None
        They are in the site dossier.
    local_evidence : bool or None
        Local acceptance evidence was measured at the site, and its criteria are met there.
    silent_plan : bool or None
        What the silent run must show is fixed before it begins.
    silent_results : bool or None
        The plan of the silent run is fulfilled, counted from monitoring tables.
    performance : bool or None
        A window of the rung before that meets the label rule has the verdict “met”.
    safety_case : bool or None
        The clinical safety case of the release is signed, and says what is so.
    days_before : int or None
        So many days on the rung before.
    label_positives : int or None
        The label rule asks for at least so many positives.
    permit_minutes, grace_minutes : int or None
        The longest that a permit may hold, and that its grace may.
    """

    training: bool | None = None
    monitoring_plan: bool | None = None
    stop_rules: bool | None = None
    rollback: bool | None = None
    local_evidence: bool | None = None
    silent_plan: bool | None = None
    silent_results: bool | None = None
    performance: bool | None = None
    safety_case: bool | None = None
    days_before: int | None = Field(default=None, ge=0)
    label_positives: int | None = Field(default=None, ge=0)
    permit_minutes: int | None = Field(default=None, ge=1)
    grace_minutes: int | None = Field(default=None, ge=0)


class DeploymentRules(Part):
    """What each rung asks at one risk tier."""

    silent: RungRules | None = None
    pilot: RungRules | None = None
    general: RungRules | None = None

    def at(self, rung: RungName) -> RungRules:
        """Return what a rung asks, every key filled in."""
        said: RungRules | None = getattr(self, rung)
        written = {} if said is None else said.model_dump(exclude_none=True)
        return STANDARD[rung].model_copy(update=written)


_SILENT: Final = RungRules(
    training=False,
    monitoring_plan=False,
    stop_rules=False,
    rollback=False,
    local_evidence=False,
    silent_plan=True,
    silent_results=False,
    performance=False,
    safety_case=False,
    days_before=0,
    label_positives=0,
    permit_minutes=DAY,
    grace_minutes=DAY,
)
_PILOT: Final = _SILENT.model_copy(
    update={
        "training": True,
        "monitoring_plan": True,
        "stop_rules": True,
        "rollback": True,
        "silent_plan": False,
        "silent_results": True,
        "label_positives": 10,
    }
)
STANDARD: Final[Mapping[RungName, RungRules]] = MappingProxyType(
    {
        "silent": _SILENT,
        "pilot": _PILOT,
        "general": _PILOT.model_copy(update={"silent_results": False, "performance": True}),
    }
)
"""What each rung asks where a policy says nothing else."""
