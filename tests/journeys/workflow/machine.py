"""Machine: anybody tries anything in any order, and after every step the laws hold.

Some rules are wild: any person, role, meaning and digest. Some help things along, so that
approvals, deployments and permits are reached too, and not only refused.
"""

from collections import Counter
from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.domain.people import Role
from registry.domain.policies import Rung
from registry.services.work import Work
from tests.factories.templates import home_of
from tests.journeys.workflow.laws.checker import Checker
from tests.journeys.workflow.world import World, held

Made = TypeVar("Made")

MODEL = "heart-cad"
SITES = ("Hungary", "Cleveland")
MOST_VERSIONS = 3

ROLES = st.sampled_from(list(Role))
RUNGS = st.sampled_from(list(Rung))
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
        self.checker = Checker(
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

    @rule(days=st.sampled_from([0.1, 1, 20, 200, 400]))
    def pass_time(self, days: float) -> None:
        """Let time pass: conditions fall due, approvals lapse."""
        self.world.clock.advance(days=days)

    # The laws.

    @invariant()
    def the_laws_hold(self) -> None:
        """After every step, by code that calls none of the rules."""
        self.checker.step()
