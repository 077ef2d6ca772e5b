"""Issuing: freezing a model's hazard log under a number, and having the issue approved."""

from collections.abc import Iterator
from typing import Any

from registry.domain import hazards as rules
from registry.domain.digests import canonical
from registry.domain.errors import ConflictError, WaitingError
from registry.domain.people import Action
from registry.domain.signatures import Proof
from registry.domain.trail import Act, instant_text
from registry.services.hazards import approving
from registry.services.work import Work
from registry.store import hazard_plans, hazards, models, people
from registry.store.hazards import HazardLogRow
from registry.store.models import ModelRow


def issue(work: Work, model: str, *, overall: str) -> dict[str, Any]:
    """Freeze the log of a model as it stands now, under the next number.

    Raises
    ------
    WaitingError
        When no plan of the model is approved: it says what is acceptable.
    ConflictError
        When the log is empty.
    BadInputError
        When nothing is said of the residual risk as a whole, or a hazard is not rated.
    """
    by = work.require(Action.HAZARD_RECORD)
    row = models.get(work.session, model)
    plan = hazard_plans.newest_approved(work.session, hazard_plans.of_model(work.session, row.id))
    if plan is None:
        raise WaitingError(
            f"{model} has no approved risk management plan.",
            waits_for=["The clinical safety officer approves it: `cmr hazard plan approve`."],
        )
    matrix = hazard_plans.matrix_of(plan)
    found = [
        rules.judged(one, matrix)
        for one in hazards.recorded_of(work.session, work.artifacts, row.id)
    ]
    rules.require_issuable(found, overall=overall)
    number = len(hazards.logs_of(work.session, row.id)) + 1
    document = rules.issue(
        found,
        plan=plan.document,
        plan_digest=plan.digest,
        number=number,
        overall=overall,
        issued={"by": people.reference(work.session, by.id), "at": instant_text(work.now())},
    )
    made = HazardLogRow(
        id=work.new_id(),
        model_id=row.id,
        number=number,
        plan_id=plan.id,
        digest=work.artifacts.put_bytes(canonical(document)).digest,
        issued_by=by.id,
        issued_at=work.now(),
    )
    work.session.add(made)
    work.session.flush()
    work.record(
        Act.HAZARD_LOG_ISSUED,
        subject=f"model {row.name}",
        after={
            "issue": number,
            "digest": made.digest,
            "hazards": len(found),
            "highest": document["highest"],
        },
    )
    return _described(work, row, made)


def approve_log(
    work: Work, model: str, number: int, *, digest: str, reasons: str, proof: Proof
) -> dict[str, Any]:
    """Approve an issue of the log as clinical safety officer.

    Raises
    ------
    ConflictError
        When it is approved already, is not the newest issue, the log changed since, or another
        document was seen.
    ForbiddenError
        When the person is no clinical safety officer, or the proof does not hold.
    """
    work.require(Action.HAZARD_APPROVE)
    found = models.get(work.session, model)
    row = hazards.get_log(work.session, found, number)
    _require_newest(work, found, row)
    approving.approve(
        work,
        digest=row.digest,
        seen=digest,
        subject=f"model {model}, hazard log issue {number}",
        meaning="approval of the hazard log",
        reasons=reasons,
        proof=proof,
    )
    work.record(
        Act.HAZARD_LOG_APPROVED,
        subject=f"model {model}",
        why=reasons,
        after={"issue": number, "digest": row.digest},
    )
    return _described(work, found, row)


def _require_newest(work: Work, model: ModelRow, row: HazardLogRow) -> None:
    """Refuse to approve an issue that the records have left behind."""
    newest = hazards.logs_of(work.session, model.id)[-1]
    if newest.id != row.id:
        raise ConflictError(f"Issue {newest.number} of the log is newer; approve that one.")
    changed = _changed(work, model, row)
    if changed:
        named = ", ".join(str(one["number"]) for one in changed)
        raise ConflictError(
            f"Hazard {named} changed since issue {row.number}; issue the log anew with "
            "`cmr hazard log issue`."
        )


def logs(work: Work, model: str) -> list[dict[str, Any]]:
    """Return the issues of a model's log, oldest first."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, model)
    return [_described(work, row, one) for one in hazards.logs_of(work.session, row.id)]


def log_shown(work: Work, model: str, number: int) -> dict[str, Any]:
    """Return one issue of a model's log."""
    work.require(Action.RECORD_READ)
    row = models.get(work.session, model)
    return _described(work, row, hazards.get_log(work.session, row, number))


def log_bytes(work: Work, model: str, number: int) -> tuple[str, Iterator[bytes]]:
    """Return the digest and the exact bytes of an issue: what the safety officer signs."""
    work.require(Action.RECORD_READ)
    row = hazards.get_log(work.session, models.get(work.session, model), number)
    return row.digest, work.artifacts.open(row.digest)


def _described(work: Work, model: ModelRow, row: HazardLogRow) -> dict[str, Any]:
    """Return an issue, who approved it, and what changed since."""
    return {
        **hazards.log_described(work.session, work.artifacts, row),
        "changed_since": _changed(work, model, row),
    }


def _changed(work: Work, model: ModelRow, row: HazardLogRow) -> list[dict[str, Any]]:
    """Return the hazards that were added or recorded anew since an issue."""
    frozen = hazards.document_of(work.artifacts, row)["hazards"]
    now = hazards.recorded_of(work.session, work.artifacts, model.id)
    return rules.changed_since(frozen, now)
