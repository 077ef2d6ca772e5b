"""Machine: anybody tries anything in any order, and after every step the laws hold.

Some rules are wild: any person, role, meaning and digest. Some help things along, so that
approvals, deployments and permits are reached too, and not only refused.
"""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from registry.domain.conditions import When
from registry.domain.people import Role
from registry.domain.permits import Asked
from registry.domain.policies import Meaning, Rung
from registry.domain.reviews import Outcome
from registry.domain.scopes import Scope
from registry.domain.signatures import Password
from registry.domain.waivers import Named, Of, Standing
from registry.services import (
    datasets,
    deployments,
    people,
    permits,
    reviews,
    statements,
    versions,
)
from registry.services.reviews import ConditionAsked
from registry.services.work import Work
from registry.shapes.people import RoleIn, RoleRevocationIn
from registry.shapes.statements import StatementIn
from registry.shapes.versions import VersionIn
from tests.factories.deployments import EXECUTIVE, OFFICER, SAYS, plan
from tests.factories.people import PROOF
from tests.factories.records import dataset_in
from tests.factories.reviews import SIGNERS
from tests.factories.templates import home_of
from tests.journeys.workflow.bridges import BridgeChecker
from tests.journeys.workflow.world import World, held

Made = TypeVar("Made")

MODEL = "heart-cad"
SITES = ("Hungary", "Cleveland")
MOST_VERSIONS = 3
WRONG = Password("not the password at all")

ROLES = st.sampled_from(list(Role))
RUNGS = st.sampled_from(list(Rung))
PLACES = st.lists(st.sampled_from(SITES), min_size=1, max_size=2, unique=True)
NUMBERS = st.integers(1, MOST_VERSIONS)
ANY = st.integers(0, 99)
"""A number that picks one of however many there are at that moment."""


