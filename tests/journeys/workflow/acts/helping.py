"""Helping: the next thing that a review waits for, by somebody who may do it."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.people import Role
from registry.domain.policies import Rung
from registry.domain.reviews import Outcome
from registry.domain.waivers import Named, Of, Standing
from registry.services import reviews
from tests.factories.people import PROOF
from tests.factories.reviews import SIGNERS
from tests.journeys.workflow.acts.reviews import Reviews
from tests.journeys.workflow.machine import ANY, SITES


class Helping(Reviews):
    """Reviews that come to an approval, with waivers where something is lacking."""

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
