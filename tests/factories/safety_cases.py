"""Safety cases for tests: what people write, whole, and a case as the rules see it."""

from typing import Any

from registry.domain.people import Actor, Role
from registry.services import safety_cases
from registry.shapes.safety_cases import AuthoredIn, SafetyCaseIn
from tests.factories.hazards import on_log
from tests.factories.people import PROOF, Registry


def link(**to: Any) -> dict[str, Any]:  # noqa: ANN401 -- a number or a word
    """Return what a claim points to."""
    names = ("hazard", "evidence", "criterion", "statement", "document")
    return dict.fromkeys(names) | {"why": "It was tried."} | to


def claim(*links: dict[str, Any], **changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field
    """Return a claim; it points to hazard 1 unless something else is given."""
    whole = {
        "id": "C1",
        "claim": "No patient leaves the list because of a low score.",
        "argument": "The list is ordered and never cut.",
        "under": None,
        "evidence": list(links) or [link(hazard=1)],
    }
    return whole | changes


def authored(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any field may be changed
    """Return what people write in a case about a release."""
    whole = {
        "phase": "delivery",
        "purpose": "Release for a pilot at Hungary.",
        "strategy": "Each hazard is shown to be controlled.",
        "claims": [claim()],
        "benefit": "Those who need it most are seen earlier.",
        "summary": "The residual risk is acceptable for a pilot at Hungary.",
    }
    return AuthoredIn.model_validate(whole | changes).model_dump(mode="json")


def of_site(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return what people write in a hospital's case."""
    return authored(
        **{
            "phase": "deployment",
            "environment": "The angiography scheduler of the chest pain clinic",
            "customisations": "None.",
            "decommissioning": "The list is ordered by date of referral again.",
        }
        | changes
    )


def hazard(number: int = 1, rating: int | None = 2, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a hazard as a dossier judges it."""
    judged = {"number": number, "rating": rating, "because": "", "unverified": 0}
    return {**on_log(), **judged, **changes}


def case(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- any part may be changed
    """Return a case as it is kept, with one hazard that its claim speaks of, lacking nothing."""
    approved = {"by": {"name": "Samira Haddad"}, "at": "2026-11-23T09:50:00Z"}
    generated: dict[str, Any] = {
        "management": {"plan": {"number": 1, "approved": approved}},
        "hazards": {
            "plan": {"acceptable_rating": 2},
            "log": {"number": 1},
            "changed_since": [],
            "hazards": [hazard()],
        },
        "tests": {"criteria": []},
        "evidence": [{"id": "e1", "number": 1}],
        "standing": None,
    }
    generated |= changes.pop("generated", {})
    return {"site": None, "authored": authored(), "generated": generated} | changes


def write(
    registry: Registry,
    by: Role | Actor = Role.MODEL_OWNER,
    *,
    version: str = "heart-cad/1",
    site: str | None = None,
    **changes: Any,  # noqa: ANN401 -- any field may be changed
) -> dict[str, Any]:
    """Write a case about a version, or about it at a hospital, and return it."""
    said = authored(**changes) if site is None else of_site(**changes)
    body = SafetyCaseIn.model_validate({**said, "version": version, "site": site})
    with registry.work(by) as work:
        return safety_cases.write(work, body)


def sign(
    registry: Registry,
    made: dict[str, Any],
    by: Role | Actor = Role.CLINICAL_SAFETY_OFFICER,
    **changes: Any,  # noqa: ANN401 -- any argument may be changed
) -> dict[str, Any]:
    """Sign a case as its safety officer, and return it."""
    said = {"digest": made["digest"], "reasons": "", "proof": PROOF} | changes
    with registry.work(by) as work:
        return safety_cases.sign(work, made["id"], **said)
