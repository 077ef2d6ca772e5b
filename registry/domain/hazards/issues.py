"""Issues: the hazard log frozen under a number, `cmr.hazard_log/1`, for the safety officer."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from registry.domain.errors import BadInputError, ConflictError
from registry.domain.hazards.judging import transferred

LOG_SCHEMA: Final = "cmr.hazard_log/1"


def require_issuable(hazards: Sequence[Mapping[str, Any]], *, overall: str) -> None:
    """Refuse to issue a log that says nothing.

    Raises
    ------
    ConflictError
        When there is no hazard: no model is without one.
    BadInputError
        When nothing is said of the residual risk as a whole, or a hazard is not rated.
    """
    if not hazards:
        raise ConflictError(
            "The log holds no hazard; `cmr hazard prompts` lists what to begin with."
        )
    if not overall.strip():
        raise BadInputError(
            "say what the residual risk amounts to as a whole, beside the benefit.",
            field="overall",
        )
    unrated = [str(one["number"]) for one in hazards if one["rating"] is None]
    if unrated:
        raise BadInputError(
            f"the plan's matrix has other words than hazard {', '.join(unrated)}; rate it anew.",
            field="hazards",
        )


def issue(
    hazards: Sequence[Mapping[str, Any]],
    *,
    plan: Mapping[str, Any],
    plan_digest: str,
    number: int,
    overall: str,
    issued: Mapping[str, Any],
) -> dict[str, Any]:
    """Return one issue of a model's log: what the clinical safety officer approves.

    Parameters
    ----------
    hazards : sequence of mapping
        Judged, in the order of their numbers.
    plan : mapping
        The approved plan under which they are rated.
    plan_digest : str
    number : int
        The how-manieth issue it is.
    overall : str
        What the residual risk amounts to as a whole.
    issued : mapping
        ``{"by": person, "at": time}``.
    """
    return {
        "schema": LOG_SCHEMA,
        "model": plan["model"],
        "number": number,
        "plan": {"number": plan["number"], "digest": plan_digest},
        "acceptable_rating": plan["acceptable_rating"],
        "overall": overall.strip(),
        "counts": counts(hazards),
        "highest": highest(hazards),
        "transferred": transferred(hazards),
        "hazards": [dict(one) for one in hazards],
        "issued": dict(issued),
    }


def counts(hazards: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many hazards have each rating, 1 to 5; unrated ones under “unrated”."""
    found = {str(rating): 0 for rating in range(1, 6)}
    for one in hazards:
        key = "unrated" if one["rating"] is None else str(one["rating"])
        found[key] = found.get(key, 0) + 1
    return found


def highest(hazards: Sequence[Mapping[str, Any]]) -> int | None:
    """Return the highest rating that counts; None where there is no rated hazard."""
    return max((one["rating"] for one in hazards if one["rating"] is not None), default=None)


def changed_since(
    issued: Sequence[Mapping[str, Any]], now: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the hazards that were added or recorded anew since an issue."""
    known = {one["number"]: one["record"] for one in issued}
    return [
        {
            "number": one["number"],
            "name": one["name"],
            "what": "added" if one["number"] not in known else "recorded anew",
        }
        for one in now
        if known.get(one["number"]) != one["record"]
    ]
