"""Everything: the machine with all that people and time may do, from several beginnings."""

from enum import StrEnum
from typing import ClassVar
from uuid import UUID

from hypothesis.stateful import initialize

from registry.domain.policies import Rung
from tests.journeys.workflow.acts.afterwards import Afterwards
from tests.journeys.workflow.acts.delegating import Delegating
from tests.journeys.workflow.acts.hospitals import Hospitals
from tests.journeys.workflow.acts.people import People
from tests.journeys.workflow.acts.records import Records
from tests.journeys.workflow.acts.safety import Safety


class Beginning(StrEnum):
    """How far things have come when a walk begins."""

    MEASURED = "measured"
    APPROVED = "approved with conditions"
    RUNNING = "running"
    WAIVED = "running by a waiver"


class Everything(Afterwards, Delegating, Hospitals, People, Records, Safety):
    """The machine with everything; walks are seldom lucky, so that most begin further on."""

    beginning: ClassVar[Beginning] = Beginning.MEASURED

    @initialize()
    def begin(self) -> None:
        """Come as far as the beginning says, step by step, under the laws; once, then as kept."""
        if self.beginning in self.world.further_on:
            self.world.begin_anew(self.beginning)
            self.take_up()
            return
        if self.beginning is Beginning.WAIVED:
            self.come_to_an_approval(6, site="Cleveland")
            self.come_to_run(Rung.PILOT, "Cleveland")
        elif self.beginning is not Beginning.MEASURED:
            self.come_to_an_approval(5, conditions=self.beginning is Beginning.APPROVED)
        if self.beginning is Beginning.RUNNING:
            self.come_to_run(Rung.PILOT)
        self.world.keep(self.beginning)

    def take_up(self) -> None:
        """Know what was opened, signed and proposed before this walk began."""
        self.checker.begin()
        rows = self.checker.rows
        self.opened = [UUID(one["id"]) for one in rows["reviews"]]
        self.signed = [(UUID(one["review_id"]), UUID(one["id"])) for one in rows["signoffs"]]
        self.proposed = [UUID(one["id"]) for one in rows["deployments"]]

    def come_to_an_approval(
        self, steps: int, *, site: str = "Hungary", conditions: bool = False
    ) -> None:
        """Open a review and take it so many steps further, to its decision."""
        for _ in range(steps):
            self.help_a_review_along(0, conditions=conditions, site=site)
            self.the_laws_hold()

    def come_to_run(self, rung: Rung, site: str = "Hungary") -> None:
        """Propose version 1 at a hospital; freeze and sign what carries it."""
        for _ in range(4):
            self.help_a_hospital_along(rung, site)
            self.the_laws_hold()
        self.ask_where_it_was_let_in(0)
        self.the_laws_hold()
