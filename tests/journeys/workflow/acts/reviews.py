"""Reviews: opening, signing, withdrawing and deciding, by anybody."""

from datetime import timedelta
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.conditions import When
from registry.domain.people import Role
from registry.domain.policies import Meaning, Rung
from registry.domain.reviews import Outcome
from registry.domain.scopes import Scope
from registry.domain.signatures import Password
from registry.services import reviews
from registry.services.reviews import ConditionAsked
from tests.factories.people import PROOF
from tests.journeys.workflow.machine import ANY, MODEL, NUMBERS, ROLES, RUNGS, SITES, Workflow

WRONG = Password("not the password at all")
PLACES = st.lists(st.sampled_from(SITES), min_size=1, max_size=2, unique=True)


class Reviews(Workflow):
    """What is done in a review, with any role, meaning and digest."""

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
