"""Requiring: what a policy, and the plan itself, ask of the hazards in a dossier."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from registry.domain.asked import requirement
from registry.domain.hazards.records import Status
from registry.domain.people import Role
from registry.domain.policies import HazardRules

Part = Mapping[str, Any]


def require(
    part: Part | None, rules: HazardRules | None, *, today: date
) -> Iterator[dict[str, Any]]:
    """Yield every requirement on a version's hazards with its status.

    Without rules of the policy the plan's own limit still binds, as soon as there is a plan.

    Parameters
    ----------
    part : mapping or None
        The dossier's part on hazards; None where the model has neither plan nor hazard.
    rules : HazardRules or None
        What the policy asks at the tier.
    today : date
        When it is judged: a plan whose review is overdue by then does not count.
    """
    if part is None and rules is None:
        return
    found: Part = part or {"plan": None, "log": None, "changed_since": [], "hazards": []}
    asked = rules or HazardRules()
    if asked.plan_approved:
        yield _plan(found, today)
    if asked.log_approved:
        yield _log(found)
    limit = limit_of(found, asked)
    if limit is not None:
        yield _residual(found["hazards"], limit)
    if asked.all_verified:
        yield _verified(found["hazards"])
    if asked.none_open:
        yield _none_open(found["hazards"])


def limit_of(part: Part, rules: HazardRules | None) -> int | None:
    """Return the highest rating that is acceptable: the stricter of plan and policy."""
    said = [] if part["plan"] is None else [part["plan"]["acceptable_rating"]]
    if rules is not None and rules.highest_residual is not None:
        said.append(rules.highest_residual)
    return min(said, default=None)


def exceeds(rating: int | None, limit: int | None) -> bool:
    """Tell whether a rating is above what is acceptable; what is not rated always is."""
    return rating is None or (limit is not None and rating > limit)


def _plan(part: Part, today: date) -> dict[str, Any]:
    """Judge whether the safety officer approved the plan, and its review is not overdue."""
    key, text = "hazards.plan", "The risk management plan is approved, and not due for review"
    officer = Role.CLINICAL_SAFETY_OFFICER
    plan = part["plan"]
    if plan is None:
        because = "There is none; `cmr hazard plan write` records one."
        return requirement(key, text, "missing", because, Role.MODEL_OWNER)
    if plan["approved"] is None:
        because = f"Plan {plan['number']} waits for the clinical safety officer."
        return requirement(key, text, "missing", because, officer)
    if date.fromisoformat(plan["review_by"]) < today:
        because = f"Plan {plan['number']} was to be reviewed by {plan['review_by']}."
        return requirement(key, text, "missing", because, officer)
    return requirement(key, text)


def _log(part: Part) -> dict[str, Any]:
    """Judge whether an issue of the log is approved, under this plan, and nothing changed since."""
    key, text = "hazards.log", "The hazard log is approved as it stands"
    log, officer = part["log"], Role.CLINICAL_SAFETY_OFFICER
    if log is None:
        because = "No issue of the log is approved; `cmr hazard log issue`, then `approve`."
        return requirement(key, text, "missing", because, officer)
    if log["plan"] != part["plan"]["number"]:
        because = (
            f"Issue {log['number']} was made under plan {log['plan']}; plan "
            f"{part['plan']['number']} is in force."
        )
        return requirement(key, text, "missing", because, officer)
    changed = [f"{one['number']} ({one['what']})" for one in part["changed_since"]]
    if changed:
        because = f"Since issue {log['number']} changed: hazard {', '.join(changed)}."
        return requirement(key, text, "missing", because, officer)
    return requirement(key, text)


def _residual(hazards: Sequence[Part], limit: int) -> dict[str, Any]:
    """Judge whether every hazard counts as no more than is acceptable.

    A hazard that would be acceptable were its controls verified is missing its verification; one
    that would not be is not met.
    """
    key, text = "hazards.residual", f"No hazard is rated above {limit}, which is acceptable"
    above = [one for one in hazards if exceeds(one["rating"], limit)]
    if not above:
        return requirement(key, text)
    never = [one for one in above if exceeds(_said(one), limit)]
    because = " ".join(_sentence(one) for one in never or above)
    if never:
        return requirement(key, text, "not met", because, None)
    return requirement(key, text, "missing", because, Role.MODEL_OWNER)


def _said(hazard: Part) -> int | None:
    """Return the residual rating as it is said; the initial one where none is, None if unrated."""
    risk = hazard["residual"] or hazard["initial"]
    rating: int | None = risk["rating"]
    return rating


def _sentence(hazard: Part) -> str:
    """Return one hazard above the limit as a sentence."""
    rating = "is not rated" if hazard["rating"] is None else f"counts as {hazard['rating']}"
    because = f": {hazard['because']}" if hazard["because"] else ""
    return f"Hazard {hazard['number']}, {hazard['name']}, {rating}{because}."


def _verified(hazards: Sequence[Part]) -> dict[str, Any]:
    """Judge whether every control of every hazard is verified."""
    key, text = "hazards.verified", "Every control of every hazard is verified"
    left = [one for one in hazards if one["unverified"]]
    if not left:
        return requirement(key, text)
    because = " ".join(
        f"Hazard {one['number']}, {one['name']}: {one['unverified']} of {len(one['controls'])} "
        "controls are not."
        for one in left
    )
    return requirement(key, text, "missing", because, Role.MODEL_OWNER)


def _none_open(hazards: Sequence[Part]) -> dict[str, Any]:
    """Judge whether nothing is left to do on our side."""
    key, text = "hazards.open", "No hazard is open"
    left = [str(one["number"]) for one in hazards if one["status"] == Status.OPEN]
    if not left:
        return requirement(key, text)
    because = f"Open: hazard {', '.join(left)}; close them, or hand them over."
    return requirement(key, text, "missing", because, Role.MODEL_OWNER)
