"""People: their roles, two roles in one person, and emergency access."""

from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import rule

from registry.domain.emergencies import Finding
from registry.domain.people import Role
from registry.services import dual_roles, emergencies, people
from registry.shapes.people import DualRoleIn, DualRoleRevocationIn, RoleIn, RoleRevocationIn
from tests.factories.deployments import EXECUTIVE, OFFICER
from tests.factories.people import PROOF
from tests.journeys.workflow.machine import ANY, ROLES, Workflow
from tests.journeys.workflow.world import DUAL_ROLES


class People(Workflow):
    """Who may do what, and who breaks the glass."""

    def __init__(self) -> None:
        super().__init__()
        self.emergencies: list[UUID] = []

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

    @rule(pick=ANY, whose=ANY, declare=st.sampled_from([True, True, False]))
    def declare_a_dual_role(self, pick: int, whose: int, declare: bool) -> None:
        """Declare that somebody may fill the two roles that the policy names, or take it back."""
        login = self.one(["enroller", *self.logins], pick)
        target = self.one(["engineer.and.lead", *self.logins], whose)
        said = {"roles": [role.value for role in DUAL_ROLES], "why": "asked"}
        if target is None:
            return
        if declare:
            dual = DualRoleIn.model_validate(said)
            self.attempt("dual role", login, lambda work: dual_roles.declare(work, target, dual))
        else:
            taken = DualRoleRevocationIn.model_validate(said)
            self.attempt(
                "dual role revoked", login, lambda work: dual_roles.revoke(work, target, taken)
            )

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
