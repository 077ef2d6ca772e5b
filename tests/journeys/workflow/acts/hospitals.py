"""Hospitals: letting a version in, stopping it, and asking whether it may run."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from registry.domain.errors import RegistryError
from registry.domain.monitoring import Statement
from registry.domain.people import Role
from registry.domain.permits import Asked
from registry.domain.policies import Rung
from registry.faces import worker
from registry.services import deployments, evidence, permits
from tests.factories.deployments import EXECUTIVE, OFFICER, SAYS, plan
from tests.factories.evidence import claim, rows, table, unscored
from tests.factories.people import PROOF
from tests.factories.reviews import WELL_MEASURED
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS, RUNGS, SITES, Workflow


class Hospitals(Workflow):
    """What is done at a hospital."""

    def __init__(self) -> None:
        super().__init__()
        self.windows: list[UUID] = []

    @rule(pick=ANY, number=NUMBERS, site=st.sampled_from(SITES))
    def propose_a_deployment(self, pick: int, number: int, site: str) -> None:
        """Propose a version at a hospital, by anybody."""
        login = self.one(self.logins, pick)
        made = self.attempt(
            "deployment",
            login,
            lambda work: deployments.propose(work, f"{MODEL}/{number}", site),
        )
        if made is not None:
            self.proposed.append(made.id)

    @rule(pick=ANY, which=ANY, rung=RUNGS, role=st.sampled_from([OFFICER, EXECUTIVE]))
    def freeze_or_sign_at_a_hospital(self, pick: int, which: int, rung: Rung, role: Role) -> None:
        """Freeze a site dossier or sign the current one, by anybody."""
        deployment, login = self.one(self.proposed, which), self.one(self.logins, pick)
        if deployment is None or login is None:
            return
        if pick % 2:
            self._freeze(login, deployment, rung)
        else:
            self._sign_there(login, deployment, role)

    def _freeze(self, login: str, deployment: UUID, rung: Rung) -> None:
        """Freeze a site dossier for a rung."""
        said = plan(rung=rung.value) if rung is not Rung.SILENT else plan()
        self.attempt("site dossier", login, lambda work: deployments.freeze(work, deployment, said))

    def _sign_there(self, login: str, deployment: UUID, role: Role) -> None:
        """Sign the current site dossier."""
        seen = self.newest("site_dossiers", "deployment_id", deployment)
        self.attempt(
            "site sign-off",
            login,
            lambda work: deployments.sign(
                work,
                deployment,
                role=role,
                meaning=SAYS[role],
                reasons="The risk is borne.",
                dossier=seen,
                proof=PROOF,
            ),
        )

    @rule(rung=RUNGS, steps=st.integers(1, 4), site=st.sampled_from(SITES))
    def help_hospitals_along(self, rung: Rung, steps: int, site: str) -> None:
        """Do the next few things that a hospital waits for, and ask for a permit there."""
        for _ in range(steps):
            self.help_a_hospital_along(rung, site)
            self.checker.step()
        self.ask_for_a_permit(number=1, site=site, rung=rung)

    def help_a_hospital_along(self, rung: Rung, site: str = "Hungary") -> None:
        """Propose the first version at a hospital, or freeze and sign what is proposed there."""
        rows = self.checker.rows
        (first,) = [one["id"] for one in rows["versions"] if one["number"] == 1]
        (place,) = [one["id"] for one in rows["sites"] if one["name"] == site]
        gone = {
            one["deployment_id"] for one in rows["deployment_moves"] if one["state"] == "withdrawn"
        }
        there = [
            one["id"]
            for one in rows["deployments"]
            if (one["version_id"], one["site_id"]) == (first, place) and one["id"] not in gone
        ]
        if not there:
            self.propose_a_deployment(
                pick=self.logins.index(f"{site.lower()}.officer"), number=1, site=site
            )
            return
        deployment, own = UUID(there[0]), site.lower()
        digest = self.newest("site_dossiers", "deployment_id", deployment)
        signed = {
            one["role"] for one in self.checker.rows["site_signoffs"] if one["dossier"] == digest
        }
        if not digest or len(signed) == len(SAYS):
            self._freeze(f"{own}.officer", deployment, rung)
        elif OFFICER in signed:
            self._sign_there(f"{own}.executive", deployment, EXECUTIVE)
        else:
            self._sign_there(f"{own}.officer", deployment, OFFICER)

    @rule(
        pick=ANY,
        which=ANY,
        way=st.sampled_from(
            [deployments.suspend, deployments.release, deployments.withdraw, deployments.roll_back]
        ),
    )
    def stop_at_a_hospital(self, pick: int, which: int, way: Callable[..., Any]) -> None:
        """Suspend, release, withdraw or roll back, by anybody."""
        deployment = self.one(self.proposed, which)
        login = self.one([*self.logins, "hungary.officer", "cleveland.officer"], pick)
        if deployment is None:
            return
        self.attempt(
            f"hospital: {way.__name__}",
            login,
            lambda work: way(work, deployment, reasons="Seen in the log.", proof=PROOF),
        )

    @rule(number=NUMBERS, site=st.sampled_from(SITES), rung=RUNGS)
    def ask_for_a_permit(self, number: int, site: str, rung: Rung) -> None:
        """Ask whether a version may run; a yes is held against the records."""
        asked = Asked(version=f"{MODEL}/{number}", site=site, rung=rung)
        login = f"{site.lower()}.officer"
        permit = self.attempt("permit", login, lambda work: permits.ask(work, asked))
        if permit is not None:
            self.reached[f"permit: {permit['permit']}"] += 1
            self.checker.require_permit(permit, self.world.clock.moment)

    @precondition(lambda self: self.runs())
    @rule(which=ANY)
    def ask_where_it_was_let_in(self, which: int) -> None:
        """Ask whether version 1 may run where something was let in, as far as it was."""
        moves = self.checker.rows["deployment_moves"]
        started = [one["deployment_id"] for one in moves if one["act"] == "start"]
        deployment = UUID(started[which % len(started)])
        plan = self.read(lambda work: deployments.view(work, deployment)).dossier
        (row,) = [one for one in self.checker.rows["deployments"] if one["id"] == deployment.hex]
        (site,) = [one for one in self.checker.rows["sites"] if one["id"] == row["site_id"]]
        if plan is not None:
            self.ask_for_a_permit(number=1, site=site["name"], rung=Rung(plan["rung"]))

    @rule(pick=ANY, which=ANY)
    def stop_in_an_emergency(self, pick: int, which: int) -> None:
        """Suspend what runs somewhere by emergency access."""
        deployment, login = self.one(self.proposed, which), self.one(self.logins, pick)
        if deployment is not None:
            self.attempt(
                "stopped in an emergency",
                login,
                lambda work: deployments.suspend_in_emergency(
                    work, deployment, reasons="seen at night"
                ),
            )

    @precondition(lambda self: self.runs())
    @rule(pick=ANY, well=st.booleans())
    def measure_for_a_window(self, pick: int, well: bool) -> None:
        """Measure patients of Hungary for monitoring, by anybody; perhaps some have no score."""
        login = self.one(["data.steward", *self.logins], pick % 2 and pick)
        lines = rows(exams=WELL_MEASURED, first=1000 * (1 + len(self.windows)))
        content = table(lines if well else unscored(lines, 10))
        said = claim(self.world.monitoring)
        workshop, actor = self.world.workshop, self.world.actor(self.checker.rows, str(login))
        try:
            made = evidence.hand_in(workshop, actor, said, [content])
        except RegistryError:
            self.reached["refused: measured"] += 1
            return
        worker.drain(workshop)
        self.reached["measured"] += 1
        self.windows.append(UUID(made["id"]))

    def runs(self) -> bool:
        """Tell whether anything ever ran at a hospital."""
        return any(one["act"] == "start" for one in self.checker.rows["deployment_moves"])

    @precondition(lambda self: bool(self.windows))
    @rule(pick=ANY, which=ANY, piece=ANY, days=st.integers(0, 3), blinded=st.booleans())
    def hand_a_window_in(self, pick: int, which: int, piece: int, days: int, blinded: bool) -> None:
        """Hand a window of monitoring in, by anybody; what lacks scores fires a stop rule."""
        deployment, measured = self.one(self.proposed, which), self.one(self.windows, piece)
        login = self.one(["data.steward", *self.logins], pick % 2 and pick)
        if deployment is None or measured is None:
            return
        today = self.world.clock.moment.date()
        said = Statement(
            first=today - timedelta(days=days),
            last=today,
            blinded=blinded,
            completeness=1.0,
            labels=1.0,
            delay_days=7,
            negatives="all",
        )
        self.attempt(
            "window", login, lambda work: deployments.submit(work, deployment, measured, said)
        )
