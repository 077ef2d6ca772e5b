"""Lacking: what a safety case must not lack when it is signed, and what it leaves open."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from registry.domain.hazards import exceeds

Document = Mapping[str, Any]

_FEW: Final = 4  # hazards that are called by their names


def lacks(case: Document) -> list[str]:
    """Return what stands between a case and its signature, each as a sentence; none where nothing.

    The safety officer may sign a case that shows a criterion not met: that is what a case is for.
    They may not sign one that argues nothing, that rests on a log nobody approved, or that passes
    over a hazard rated higher than the plan accepts.
    """
    hazards = case["generated"]["hazards"]
    return [
        *lacks_of_records(case["generated"]["management"]["plan"], hazards),
        *_argument(case["authored"]["claims"]),
        *_passed_over(case, hazards),
        *_not_accepted(case),
    ]


def lacks_of_records(plan: Document | None, hazards: Document | None) -> list[str]:
    """Return what of plan and hazard log stands against a signature, whatever is written."""
    return list(_records(plan, hazards))


def _records(plan: Document | None, hazards: Document | None) -> Iterator[str]:
    """Say which record is not approved, or no longer as it was approved."""
    if plan is None or hazards is None:
        yield "There is no risk management plan; `cmr hazard plan write` records one."
        return
    if plan["approved"] is None:
        yield f"Risk management plan {plan['number']} waits for the clinical safety officer."
    if hazards["log"] is None:
        yield "No issue of the hazard log is approved; `cmr hazard log issue`, then `approve`."
    changed = [str(one["number"]) for one in hazards["changed_since"]]
    if changed and hazards["log"] is not None:
        yield (
            f"Hazard {', '.join(changed)} changed since issue {hazards['log']['number']} of the "
            "log was approved; issue it anew."
        )


def _argument(claims: Sequence[Document]) -> Iterator[str]:
    """Say that nothing is claimed, or which claim nothing carries."""
    if not claims:
        yield "It claims nothing; write at least one [[claims]] with what shows it."
    above = {one["under"] for one in claims}
    for one in claims:
        if not one["evidence"] and one["id"] not in above:
            yield f"Claim {one['id']} rests on nothing: it has neither evidence nor a claim below."


def _passed_over(case: Document, hazards: Document | None) -> Iterator[str]:
    """Say which hazard above what is acceptable no claim speaks of."""
    for hazard in too_high(case):
        if hazard["number"] not in spoken_of(case):
            rated = "is not rated" if hazard["rating"] is None else f"is rated {hazard['rating']}"
            limit = hazards["plan"]["acceptable_rating"] if hazards else None
            yield (
                f"Hazard {hazard['number']}, {hazard['name']}, {rated}, above {limit}, which is "
                "acceptable, and no claim speaks of it."
            )


def _not_accepted(case: Document) -> Iterator[str]:
    """Say which hazard was handed over to the hospital and is not accepted there."""
    for hazard in handed_over(case):
        if not hazard["accepted_by"]:
            yield (
                f"Hazard {hazard['number']}, {hazard['name']}, was handed over to {case['site']} "
                "and is not accepted there."
            )


def too_high(case: Document) -> list[Document]:
    """Return the hazards that count as more than the plan accepts."""
    hazards = case["generated"]["hazards"]
    if hazards is None:
        return []
    limit = hazards["plan"]["acceptable_rating"]
    return [one for one in hazards["hazards"] if exceeds(one["rating"], limit)]


def spoken_of(case: Document) -> set[int]:
    """Return the numbers of the hazards that some claim points to."""
    return {
        link["hazard"]
        for claim in case["authored"]["claims"]
        for link in claim["evidence"]
        if link.get("hazard") is not None
    }


def handed_over(case: Document) -> list[Document]:
    """Return the hazards that a hospital's case takes over; none where it is the release's."""
    site = case["generated"].get("site")
    return [] if site is None else list(site["dossier"]["transferred_hazards"])


def open_points(case: Document) -> list[str]:
    """Return what a case leaves open and shows loudly, each as a sentence."""
    return [
        *_too_high(case),
        *_unspoken(case),
        *_unverified(case),
        *_claimed_unmet(case),
        *_without_release(case),
    ]


def _too_high(case: Document) -> Iterator[str]:
    """Say which hazards count as more than is acceptable, where a claim speaks of them."""
    spoken = spoken_of(case)
    left = [one for one in too_high(case) if one["number"] in spoken]
    if left:
        limit = case["generated"]["hazards"]["plan"]["acceptable_rating"]
        verb = "counts" if len(left) == 1 else "count"
        yield (
            f"{_named(left)} {verb} as more than {limit}, which is acceptable; the argument speaks "
            "of it."
        )


def _named(hazards: Sequence[Document]) -> str:
    """Return hazards by number, and by name where there are few."""
    if len(hazards) == 1:
        return f"Hazard {hazards[0]['number']}, {hazards[0]['name']},"
    numbers = [
        f"{one['number']} ({one['name']})" if len(hazards) <= _FEW else str(one["number"])
        for one in hazards
    ]
    return f"Hazards {', '.join(numbers)}"


def _unspoken(case: Document) -> Iterator[str]:
    """Say of which hazards no claim speaks, though their rating is acceptable."""
    hazards = case["generated"]["hazards"]
    high = {one["number"] for one in too_high(case)}
    left = [
        str(one["number"])
        for one in (hazards or {"hazards": ()})["hazards"]
        if one["number"] not in spoken_of(case) | high
    ]
    if left:
        yield f"No claim speaks of hazard {', '.join(left)}."


def _unverified(case: Document) -> Iterator[str]:
    """Say of which hazards some control is not shown to work."""
    hazards = case["generated"]["hazards"]
    left = [
        f"of hazard {one['number']}, {one['unverified']} of {len(one['controls'])}"
        for one in (hazards or {"hazards": ()})["hazards"]
        if one["unverified"]
    ]
    if left:
        yield f"Controls that are not verified: {'; '.join(left)}."


def _claimed_unmet(case: Document) -> Iterator[str]:
    """Say which claim points to a criterion that is not met in the scope."""
    tests, evidence = case["generated"]["tests"], case["generated"]["evidence"]
    number_of = {one["id"]: one["number"] for one in evidence}
    unmet: dict[tuple[int | None, str], str] = {}
    for one in tests["criteria"]:
        unmet.setdefault((number_of.get(one["evidence"]), one["id"]), one["verdict"])
    for claim in case["authored"]["claims"]:
        for link in claim["evidence"]:
            verdict = unmet.get((link.get("evidence"), link.get("criterion") or ""))
            if verdict is not None:
                yield (
                    f"Claim {claim['id']} points to “{link['criterion']}” on evidence "
                    f"{link['evidence']}, which is: {verdict}."
                )


def _without_release(case: Document) -> Iterator[str]:
    """Say that whoever made the model has no signed case, where a hospital relies on one."""
    parts = case["generated"]
    if "site" in parts and parts["release_case"] is None:
        yield "The release itself has no signed safety case (DCB0129)."
