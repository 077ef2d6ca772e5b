"""Permits: a yes rests on an approval that stands, within its scope, where it was let in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.journeys.workflow.laws.rows import APPROVALS, RUNGS, Row, Seen, day, read_json, require

RUNNING = {"silent": "silent", "pilot": "pilot", "live": "general"}


@dataclass
class PermitLaws(Seen):
    """The laws of permits."""

    def require_permit(self, permit: Mapping[str, Any], now: datetime) -> None:
        """Require that a yes rests on an approval that stands, within its scope, at this moment."""
        unsigned = {key: value for key, value in permit.items() if key != "signature"}
        self._verify(unsigned, permit["signature"]["value"], "permit")
        if permit["permit"] != "yes":
            return
        model, _, number = permit["version"].rpartition("/")
        version = self._version(model, int(number))
        standing = self._newest("standings", "version_id", version["id"])
        moves = self._moves(version, permit["site"])
        back = bool(moves) and moves[-1]["act"] == "return"
        stands = {"current", "superseded"} if back else {"current"}
        require(
            standing is not None and standing["state"] in stands,
            f"a permit for {permit['version']}, which is not current",
        )
        covering = [
            decision
            for decision in self.rows["decisions"]
            if decision["version_id"] == version["id"]
            and decision["outcome"] in APPROVALS
            and self._covers(decision, permit, now)
        ]
        require(bool(covering), f"a permit outside every scope: {permit['site']}, {permit['rung']}")
        state = moves[-1]["state"] if moves else None
        require(
            state in RUNNING and RUNGS.index(permit["rung"]) <= RUNGS.index(RUNNING[state]),
            f"a permit for {permit['rung']} use of a deployment that is {state}",
        )

    def _covers(self, decision: Row, permit: Mapping[str, Any], now: datetime) -> bool:
        """Tell whether a decision reaches as far as a permit, and still does."""
        scope = self._document(decision["digest"])["scope"]
        if permit["site"] not in scope["sites"]:
            return False
        if RUNGS.index(permit["rung"]) > RUNGS.index(scope["rung"]):
            return False
        open_before = [
            condition
            for condition in self.rows["conditions"]
            if condition["decision_id"] == decision["id"]
            and read_json(condition["document"])["when"] == "before go-live"
            and not self._found("condition_closures", "condition_id", condition["id"])
        ]
        until = decision["valid_until"]
        # A day has ended everywhere once it has ended twelve hours west of Greenwich.
        lapsed = until is not None and (now.date() - day(until)).days > 1
        return not open_before and not lapsed

    def _moves(self, version: Row, site: str) -> list[Row]:
        """Return the moves of the newest deployment of a version at a site, in order."""
        (place,) = self._found("sites", "name", site)
        there = [
            row
            for row in self._found("deployments", "version_id", version["id"])
            if row["site_id"] == place["id"]
        ]
        if not there:
            return []
        newest = max(there, key=lambda row: row["number"])
        found = self._found("deployment_moves", "deployment_id", newest["id"])
        return sorted(found, key=lambda row: row["number"])
