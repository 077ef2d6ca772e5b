"""Checker: every law, after every step."""

from dataclasses import dataclass

from tests.journeys.workflow.laws.hospitals import HospitalLaws
from tests.journeys.workflow.laws.standings import StandingLaws
from tests.journeys.workflow.laws.trail import TrailLaws
from tests.journeys.workflow.laws.waivers import WaiverLaws


@dataclass
class Checker(WaiverLaws, StandingLaws, HospitalLaws, TrailLaws):
    """Looks at a registry after every step, and remembers what it saw after the last."""

    def step(self) -> None:
        """Require every law, after one step.

        Raises
        ------
        BrokenLawError
            Names the law.
        """
        before, bodies = self.rows, self.bodies
        self.look()
        self.require_append_only(bodies)
        self.require_tree()
        self.require_words()
        self.require_blind_reports()
        self.require_acts(before, bodies)
        self.require_approvals()
        self.require_waivers()
        self.require_standings()
        self.require_deployments()
        self.require_windows()
        self.require_no_signature_in_an_emergency()
