"""Further: what else people may try: naming candidates, delegating, breaking the glass, hazards."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.emergencies import Finding
from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.services import audit, deployments, emergencies, hazards, reviews, versions
from registry.shapes.hazards import HazardIn
from tests.factories.hazards import fields, plan_in
from tests.factories.people import PROOF
from tests.factories.reviews import SIGNERS
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS, Workflow


class Further(Workflow):
    """The machine with more that people may try."""

    def __init__(self) -> None:
        super().__init__()
        self.delegated: list[tuple[UUID, Role, str, str]] = []
        self.emergencies: list[UUID] = []

    @rule(pick=ANY, number=NUMBERS)
    def name_a_candidate(self, pick: int, number: int) -> None:
        """Name a version a release candidate."""
        login = self.one(["model.owner", *self.logins], pick)
        self.attempt(
            "candidate",
            login,
            lambda work: versions.name_candidate(work, MODEL, number, why="next"),
        )

    @rule(which=ANY, role=st.sampled_from(list(SIGNERS)), pick=ANY, to=ANY)
    def delegate(self, which: int, role: Role, pick: int, to: int) -> None:
        """Delegate a role in a review to anybody."""
        review = self.one(self.opened, which)
        giver = self.one([*self.holders(role), *self.logins], pick)
        taker = self.one([*self.holders(role), *self.logins], to)
        if review is None or taker is None or giver is None:
            return
        until = self.world.clock.moment.date() + timedelta(days=7)
        made = self.attempt(
            "delegation",
            giver,
            lambda work: reviews.delegate(
                work, review, role=role, to=taker, reasons="away", until=until, proof=PROOF
            ),
        )
        if made is not None:
            self.delegated.append((review, role, giver, taker))

    @rule(which=ANY, meaning=st.sampled_from([Meaning.SUPPORT, Meaning.REVIEW, Meaning.OBJECT]))
    def sign_in_anothers_place(self, which: int, meaning: Meaning) -> None:
        """Sign by a delegation, also one that has ended."""
        found = self.one(self.delegated, which)
        if found is None:
            return
        review, role, giver, taker = found
        seen = self.newest("dossiers", "review_id", review)
        made = self.attempt(
            "sign-off in another's place",
            taker,
            lambda work: reviews.sign(
                work,
                review,
                role=role,
                meaning=meaning,
                reasons="as asked",
                dossier=seen,
                proof=PROOF,
                on_behalf=giver,
            ),
        )
        if made is not None:
            self.signed.append((review, made.id))

    @rule(pick=ANY, hours=st.sampled_from([1, 4, 99]))
    def break_the_glass(self, pick: int, hours: int) -> None:
        """Open an emergency access: from then on the person can neither sign nor approve."""
        login = self.one(self.logins, pick)
        made = self.attempt(
            "emergency",
            login,
            lambda work: emergencies.break_glass(work, reason="night", hours=hours, proof=PROOF),
        )
        if made is not None:
            self.emergencies.append(made.id)

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

    @rule(pick=ANY, which=ANY)
    def end_or_review_an_emergency(self, pick: int, which: int) -> None:
        """End one's own emergency access, or look at somebody's afterwards."""
        login, emergency = self.one(self.logins, pick), self.one(self.emergencies, which)
        if pick % 2 or emergency is None:
            self.attempt("emergency ended", login, emergencies.end)
            return
        finding = list(Finding)[which % len(Finding)]
        self.attempt(
            "emergency reviewed",
            login,
            lambda work: emergencies.review(
                work, emergency, finding=finding, remarks="looked at", proof=PROOF
            ),
        )

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

    @rule(which=ANY)
    def redact(self, which: int) -> None:
        """Take the reason out of an entry: the trail must go on to verify."""
        seq = which % len(self.checker.bodies)
        self.attempt(
            "redacted",
            "information.governance",
            lambda work: audit.redact(work, seq, path="why", why="names a patient"),
        )
