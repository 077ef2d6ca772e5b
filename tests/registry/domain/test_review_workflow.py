"""Reviews under any sequence of acts: the rules alone, driven by a machine.

Seven people with random roles sign, object, withdraw, change the record, refreeze and decide in
any order; what a rule refuses does not happen. After every act the laws of governance hold.
"""

from collections.abc import Callable
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from registry.domain import reviews
from registry.domain.errors import RegistryError
from registry.domain.people import Actor, Role
from registry.domain.policies import APPROVING, Meaning, read
from registry.domain.reviews import Outcome, SignOff, required_roles, valid
from registry.domain.stages import Stage, transition
from tests.registry.domain.test_policies import TEXT
from tests.registry.domain.test_reviews import criterion

RULES = read(TEXT).rules("fast track")
PEOPLE = 7
ROLES = [rule.role for rule in (*RULES.signoffs, *RULES.optional)]
AUTHOR = UUID(int=0)


class Workflow(RuleBasedStateMachine):
    """One version, its reviews, and everybody who may have a say."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage.REGISTERED
        self.record = 0
        self.frozen = 0
        self.signoffs: list[SignOff] = []
        self.approved: tuple[str, list[SignOff], UUID] | None = None
        self.verdict = "met"

    @initialize(roles=st.lists(st.sets(st.sampled_from(ROLES)), min_size=PEOPLE, max_size=PEOPLE))
    def enrol(self, roles: list[set[Role]]) -> None:
        """Enrol people with roles; the first is the author."""
        self.people = [
            Actor(id=UUID(int=n), login=f"p{n}", name=f"P{n}", roles=frozenset(held), via="session")
            for n, held in enumerate(roles)
        ]

    @property
    def dossier(self) -> str:
        """The digest of the frozen dossier."""
        return f"sha256:{self.frozen}"

    @rule()
    def open_or_refreeze(self) -> None:
        """Freeze the record as it is now."""
        if self.stage is Stage.IN_REVIEW:
            self.frozen = self.record
            return
        self.attempt(lambda: transition(self.stage, Stage.IN_REVIEW))

    def attempt(self, move: Callable[[], object]) -> None:
        """Go into review where the table of moves lets the version."""
        try:
            move()
        except RegistryError:
            return
        self.stage, self.frozen, self.signoffs = Stage.IN_REVIEW, self.record, []

    @rule(verdict=st.sampled_from(["met", "met", "not met", "insufficient evidence"]))
    def change_the_record(self, verdict: str) -> None:
        """Measure something anew."""
        self.record += 1
        self.verdict = verdict

    @rule(
        n=st.integers(0, PEOPLE - 1),
        meaning=st.sampled_from(list(Meaning)),
        role=st.sampled_from(ROLES),
        reasons=st.sampled_from(["", "Because."]),
    )
    def sign(self, n: int, meaning: Meaning, role: Role, reasons: str) -> None:
        """Sign as somebody in a role they hold."""
        person = self.people[n]
        if self.stage is not Stage.IN_REVIEW or role not in person.roles:
            return
        wanted = SignOff(
            person=person.id, name=person.name, role=role, meaning=meaning, dossier=self.dossier
        )
        try:
            reviews.check_signoff(
                wanted,
                reasons=reasons,
                dossier=self.dossier,
                authors={AUTHOR: "heart-cad/1"},
                given=self.signoffs,
                rules=RULES,
            )
        except RegistryError:
            return
        self.signoffs.append(wanted)

    @rule()
    def sign_as_everybody(self) -> None:
        """Let everybody who may support do so, so that approvals are reached at all."""
        for n, person in enumerate(self.people):
            for role in sorted(person.roles):
                self.sign(n, Meaning.SUPPORT, role, "")

    @rule(place=st.integers(0, 20))
    def withdraw(self, place: int) -> None:
        """Take a sign-off back."""
        if self.stage is Stage.IN_REVIEW and place < len(self.signoffs):
            one = self.signoffs[place]
            self.signoffs[place] = SignOff(
                person=one.person,
                name=one.name,
                role=one.role,
                meaning=one.meaning,
                dossier=one.dossier,
                active=False,
            )

    @rule(n=st.integers(0, PEOPLE - 1), outcome=st.sampled_from(list(Outcome)))
    def decide(self, n: int, outcome: Outcome) -> None:
        """Decide as somebody; what blocks leaves everything as it was."""
        if self.stage is not Stage.IN_REVIEW or self.frozen != self.record:
            return
        decider = self.people[n]
        try:
            reviews.check_decider(
                decider,
                rules=RULES,
                authors={AUTHOR: "heart-cad/1"},
                signoffs=self.signoffs,
                dossier=self.dossier,
            )
        except RegistryError:
            return
        blocked = reviews.blockers(
            RULES,
            requirements=[],
            criteria=[criterion(self.verdict)],
            signoffs=self.signoffs,
            dossier=self.dossier,
            holders={},
        )
        conditions = int(outcome is Outcome.APPROVE_WITH_CONDITIONS)
        if reviews.decide(outcome, blocked=blocked, conditions=conditions, reasons="Because."):
            return
        self.settle(outcome, decider.id)

    def settle(self, outcome: Outcome, decider: UUID) -> None:
        """Move the version as decided, by the table of moves."""
        wanted = {Outcome.DECLINE: Stage.DECLINED, Outcome.RE_REVIEW: Stage.REGISTERED}
        after = wanted.get(outcome, Stage.APPROVED)
        transition(self.stage, after)
        self.stage = after
        if after is Stage.APPROVED:
            assert self.verdict == "met"
            self.approved = (self.dossier, list(self.signoffs), decider)

    @invariant()
    def approved_means_signed(self) -> None:
        """No approval without every role, each over the dossier that was approved."""
        if self.stage is Stage.APPROVED:
            assert self.approved is not None
            dossier, given, _ = self.approved
            counted = valid(given, dossier)
            assert required_roles(RULES) <= {s.role for s in counted if s.meaning not in _NO_SAY}

    @invariant()
    def author_never_approves(self) -> None:
        """Find the author neither among those who support nor as the one who decided."""
        assert not any(s.person == AUTHOR and s.meaning in APPROVING for s in self.signoffs)
        assert self.approved is None or self.approved[2] != AUTHOR

    @invariant()
    def nobody_sits_twice(self) -> None:
        """One person, one required role on one dossier."""
        seats = [
            s.person for s in valid(self.signoffs, self.dossier) if s.role in required_roles(RULES)
        ]
        assert len(seats) == len(set(seats))

    @invariant()
    def safety_officer_was_heard(self) -> None:
        """No approval over an objection of the clinical safety officer."""
        if self.approved is not None:
            dossier, given, _ = self.approved
            assert reviews.objections(given, dossier=dossier) == []


_NO_SAY = {Meaning.OBJECT, Meaning.ABSTAIN, Meaning.AUTHORSHIP}

TestWorkflow = Workflow.TestCase
TestWorkflow.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


def test_an_approval_can_be_reached() -> None:
    """The machine's laws are not true for want of approvals: a straight way ends in one."""
    machine = Workflow()
    named = [RULES.signoffs[n % 3].role for n in range(PEOPLE)]
    machine.enrol([set(), *({role} for role in named[: PEOPLE - 1])])
    machine.open_or_refreeze()
    machine.sign_as_everybody()
    for n in range(PEOPLE):
        machine.decide(n, Outcome.APPROVE)
    assert machine.stage is Stage.APPROVED
    machine.teardown()
