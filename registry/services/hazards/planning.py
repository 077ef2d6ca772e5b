"""Planning: writing a model's risk management plan, and having it approved."""

from typing import Any

from registry.domain import hazards as rules
from registry.domain.digests import canonical
from registry.domain.people import Action
from registry.domain.signatures import Proof
from registry.domain.trail import Act, instant_text
from registry.services.hazards import approving
from registry.services.work import Work
from registry.shapes.hazard_plans import HazardPlanIn
from registry.store import hazard_plans, models, people
from registry.store.hazard_plans import HazardPlanRow


def write_plan(work: Work, model: str, plan: HazardPlanIn) -> dict[str, Any]:
    """Record the next risk management plan of a model; it counts once it is approved.

    Raises
    ------
    BadInputError
        When it could not be followed: names the field.
    """
    by = work.require(Action.HAZARD_RECORD)
    row = models.get(work.session, model)
    fields = plan.model_dump(mode="json", exclude_none=True)
    matrix = rules.require_plan(fields, today=work.now().date())
    number = len(hazard_plans.of_model(work.session, row.id)) + 1
    document = rules.plan(
        fields,
        matrix,
        model=row.name,
        number=number,
        written={
            "by": people.reference(work.session, by.id),
            "at": instant_text(work.now()),
        },
    )
    made = HazardPlanRow(
        id=work.new_id(),
        model_id=row.id,
        number=number,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        document=document,
        written_by=by.id,
        written_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    work.record(
        Act.HAZARD_PLAN_WRITTEN,
        subject=f"model {row.name}",
        after={
            "plan": number,
            "digest": made.digest,
            "acceptable_rating": fields["acceptable_rating"],
            "review_by": fields["review_by"],
        },
    )
    return hazard_plans.described(work.session, made)


def approve_plan(
    work: Work, model: str, number: int, *, digest: str, reasons: str, proof: Proof
) -> dict[str, Any]:
    """Approve a plan as clinical safety officer; the person proves again who they are.

    Raises
    ------
    ConflictError
        When it is approved already, or another document was seen.
    ForbiddenError
        When the person is no clinical safety officer, or the proof does not hold.
    """
    work.require(Action.HAZARD_APPROVE)
    row = hazard_plans.get(work.session, models.get(work.session, model), number)
    approving.approve(
        work,
        digest=row.digest,
        seen=digest,
        subject=f"model {model}, risk management plan {number}",
        meaning="approval of the risk management plan",
        reasons=reasons,
        proof=proof,
    )
    work.record(
        Act.HAZARD_PLAN_APPROVED,
        subject=f"model {model}",
        why=reasons,
        after={"plan": number, "digest": row.digest},
    )
    return hazard_plans.described(work.session, row)


def plans(work: Work, model: str) -> list[dict[str, Any]]:
    """Return the plans of a model, oldest first."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, model)
    return [
        hazard_plans.described(work.session, one)
        for one in hazard_plans.of_model(work.session, row.id)
    ]


def plan_shown(work: Work, model: str, number: int) -> dict[str, Any]:
    """Return one plan of a model."""
    work.require(Action.RECORD_READ)
    row = hazard_plans.get(work.session, models.get(work.session, model), number)
    return hazard_plans.described(work.session, row)
