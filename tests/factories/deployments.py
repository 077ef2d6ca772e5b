"""Deployments for tests: people of a hospital, what it lays down, and the way to a rung."""

from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import resources
from typing import Any
from uuid import UUID

from registry.domain.monitoring import Statement
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning
from registry.services import deployments, policies
from registry.services.deployments import View
from registry.services.work import Workshop
from registry.shapes.site_plans import SITE_PLAN, SitePlanIn
from registry.store import policies as policies_store
from registry.store import sites
from registry.store.people import PersonRoleRow
from tests.factories.people import PROOF, Registry, make_person
from tests.factories.records import make_statements, make_version
from tests.factories.reviews import Case, make_case
from tests.factories.templates import Template

OFFICER, EXECUTIVE = Role.SITE_SAFETY_OFFICER, Role.SITE_EXECUTIVE
SAYS = {OFFICER: Meaning.SUPPORT, EXECUTIVE: Meaning.ACCEPT_RESIDUAL_RISK}


def plan(**changes: Any) -> SitePlanIn:  # noqa: ANN401 -- any part of a plan
    """Return a whole plan for a silent run, or for another rung without a silent plan."""
    whole: dict[str, Any] = SITE_PLAN | {"rollback": None, "monitoring": None, "stop_rules": []}
    if changes.get("rung", "silent") != "silent":
        whole = whole | {
            "silent_plan": None,
            "monitoring": SITE_PLAN["monitoring"] | {"baseline": None},
            "stop_rules": [SITE_PLAN["stop_rules"][0], SITE_PLAN["stop_rules"][2]],
        }
    return SitePlanIn.model_validate(whole | changes)


def make_post(registry: Registry, login: str, role: Role, site: str) -> Actor:
    """Enrol one more person with a role at a site alone; return them signed in."""
    bare = make_person(registry, login)
    with registry.workshop.begin(None) as work:
        work.session.add(
            PersonRoleRow(
                id=work.new_id(),
                person_id=bare.id,
                role=role,
                site_id=sites.get(work.session, site).id,
                why="appointed",
                granted_at=work.now(),
            )
        )
    return Actor(
        id=bare.id,
        login=login,
        name=bare.name,
        roles=frozenset({role}),
        via="session",
        posts=frozenset({(role, site)}),
    )


def allow_pilots(registry: Registry, *, keys: str = "", tables: str = "") -> None:
    """Register a policy under which a pilot asks for no silent run before it.

    `keys` are more lines of its fast track, `tables` more tables after it, both in TOML.
    """
    file = resources.files("registry.store") / policies_store.FOLDER / "standard-1.toml"
    text = file.read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    text = text.replace('["silent", "pilot"]', '["silent", "pilot", "general"]', 1)
    text = text.replace('criteria_from = "pilot"\n', f'criteria_from = "pilot"\n{keys}', 1)
    text += '\n[tiers."fast track".deployments.pilot]\nsilent_results = false\n'
    with registry.work(Role.ADMINISTRATOR) as work:
        policies.register(work, text + tables)


@dataclass(kw_only=True)
class Hospital:
    """Hungary, its two signatories, and a registry in which version 1 may be approved.

    Attributes
    ----------
    case : Case
    people : dict of Role to Actor
        The safety officer and the executive of Hungary.
    """

    case: Case
    people: dict[Role, Actor] = field(default_factory=dict)

    @property
    def registry(self) -> Registry:
        """The registry of the case."""
        return self.case.registry

    def propose(self, version: str = "heart-cad/1") -> UUID:
        """Propose a version at Hungary and return the deployment's id."""
        with self.registry.work(self.people[OFFICER]) as work:
            return deployments.propose(work, version, "Hungary").id

    def freeze(self, deployment: UUID, **changes: Any) -> str:  # noqa: ANN401 -- any part of a plan
        """Freeze a site dossier and return its digest."""
        with self.registry.work(self.people[OFFICER]) as work:
            return deployments.freeze(work, deployment, plan(**changes)).digest

    def sign(
        self,
        deployment: UUID,
        role: Role,
        *,
        meaning: Meaning | None = None,
        reasons: str = "The risk is borne.",
        dossier: str | None = None,
        by: Actor | None = None,
    ) -> None:
        """Sign the current site dossier, by the role's person unless somebody else is named."""
        current = self.view(deployment).dossier
        seen = dossier or (str(current["digest"]) if current else "")
        with self.registry.work(by or self.people[role]) as work:
            deployments.sign(
                work,
                deployment,
                role=role,
                meaning=meaning or SAYS[role],
                reasons=reasons,
                dossier=seen,
                proof=PROOF,
            )

    def start(self, deployment: UUID, **changes: Any) -> None:  # noqa: ANN401 -- likewise
        """Freeze a site dossier that both sign."""
        self.freeze(deployment, **changes)
        for role in SAYS:
            self.sign(deployment, role)

    def running(self, version: str = "heart-cad/1", **changes: Any) -> UUID:  # noqa: ANN401 -- likewise
        """Propose a version and start it; return the deployment's id."""
        deployment = self.propose(version)
        self.start(deployment, **changes)
        return deployment

    def view(self, deployment: UUID) -> View:
        """Return a deployment as it stands."""
        with self.registry.work(Role.AUDITOR) as work:
            return deployments.view(work, deployment)

    def second_version(self) -> None:
        """Register, measure and approve version 2 in the same scope."""
        make_version(self.registry, content=b'{"coefficients": [2, 3]}')
        make_statements(self.registry, number=2)
        self.case.measure(2)
        self.case.approved(2)

    def window(
        self,
        deployment: UUID,
        evidence: UUID,
        first: date,
        last: date,
        **changes: Any,  # noqa: ANN401 -- any part of a statement
    ) -> dict[str, Any]:
        """Hand a window in that meets the label rule, and return what was made of it."""
        said: dict[str, Any] = {
            "first": first,
            "last": last,
            "blinded": True,
            "completeness": 1.0,
            "labels": 1.0,
            "delay_days": 7,
            "negatives": "all",
        }
        with self.registry.work(Role.DATA_STEWARD) as work:
            return deployments.submit(
                work, deployment, evidence, Statement(**said | changes)
            ).document


_KEPT: dict[tuple[str, datetime], tuple[Template, Hospital]] = {}


def make_hospital(workshop: Workshop) -> Hospital:
    """Return Hungary with its two signatories, and version 1 approved for a pilot there.

    It is set up once for each kind of database, and copied from then on.
    """
    key = workshop.engine.url.get_backend_name(), workshop.clock()
    if key in _KEPT:
        template, kept = _KEPT[key]
        template.restore(workshop)
        registry = Registry(workshop=workshop, people=dict(kept.registry.people))
        case = Case(registry=registry, protocol=kept.case.protocol)
        return Hospital(case=case, people=dict(kept.people))
    case = make_case(workshop)
    case.approved()
    hospital = Hospital(case=case)
    for role, login in ((OFFICER, "ilona"), (EXECUTIVE, "bela")):
        hospital.people[role] = make_post(case.registry, login, role, "Hungary")
    _KEPT[key] = Template.keep(workshop), hospital
    return hospital