class Workflow(RuleBasedStateMachine):
    """One registry and everybody in it; subclasses name the world."""

    world: World
    reached: Counter[str]

    def __init__(self) -> None:
        super().__init__()
        self.world.begin_anew()
        workshop = self.world.workshop
        self.checker = BridgeChecker(
            engine=workshop.engine,
            folder=home_of(workshop) / "artifacts",
            public=workshop.keys.public(),
            queries=self.world.queries,
        )
        self.checker.begin()
        self.logins = sorted(row["login"] for row in self.checker.rows["people"])
        self.opened: list[UUID] = []
        self.signed: list[tuple[UUID, UUID]] = []
        self.proposed: list[UUID] = []
        self.registered = 1

    def one(self, found: list[Made], pick: int) -> Made | None:
        """Return one of several, None where there is none."""
        return found[pick % len(found)] if found else None

    def read(self, act: Callable[[Work], Made]) -> Made:
        """Look something up as the auditor."""
        return self.world.read(self.world.actor(self.checker.rows, "auditor"), act)

    def holders(self, role: Role) -> list[str]:
        """Return the logins of whoever holds a role."""
        rows = self.checker.rows
        return sorted(
            one["login"]
            for one in rows["people"]
            if role in {grant["role"] for grant in held(rows, one["id"])}
        )

    def newest(self, table: str, column: str, value: UUID) -> str:
        """Return the digest of the newest dossier of a review or a deployment."""
        found = [row for row in self.checker.rows[table] if row[column] == value.hex]
        return str(max(found, key=lambda row: row["number"])["digest"]) if found else ""

    def attempt(self, what: str, login: str | None, act: Callable[[Work], Made]) -> Made | None:
        """Let somebody try something, and note whether it was done or refused."""
        actor = None if login is None else self.world.actor(self.checker.rows, login)
        made = None if actor is None else self.world.attempt(actor, act)
        self.reached[what if made is not None else f"refused: {what}"] += 1
        return made

    # What is recorded.

    @precondition(lambda self: self.registered < MOST_VERSIONS)
    @rule(pick=ANY)
    def register_a_version(self, pick: int) -> None:
        """Register a version that is the child of the first."""
        files = [
            {"path": row["path"], "digest": row["digest"], "kind": row["kind"]}
            for row in self.checker.first["version_artifacts"]
        ]
        parent = {"model": MODEL, "number": 1, "relation": "retrained from"}
        body = VersionIn.model_validate(
            {"description": "Again", "artifacts": files, "parents": [parent]}
        )
        login = self.one(self.logins, pick)
        if self.attempt("version", login, lambda work: versions.register(work, MODEL, body)):
            self.registered += 1

    @rule(pick=ANY, number=NUMBERS, consideration=st.integers(1, 13))
    def state_something(self, pick: int, number: int, consideration: int) -> None:
        """Say something about a version: an open dossier goes stale by it."""
        said = StatementIn(consideration=consideration, text=f"Seen at {self.world.clock.moment}.")
        login = self.one(self.logins, pick)
        self.attempt("statement", login, lambda work: statements.make(work, MODEL, number, said))

    @rule(pick=ANY, number=st.integers(1, 2))
    def register_or_withdraw_a_dataset(self, pick: int, number: int) -> None:
        """Register a dataset, or withdraw the one that is there."""
        login = self.one(self.logins, pick)
        if number == 1:
            self.attempt("dataset", login, lambda work: datasets.register(work, dataset_in()))
            return
        name = "cleveland-1988"
        self.attempt(
            "dataset withdrawn", login, lambda work: datasets.withdraw(work, name, 1, why="asked")
        )

    # Reviews, by anybody.

    @rule(pick=ANY, number=NUMBERS, places=PLACES, rung=RUNGS)
    def open_a_review(self, pick: int, number: int, places: list[str], rung: Rung) -> None:
        """Open a review of a version for some places and a rung."""
        scope = Scope(
            sites=tuple(places),
            population="Adults referred to angiography",
            use="Order the waiting list",
            rung=rung,
            site_prevalence={},
        )
        login = self.one(self.logins, pick)
        made = self.attempt(
            "review",
            login,
            lambda work: reviews.open_review(work, MODEL, number, scope=scope, reason="asked"),
        )
        if made is not None:
            self.opened.append(made.id)

    @rule(pick=ANY, which=ANY)
    def refreeze(self, pick: int, which: int) -> None:
        """Freeze what the records say now."""
        review, login = self.one(self.opened, which), self.one(self.logins, pick)
        if review is not None:
            self.attempt("refrozen", login, lambda work: reviews.refreeze(work, review))

    @rule(
        pick=ANY,
        which=ANY,
        role=ROLES,
        meaning=st.sampled_from(list(Meaning)),
        reasons=st.sampled_from(["", "Because."]),
        right=st.booleans(),
    )
    def sign(
        self, pick: int, which: int, role: Role, meaning: Meaning, reasons: str, right: bool
    ) -> None:
        """Sign in any role, with any meaning, with the right password or a wrong one."""
        review, login = self.one(self.opened, which), self.one(self.logins, pick)
        if review is None or login is None:
            return
        self._sign(login, review, role, meaning, reasons, PROOF if right else WRONG)

    def _sign(
        self,
        login: str,
        review: UUID,
        role: Role,
        meaning: Meaning,
        reasons: str,
        proof: Password = PROOF,
    ) -> None:
        """Sign the current dossier of a review."""
        seen = self.newest("dossiers", "review_id", review)
        made = self.attempt(
            "sign-off",
            login,
            lambda work: reviews.sign(
                work,
                review,
                role=role,
                meaning=meaning,
                reasons=reasons,
                dossier=seen,
                proof=proof,
            ),
        )
        if made is not None:
            self.signed.append((review, made.id))

    @rule(pick=ANY, which=ANY)
    def sign_an_old_dossier(self, pick: int, which: int) -> None:
        """Sign a dossier of another review, or of long ago."""
        review, login = self.one(self.opened, which), self.one(self.logins, pick)
        digests = [row["digest"] for row in self.checker.rows["dossiers"]]
        seen = self.one(digests, which)
        if review is None or seen is None:
            return
        self.attempt(
            "sign-off over an old dossier",
            login,
            lambda work: reviews.sign(
                work,
                review,
                role=Role.CLINICAL_LEAD,
                meaning=Meaning.SUPPORT,
                reasons="",
                dossier=seen,
                proof=PROOF,
            ),
        )

    @rule(pick=ANY, which=ANY, own=st.booleans())
    def withdraw_a_signoff(self, pick: int, which: int, own: bool) -> None:
        """Take a sign-off back: one's own, or somebody else's."""
        found = self.one(self.signed, which)
        if found is None:
            return
        review, signoff = found
        login = self.one(self.logins, pick)
        if own:
            (row,) = [one for one in self.checker.rows["signoffs"] if one["id"] == signoff.hex]
            login = next(
                one["login"] for one in self.checker.rows["people"] if one["id"] == row["person_id"]
            )
        self.attempt(
            "withdrawal",
            login,
            lambda work: reviews.withdraw(
                work, review, signoff, reasons="second look", proof=PROOF
            ),
        )

    @rule(
        pick=ANY,
        which=ANY,
        outcome=st.sampled_from(list(Outcome)),
        conditions=st.integers(0, 1),
        days=st.sampled_from([None, 10, 300, 5000]),
    )
    def decide(
        self, pick: int, which: int, outcome: Outcome, conditions: int, days: int | None
    ) -> None:
        """Decide anything, by anybody."""
        review, login = self.one(self.opened, which), self.one(self.logins, pick)
        if review is not None and login is not None:
            self._decide(login, review, outcome, conditions=conditions, days=days)

    def _decide(
        self,
        login: str,
        review: UUID,
        outcome: Outcome,
        *,
        conditions: int = 0,
        days: int | None = None,
    ) -> bool:
        """Decide a review, perhaps with a condition before go-live; tell whether it went."""
        today = self.world.clock.moment.date()
        asked = [
            ConditionAsked(
                text="Train the staff.",
                when=When.BEFORE,
                owner="model.owner",
                verifier="clinical.safety.officer",
                due=today + timedelta(days=14),
                site="Hungary",
                evidence_needed="Signed list",
                consequence="It does not begin.",
            )
        ] * conditions
        made = self.attempt(
            f"decision: {outcome}",
            login,
            lambda work: reviews.decide(
                work,
                review,
                outcome=outcome,
                reasons="As the dossier says.",
                proof=PROOF,
                conditions=asked,
                valid_until=None if days is None else today + timedelta(days=days),
            ),
        )
        return made is not None

    @rule(pick=ANY, which=ANY)
    def close_a_condition(self, pick: int, which: int) -> None:
        """Close the first condition of a decision."""
        review = self.one(self.opened, which)
        login = self.one(["clinical.safety.officer", *self.logins], pick)
        if review is None:
            return
        self.attempt(
            "closure",
            login,
            lambda work: reviews.close_condition(work, review, 1, evidence="list", proof=PROOF),
        )

    # Reviews, helped along.

    @rule(
        which=ANY,
        steps=st.integers(1, 6),
        conditions=st.sampled_from([False, False, True]),
        site=st.sampled_from(SITES),
    )
    def help_reviews_along(self, which: int, steps: int, conditions: bool, site: str) -> None:
        """Do the next few things that reviews wait for."""
        for _ in range(steps):
            self.help_a_review_along(which, conditions=conditions, site=site)
            self.checker.step()

    def help_a_review_along(self, which: int, *, conditions: bool, site: str = "Hungary") -> None:
        """Do the next thing that an open review waits for, by somebody who may.

        Where none is open, one is opened for a site.
        """
        decided = {row["review_id"] for row in self.checker.rows["decisions"]}
        under_way = [one for one in self.opened if one.hex not in decided]
        review = self.one(under_way, which)
        if review is None:
            self.open_a_review(
                pick=self.logins.index("model.owner"),
                number=1,
                places=[site],
                rung=Rung.PILOT,
            )
            return
        view = self.read(lambda work: reviews.view(work, review))
        if view.changed:
            self.attempt("refrozen", "model.owner", lambda work: reviews.refreeze(work, review))
            return
        if self._waive_along(view, which):
            return
        for awaited in view.documents.awaited:
            role = Role(awaited["role"])
            login = self.one(self.holders(role), which)
            if login is not None:
                self._sign(login, review, role, SIGNERS[role], "")
            return
        lead = self.one(self.holders(Role.CLINICAL_LEAD), which)
        outcome = Outcome.APPROVE_WITH_CONDITIONS if conditions else Outcome.APPROVE
        if lead is None:
            return
        if not self._decide(lead, review, outcome, conditions=int(conditions)):
            self._decide(lead, review, Outcome.DECLINE)  # it stands in the way of the next

    def _waive_along(self, view: reviews.View, which: int) -> bool:
        """Have the first gap of a review waived that is not; tell whether there was one."""
        review, over = view.review.id, view.documents.digest
        waived = {one["document"]["id"] for one in view.waivers if one["state"] == Standing.GRANTED}
        lacking = [gap.id for gap in self.checker.gaps(over) if gap.id not in waived]
        if not lacking:
            return False
        under_way = [
            one
            for one in view.waivers
            if one["state"] == Standing.OPEN and one["document"]["id"] == lacking[0]
        ]
        number = under_way[0]["number"] if under_way else None
        if number is None:
            number = self._propose_a_waiver("model.owner", review, lacking[0], days=30)
        signed = False
        for role in SIGNERS:
            login = self.one(self.holders(role), which)
            if login is not None and number is not None:
                signed = self._sign_a_waiver(login, review, number, role) or signed
        return signed

    def _propose_a_waiver(self, login: str, review: UUID, name: str, *, days: int) -> int | None:
        """Propose a waiver of a criterion; return its number."""
        until = self.world.clock.moment.date() + timedelta(days=days)
        what = Named(of=Of.CRITERION, id=name)
        return self.attempt(
            "waiver",
            login,
            lambda work: (
                reviews.propose_waiver(
                    work, review, what, reason="rare disease", until=until
                ).number
            ),
        )

    def _sign_a_waiver(self, login: str, review: UUID, number: int, role: Role) -> bool:
        """Sign a waiver in a role; tell whether it went."""
        made = self.attempt(
            "waiver signed",
            login,
            lambda work: reviews.sign_waiver(work, review, number, role=role, proof=PROOF),
        )
        return made is not None

    # Hospitals.

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

    # People and time.

    @rule(pick=ANY, whose=ANY, role=ROLES, grant=st.booleans())
    def grant_or_revoke(self, pick: int, whose: int, role: Role, grant: bool) -> None:
        """Grant somebody a role, or take one back."""
        login = self.one(["enroller", *self.logins], pick)
        target = self.logins[whose % len(self.logins)]
        if grant:
            site = "Hungary" if role in {OFFICER, EXECUTIVE} else None
            wanted = RoleIn.model_validate({"role": role.value, "why": "asked", "site": site})
            self.attempt("granted", login, lambda work: people.grant(work, target, wanted))
        else:
            taken = RoleRevocationIn.model_validate({"role": role.value, "why": "asked"})
            self.attempt("revoked", login, lambda work: people.revoke(work, target, taken))

    @rule(days=st.sampled_from([0.1, 1, 20, 200, 400]))
    def pass_time(self, days: float) -> None:
        """Let time pass: conditions fall due, approvals lapse."""
        self.world.clock.advance(days=days)

    # The laws.

    @invariant()
    def the_laws_hold(self) -> None:
        """After every step, by code that calls none of the rules."""
        self.checker.step()
