"""Safety: the hazard log, and incidents."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.services import hazards, incidents
from registry.shapes.hazards import HazardIn
from tests.factories.hazards import fields, plan_in
from tests.factories.incidents import incident_in
from tests.factories.people import PROOF
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS, SITES, Workflow


class Safety(Workflow):
    """What is known of hazards, and what went wrong."""

    @rule(pick=ANY, step=st.integers(0, 3))
    def keep_a_hazard_log(self, pick: int, step: int) -> None:
        """Write or approve a plan, raise a hazard, issue the log: a dossier may go stale."""
        login = self.one(["clinical.safety.officer", "model.owner", *self.logins], pick)
        acts = (
            lambda work: hazards.write_plan(work, MODEL, plan_in()),
            lambda work: hazards.approve_plan(
                work, MODEL, 1, digest=self.plan(), reasons="sound", proof=PROOF
            ),
            lambda work: hazards.raise_hazard(work, MODEL, HazardIn.model_validate(fields())),
            lambda work: hazards.issue(work, MODEL, overall="Acceptable as it stands."),
        )
        self.attempt(f"hazards: {step}", login, acts[step])

    def plan(self) -> str:
        """Return the digest of the first plan, if there is one."""
        return next((str(row["digest"]) for row in self.checker.rows["hazard_plans"]), "")

    @rule(pick=ANY, number=NUMBERS, site=st.sampled_from(SITES), blinded=st.booleans())
    def report_an_incident(self, pick: int, number: int, site: str, blinded: bool) -> None:
        """Report what went wrong the day before, by name or blinded, by anybody."""
        happened = (self.world.clock.moment - timedelta(days=1)).date()
        said = incident_in(versions=[number], site=site, happened_on=happened, blinded=blinded)
        login = self.one(["clinical.lead", *self.logins], pick)
        self.attempt("incident", login, lambda work: incidents.report(work, said))
