"""World: one registry that the machine works in, put back to its beginning for every example."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from registry.domain.errors import RegistryError
from registry.domain.people import Actor, Role
from registry.services.work import Work, Workshop
from tests.conftest import FrozenClock
from tests.factories.deployments import EXECUTIVE, OFFICER, allow_pilots, make_post
from tests.factories.evidence import make_signed_protocol
from tests.factories.people import make_person
from tests.factories.reviews import make_case
from tests.factories.templates import Template, home_of
from tests.journeys.workflow.laws.rows import Row, Rows, moment, queries_of, read_json

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
    monitoring : str
        Digest of the protocol by which tables of monitoring are measured.
    further_on : dict of str to Template
        The registry as it was when somebody had taken it further, by a name.
    """

    workshop: Workshop
    clock: FrozenClock
    monitoring: str
    template: Template
    began: datetime
    queries: dict[str, str]
    further_on: dict[str, Template] = field(default_factory=dict)

    @classmethod
    def found(cls, workshop: Workshop, clock: FrozenClock) -> "World":
        """Return a registry as it was set up once for each kind of database."""
        key = workshop.engine.url.get_backend_name(), clock.moment
        if key not in _KEPT:
            protocol = _set_up(workshop)
            _KEPT[key] = Template.keep(workshop), protocol
        template, protocol = _KEPT[key]
        template.restore(workshop)
        return cls(
            workshop=workshop,
            clock=clock,
            monitoring=protocol,
            template=template,
            began=clock.moment,
            queries=queries_of(workshop.engine),
        )

    def keep(self, name: str) -> None:
        """Keep the registry as it is now, under a name."""
        self.further_on[name] = Template.keep(self.workshop)

    def begin_anew(self, name: str | None = None) -> None:
        """Put everything back to the beginning, or to what was kept under a name."""
        self.clock.moment = self.began
        shutil.rmtree(home_of(self.workshop) / "checkpoints", ignore_errors=True)
        template = self.template if name is None else self.further_on[name]
        template.restore(self.workshop)

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


_KEPT: dict[tuple[str, datetime], tuple[Template, str]] = {}


def _set_up(workshop: Workshop) -> str:
    """Set a registry up, and return the protocol of its monitoring."""
    case = make_case(workshop)
    allow_pilots(case.registry, keys=DUAL, tables=WAIVERS)
    case.measure(site="Cleveland", exams=FEW)
    monitoring = make_signed_protocol(case.registry, purpose="monitoring", name="Monitoring")
    for login, roles in OTHERS.items():
        make_person(case.registry, login, *roles)
    for site in ("Hungary", "Cleveland"):
        for role, name in ((OFFICER, "officer"), (EXECUTIVE, "executive")):
            make_post(case.registry, f"{site.lower()}.{name}", role, site)
    return monitoring
