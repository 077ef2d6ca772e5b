"""Reviews for tests: a version with everything a review asks for, and people to sign it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from registry.domain.conditions import When
from registry.domain.people import Actor, Role
from registry.domain.policies import Meaning, Rung
from registry.domain.reviews import Outcome
from registry.domain.scopes import Scope
from registry.domain.signatures import Proof
from registry.services import reviews
from registry.services.reviews import ConditionAsked, View
from registry.services.work import Workshop
from tests.factories.evidence import make_evidence, make_signed_protocol, rows, table
from tests.factories.people import PROOF, Registry, make_registry
from tests.factories.records import make_model, make_sites, make_statements, make_version
from tests.factories.templates import Template

SIGNERS = {
    Role.INDEPENDENT_VALIDATOR: Meaning.REVIEW,
    Role.CLINICAL_SAFETY_OFFICER: Meaning.SUPPORT,
    Role.CLINICAL_LEAD: Meaning.SUPPORT,
}
WELL_MEASURED = 240


@dataclass(kw_only=True)
class Case:
    """A registry in which version 1 of heart-cad was measured at Hungary and stands ready."""

    registry: Registry
    protocol: str

    def open(
        self,
        number: int = 1,
        *,
        reason: str = "",
        **changes: Any,  # noqa: ANN401 -- any part of a scope
    ) -> UUID:
        """Open a review as the model owner and return its id."""
        with self.registry.work(Role.MODEL_OWNER) as work:
            asked = scope(**changes)
            return reviews.open_review(work, "heart-cad", number, scope=asked, reason=reason).id

    def view(self, review: UUID) -> View:
        """Return a review as it stands."""
        with self.registry.work(Role.AUDITOR) as work:
            return reviews.view(work, review)

    def sign(
        self,
        review: UUID,
        role: Role,
        *,
        meaning: Meaning | None = None,
        reasons: str = "",
        dossier: str | None = None,
        proof: Proof = PROOF,
        by: Actor | None = None,
    ) -> UUID:
        """Sign a review, by the role's person unless somebody else is named; return the id."""
        seen = dossier or self.view(review).documents.digest
        with self.registry.work(by or role) as work:
            return reviews.sign(
                work,
                review,
                role=role,
                meaning=meaning or SIGNERS[role],
                reasons=reasons,
                dossier=seen,
                proof=proof,
            ).id

    def sign_all(self, review: UUID) -> None:
        """Sign a review in every role that the fast track asks for."""
        for role in SIGNERS:
            self.sign(review, role)

    def decide(
        self,
        review: UUID,
        outcome: Outcome = Outcome.APPROVE,
        *,
        by: Role | Actor = Role.CLINICAL_LEAD,
        **changes: Any,  # noqa: ANN401 -- any part of a decision
    ) -> None:
        """Decide a review as the clinical lead."""
        said: dict[str, Any] = {"reasons": "The bounds hold at Hungary.", "proof": PROOF}
        with self.registry.work(by) as work:
            reviews.decide(work, review, outcome=outcome, **said | changes)

    def approved(self, number: int = 1, **changes: Any) -> UUID:  # noqa: ANN401 -- likewise
        """Open, sign and approve a review; return its id."""
        review = self.open(number, **changes)
        self.sign_all(review)
        self.decide(review)
        return review

    def measure(
        self, number: int = 1, *, site: str = "Hungary", exams: int = WELL_MEASURED
    ) -> UUID:
        """Measure a version at a site; return the evidence's id."""
        content = table(rows(site=site, exams=exams))
        return make_evidence(self.registry, self.protocol, content, number=number)


def scope(**changes: Any) -> Scope:  # noqa: ANN401 -- any part of a scope
    """Return the scope of a pilot at Hungary."""
    whole: dict[str, Any] = {
        "sites": ("Hungary",),
        "population": "Adults referred to angiography",
        "use": "Order the waiting list",
        "rung": Rung.PILOT,
        "site_prevalence": {},
    }
    return Scope(**whole | changes)


def make_case(workshop: Workshop, **model: Any) -> Case:  # noqa: ANN401 -- any field of the model
    """Return a registry in which version 1 lacks nothing but a review.

    It is set up once for each kind of database and each model, and copied from then on.
    """
    told = repr(sorted(model.items()))
    key = (workshop.engine.url.get_backend_name(), told, workshop.clock())
    if key not in _KEPT:
        case = _set_up(workshop, **model)
        _KEPT[key] = Template.keep(workshop), case.registry.people, case.protocol
        return case
    template, people, protocol = _KEPT[key]
    template.restore(workshop)
    return Case(registry=Registry(workshop=workshop, people=dict(people)), protocol=protocol)


_KEPT: dict[tuple[str, str, datetime], tuple[Template, dict[Role, Actor], str]] = {}


def _set_up(workshop: Workshop, **model: Any) -> Case:  # noqa: ANN401 -- likewise
    """Take a registry as far as version 1 measured at Hungary."""
    registry = make_registry(workshop)
    make_sites(registry)
    make_model(registry, **model)
    make_version(registry)
    make_statements(registry)
    case = Case(registry=registry, protocol=make_signed_protocol(registry))
    case.measure()
    return case


def condition(**changes: Any) -> ConditionAsked:  # noqa: ANN401 -- any part of a condition
    """Return a condition before go-live at Hungary, owned and verified by two people."""
    whole: dict[str, Any] = {
        "text": "Train the staff of the waiting list.",
        "when": When.BEFORE,
        "owner": "model.owner",
        "verifier": "clinical.safety.officer",
        "due": date(2027, 1, 29),
        "site": "Hungary",
        "evidence_needed": "Signed attendance list",
        "consequence": "The pilot does not begin.",
    }
    return ConditionAsked(**whole | changes)
