"""New information: what the safety records say now that a frozen dossier did not."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from registry.domain.failure_reviews import unresolved
from registry.domain.hazards import exceeds, limit_of
from registry.domain.incidents import IncidentState
from registry.domain.policies import Harm

Document = Mapping[str, Any]
_KINDS = ("incident", "failure review")
NONE: Document = {"plan": None, "log": None, "changed_since": [], "hazards": []}


def since(dossier: Document, now: Document) -> list[dict[str, Any]]:
    """Return what became known about a version's safety since its dossier was frozen.

    Parameters
    ----------
    dossier : mapping
        As it was frozen.
    now : mapping
        ``hazards``, ``incidents`` and ``failure_reviews`` as freezing would have them now.

    Returns
    -------
    list of dict
        ``{"kind", "subject", "what", "grave", "at"}``: kind is hazard, incident or failure review,
        `at` the time of the record that says so, where there is one. What is grave stands first
        and asks for somebody's attention: a hazard above what is acceptable, an open incident with
        severe harm, a failure that nobody resolved.
    """
    found = [
        *_hazards(dossier.get("hazards") or NONE, now.get("hazards") or NONE),
        *_incidents(dossier.get("incidents") or (), now.get("incidents") or ()),
        *_failures(dossier.get("failure_reviews") or (), now.get("failure_reviews") or ()),
    ]
    return sorted(found, key=lambda one: not one["grave"])


def _news(subject: str, what: str, *, grave: bool = False, at: str | None = None) -> dict[str, Any]:
    """Return one thing that is new."""
    kind = next((word for word in _KINDS if subject.startswith(word)), "hazard")
    return {"kind": kind, "subject": subject, "what": what, "grave": grave, "at": at}


def _hazards(then: Document, now: Document) -> Iterator[dict[str, Any]]:
    """Yield hazards that were added, recorded anew or are rated otherwise, and newer issues."""
    limit = limit_of(now, None)
    ratings = {one["number"]: one["rating"] for one in then["hazards"]}
    for one in now["hazards"]:
        name = f"hazard {one['number']}"
        above = exceeds(one["rating"], limit)
        said = "is not rated" if one["rating"] is None else f"counts as {one['rating']}"
        at = (one.get("recorded") or {}).get("at")
        if one["number"] not in ratings:
            yield _news(name, f"{one['name']}: added, {said}.", grave=above, at=at)
        elif ratings[one["number"]] != one["rating"]:
            before = ratings[one["number"]]
            what = f"{one['name']}: {said}; it was {before or 'unrated'}."
            yield _news(name, what, grave=above, at=at)
    told = {(one["number"], one["what"]) for one in then["changed_since"]}
    for one in now["changed_since"]:
        if (one["number"], one["what"]) not in told:
            what = f"{one['name']}: {one['what']}, and not yet in an approved issue of the log."
            yield _news(f"hazard {one['number']}", what)
    for key, word in (("log", "issue {} of the hazard log"), ("plan", "plan {}")):
        newer = now[key]
        if newer is not None and newer["approved"] and newer != then[key]:
            at = newer["approved"].get("at")
            yield _news(word.format(newer["number"]), "was approved.", at=at)


def _incidents(then: Sequence[Document], now: Sequence[Document]) -> Iterator[dict[str, Any]]:
    """Yield incidents that were reported, and those whose state or harm changed."""
    known = {one["number"]: one for one in then}
    for one in now:
        before = known.get(one["number"])
        grave = one["state"] != IncidentState.CLOSED and Harm(one["harm"]).reaches(Harm.SEVERE)
        where = f" at {one['site']}" if one["site"] else ""
        what = f"{one['happened_on']}{where}, harm: {one['harm']}, {one['state']}."
        if before is None:
            yield _news(f"incident {one['number']}", what, grave=grave, at=one.get("recorded_at"))
        elif (before["state"], before["harm"]) != (one["state"], one["harm"]):
            was = f" It was {before['state']}, harm: {before['harm']}."
            at = one.get("recorded_at")
            yield _news(f"incident {one['number']}", what + was, grave=grave, at=at)


def _failures(then: Sequence[Document], now: Sequence[Document]) -> Iterator[dict[str, Any]]:
    """Yield reviews of failures that were recorded since."""
    known = {(one["evidence"], one["number"]) for one in then}
    for one in now:
        if (one["evidence"], one["number"]) not in known:
            left = sum(group["count"] for group in unresolved(one))
            what = f"{one['looked_at']} failures of evidence {one['evidence']} were looked at"
            settled = f"; {left} are unresolved." if left else "; all are resolved."
            at = (one.get("reviewed") or {}).get("at")
            subject = f"failure review {one['number']}"
            yield _news(subject, what + settled, grave=bool(left), at=at)
