"""Afterwards: what becomes of a decision, and of what is said before it."""

from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.comments import CommentKind, CommentState
from registry.domain.people import Role
from registry.services import reviews
from tests.factories.people import PROOF
from tests.factories.reviews import SIGNERS
from tests.journeys.workflow.acts.helping import Helping
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS


class Afterwards(Helping):
    """Comments, conditions, waivers and suspensions, and what time brings."""

    @rule()
    def sweep(self) -> None:
        """Let the registry do what time has brought: remind, suspend, let lapse."""
        self.reached["swept"] += reviews.sweep(self.world.workshop)

    @rule(pick=ANY, number=NUMBERS, back=st.booleans())
    def suspend_or_reinstate(self, pick: int, number: int, back: bool) -> None:
        """Suspend a version by signature, or bring it back."""
        login = self.one(["clinical.safety.officer", "clinical.lead", *self.logins], pick)
        act = reviews.reinstate if back else reviews.suspend
        self.attempt(
            f"version: {act.__name__}",
            login,
            lambda work: act(work, MODEL, number, reasons="Seen in the log.", proof=PROOF),
        )

    @rule(pick=ANY, which=ANY, kind=st.sampled_from(list(CommentKind)))
    def comment(self, pick: int, which: int, kind: CommentKind) -> None:
        """Say something of a dossier, or ask for its change."""
        review, login = self.one(self.opened, which), self.one(self.logins, pick)
        if review is not None:
            self.attempt(
                "comment",
                login,
                lambda work: reviews.comment(work, review, kind=kind, text="Look again."),
            )

    @rule(
        pick=ANY,
        which=ANY,
        number=st.integers(1, 2),
        state=st.sampled_from([CommentState.ANSWERED, CommentState.WITHDRAWN]),
    )
    def end_a_comment(self, pick: int, which: int, number: int, state: CommentState) -> None:
        """Answer a comment or withdraw it."""
        review = self.one(self.opened, which)
        login = self.one(["model.owner", *self.logins], pick)
        if review is not None:
            self.attempt(
                f"comment {state}",
                login,
                lambda work: reviews.end_comment(work, review, number, state=state, text="So."),
            )

    @rule(pick=ANY, which=ANY, days=st.sampled_from([1, 14, 60]))
    def extend_or_answer_a_condition(self, pick: int, which: int, days: int) -> None:
        """Hand in what shows that a condition is met, or give it more time."""
        review = self.one(self.opened, which)
        login = self.one(["model.owner", "clinical.lead", *self.logins], pick)
        if review is None:
            return
        if pick % 2:
            due = self.world.clock.moment.date() + timedelta(days=days)
            self.attempt(
                "condition extended",
                login,
                lambda work: reviews.extend(work, review, 1, due=due, reasons="ill", proof=PROOF),
            )
        else:
            self.attempt(
                "condition submitted",
                login,
                lambda work: reviews.submit(work, review, 1, evidence="The list"),
            )

    @rule(
        pick=ANY,
        which=ANY,
        role=st.sampled_from(list(SIGNERS)),
        number=st.integers(0, 2),
        name=st.sampled_from(["fairness", "fairness", "discrimination"]),
        days=st.sampled_from([1, 30, 80, 800]),
    )
    def waive(self, pick: int, which: int, role: Role, number: int, name: str, days: int) -> None:
        """Propose a waiver of a criterion (0), or sign one that there may be, by anybody."""
        review = self.one(self.opened, which)
        if review is None:
            return
        if number:
            login = self.one([*self.holders(role), *self.logins], pick)
            if login is not None:
                self._sign_a_waiver(login, review, number, role)
            return
        proposer = self.one(["model.owner", *self.logins], pick)
        if proposer is not None:
            self._propose_a_waiver(proposer, review, name, days=days)
