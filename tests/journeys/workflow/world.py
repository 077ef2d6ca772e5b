"""World: one registry that the machine works in, put back to its beginning for every example."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from registry.domain.errors import RegistryError
from registry.domain.people import Actor, Role
from registry.services.work import Work, Workshop
from tests.conftest import FrozenClock
from tests.factories.deployments import EXECUTIVE, OFFICER, allow_pilots, make_post
from tests.factories.people import make_person
from tests.factories.reviews import make_case
from tests.factories.templates import Template, home_of
from tests.journeys.workflow.checker import Row, Rows, moment, queries_of, read_json

Made = TypeVar("Made")

# Beside one person in each role: a second holder of roles that decide, and two whose roles meet
# in one person, so that they may be author and approver at once, or fill two required roles.
OTHERS = {
    "second.lead": (Role.CLINICAL_LEAD,),
    "engineer.and.lead": (Role.ML_ENGINEER, Role.CLINICAL_LEAD, Role.CLINICAL_SAFETY_OFFICER),
    "steward.and.validator": (Role.DATA_STEWARD, Role.INDEPENDENT_VALIDATOR),
}

# At Cleveland so few were examined that the criterion of each sex rests on too little: a version
# is approved for it by a waiver, or not at all.
FEW = 40
DUAL_ROLES = (Role.CLINICAL_SAFETY_OFFICER, Role.CLINICAL_LEAD)
WAIVERS = '\n[tiers."fast track".waivers]\ncriteria = ["any"]\nmonths = 3\n'
DUAL = f"dual_roles = [{[role.value for role in DUAL_ROLES]}]\n"


@dataclass
class World:
    """A registry with a measured version and people, and the way back to that beginning.

    Attributes
    ----------
    workshop : Workshop
    clock : FrozenClock
    protocol : str
        Digest of the protocol by which tables are measured.
    """

    workshop: Workshop
    clock: FrozenClock
    protocol: str
    template: Template
    began: datetime
    queries: dict[str, str]

    @classmethod
    def found(cls, workshop: Workshop, clock: FrozenClock) -> "World":
        """Set a registry up, once, and keep it as it is then."""
        case = make_case(workshop)
        allow_pilots(case.registry, keys=DUAL, tables=WAIVERS)
        case.measure(site="Cleveland", exams=FEW)
        for login, roles in OTHERS.items():
            make_person(case.registry, login, *roles)
        for site in ("Hungary", "Cleveland"):
            for role, name in ((OFFICER, "officer"), (EXECUTIVE, "executive")):
                make_post(case.registry, f"{site.lower()}.{name}", role, site)
        return cls(
            workshop=workshop,
            clock=clock,
            protocol=case.protocol,
            template=Template.keep(workshop),
            began=clock.moment,
            queries=queries_of(workshop.engine),
        )

    def begin_anew(self) -> None:
        """Put everything back to the beginning."""
        self.clock.moment = self.began
        shutil.rmtree(home_of(self.workshop) / "checkpoints", ignore_errors=True)
        self.template.restore(self.workshop)

    def actor(self, rows: Rows, login: str) -> Actor:
        """Return somebody as signed in now: with the roles that the rows give them."""
        (row,) = [one for one in rows["people"] if one["login"] == login]
        named = [one for one in rows["person_records"] if one["subject_id"] == row["id"]]
        newest = max(named, key=lambda one: one["number"])
        grants = [(Role(one["role"]), one["site_id"]) for one in held(rows, row["id"])]
        emergency = [
            one["id"]
            for one in rows["emergencies"]
            if one["person_id"] == row["id"]
            and one["ended_at"] is None
            and moment(one["until"]) > self.clock.moment
        ]
        sites = {one["id"]: one["name"] for one in rows["sites"]}
        everywhere = {role for role, site in grants if site is None}
        return Actor(
            id=UUID(row["id"]),
            login=login,
            name=read_json(newest["document"])["name"],
            roles=frozenset(role for role, _ in grants),
            via="session",
            emergency=UUID(emergency[0]) if emergency else None,
            posts=frozenset(
                (role, sites[site])
                for role, site in grants
                if site is not None and role not in everywhere
            ),
        )

    def attempt(self, actor: Actor, act: Callable[[Work], Made]) -> Made | None:
        """Let somebody try something; None where the registry refuses it.

        A refusal is an answer like any other. Anything else that is raised is a fault.
        """
        try:
            with self.workshop.begin(actor) as work:
                return act(work)
        except RegistryError:
            return None

    def read(self, actor: Actor, act: Callable[[Work], Made]) -> Made:
        """Look something up."""
        with self.workshop.begin(actor, reads=True) as work:
            return act(work)


def held(rows: Rows, person: str) -> list[Row]:
    """Return the grants of a person that nobody took back."""
    return [
        one
        for one in rows["person_roles"]
        if one["person_id"] == person and one["revoked_at"] is None
    ]
