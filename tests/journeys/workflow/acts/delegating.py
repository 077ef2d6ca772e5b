"""Delegating: signing in another's place."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.people import Role
from registry.domain.policies import Meaning
from registry.services import reviews
from tests.factories.people import PROOF
from tests.factories.reviews import SIGNERS
from tests.journeys.workflow.machine import ANY, Workflow


class Delegating(Workflow):
    """A role in a review, given to another for a while."""

    def __init__(self) -> None:
        super().__init__()
        self.delegated: list[tuple[UUID, Role, str, str]] = []

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
