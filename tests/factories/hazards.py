"""Hazards for tests: a plan, a hazard and its controls, each with whole defaults."""

from typing import Any

from registry.domain.people import Role
from registry.services import hazards
from registry.shapes.hazard_plans import HazardPlanIn
from registry.shapes.hazards import HazardIn, HazardRecordIn
from tests.factories.people import PROOF, Registry

MAJOR_MEDIUM = {"severity": "major", "likelihood": "medium"}  # 3 on the shipped matrix
MAJOR_RARE = {"severity": "major", "likelihood": "very low"}  # 2


def plan_in(**changes: Any) -> HazardPlanIn:  # noqa: ANN401 -- any field may be changed
    """Return a whole risk management plan."""
    whole = {
        "scope": "heart-cad in the chest pain clinic",
        "acceptable_rating": 2,
        "criteria": "A rating of 3 is brought to the safety board.",
        "people": [{"name": "Samira Haddad", "role": "clinical safety officer"}],
        "review_by": "2027-11-30",
    }
    return HazardPlanIn.model_validate(whole | changes)


def control(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return a control that nobody has verified."""
    whole = {
        "text": "Nobody leaves the waiting list on a low score",
        "kind": "business process",
        "owner": "Waiting list office",
        "implemented": True,
        "verification": [],
        "introduces": [],
    }
    return whole | changes


def shown_by(**link: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return what shows that a control works."""
    names = ("evidence", "criterion", "document", "statement", "version")
    return {"what": "It was tried", **dict.fromkeys(names), **link}


def fields(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return what is recorded of a hazard, whole: rated 3, said to be 2 after its control."""
    whole = {
        "name": "Missed obstruction",
        "description": "A low score for a patient with an obstructed vessel",
        "causes": ["Atypical symptoms"],
        "harm": "Infarction while waiting",
        "prompt": "missed-positive",
        "initial": MAJOR_MEDIUM,
        "controls": [control()],
        "residual": MAJOR_RARE,
        "justification": None,
        "status": "open",
        "transfer": None,
        "versions": [],
    }
    return whole | changes


def on_log(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 -- likewise
    """Return a hazard as the log has it."""
    return {"number": 1, "record": 1, **fields(**changes)}


def make_plan(registry: Registry, model: str = "heart-cad", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Write a plan as the model owner, and approve it as the clinical safety officer."""
    with registry.work(Role.MODEL_OWNER) as work:
        made = hazards.write_plan(work, model, plan_in(**changes))
    with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        return hazards.approve_plan(
            work, model, made["number"], digest=made["digest"], reasons="", proof=PROOF
        )


def make_hazard(registry: Registry, model: str = "heart-cad", **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Put a hazard on the log as the ML engineer."""
    with registry.work(Role.ML_ENGINEER) as work:
        return hazards.raise_hazard(work, model, HazardIn.model_validate(fields(**changes)))


def supersede(registry: Registry, number: int = 1, **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    """Record a hazard of heart-cad anew, as the ML engineer."""
    said = HazardRecordIn.model_validate({**fields(**changes), "why": "The control was tried"})
    with registry.work(Role.ML_ENGINEER) as work:
        return hazards.supersede(work, "heart-cad", number, said)


def make_log(registry: Registry, model: str = "heart-cad") -> dict[str, Any]:
    """Issue the log as the ML engineer, and approve it as the clinical safety officer."""
    with registry.work(Role.ML_ENGINEER) as work:
        made = hazards.issue(work, model, overall="What remains is a longer wait for few.")
    with registry.work(Role.CLINICAL_SAFETY_OFFICER) as work:
        return hazards.approve_log(
            work, model, made["number"], digest=made["digest"], reasons="", proof=PROOF
        )
