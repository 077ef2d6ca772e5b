"""Plans: the risk management plan of a model, `cmr.risk_plan/1`, and what it must hold."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from registry.domain.errors import BadInputError
from registry.domain.hazards.matrix import Matrix
from registry.domain.people import Role

PLAN_SCHEMA: Final = "cmr.risk_plan/1"
NEVER_ACCEPTABLE: Final = 5


def require_plan(fields: Mapping[str, Any], *, today: date) -> Matrix:
    """Return the matrix of a plan that can be followed.

    Parameters
    ----------
    fields : mapping
        ``scope``, ``acceptable_rating``, ``criteria``, ``people``, ``review_by``, ``matrix``.
    today : date

    Raises
    ------
    BadInputError
        When no clinical safety officer is named, the review date is past, a plan would accept
        everything, or its matrix is not whole: names the field.
    """
    if not 1 <= fields["acceptable_rating"] < NEVER_ACCEPTABLE:
        raise BadInputError(
            "write 1, 2, 3 or 4: a plan that accepts a rating of 5 accepts everything.",
            field="acceptable_rating",
        )
    if Role.CLINICAL_SAFETY_OFFICER.value not in {one["role"] for one in fields["people"]}:
        raise BadInputError(
            f"name who is the {Role.CLINICAL_SAFETY_OFFICER}, with role = "
            f"“{Role.CLINICAL_SAFETY_OFFICER}”.",
            field="people",
        )
    if date.fromisoformat(fields["review_by"]) <= today:
        raise BadInputError(
            "is not in the future; say by when the plan is reviewed.", field="review_by"
        )
    return Matrix.read(fields.get("matrix") or {})


def plan(
    fields: Mapping[str, Any],
    matrix: Matrix,
    *,
    model: str,
    number: int,
    written: Mapping[str, Any],
) -> dict[str, Any]:
    """Return a plan as it is kept and signed; its digest is the plan's.

    Parameters
    ----------
    fields : mapping
        As `require_plan` takes them.
    matrix : Matrix
    model : str
    number : int
        The how-manieth plan of the model it is.
    written : mapping
        ``{"by": person, "at": time}``.
    """
    return {
        "schema": PLAN_SCHEMA,
        "model": model,
        "number": number,
        "scope": fields["scope"],
        "acceptable_rating": fields["acceptable_rating"],
        "criteria": fields["criteria"],
        "people": [dict(one) for one in fields["people"]],
        "review_by": fields["review_by"],
        "matrix": matrix.document(),
        "written": dict(written),
    }
