"""Safety: what a card says of hazards, incidents and failures, in labelled sentences."""

from collections.abc import Mapping, Sequence
from typing import Any

from registry.domain.hazards import transferred
from registry.domain.incidents import IncidentState
from registry.domain.judgements import wording
from registry.domain.judgements.exhibits import Document

NONE = "None is recorded."


def lines(dossier: Document) -> list[tuple[str, str]]:
    """Return what a card says of safety, as labels and sentences, in the order of weight.

    A version without a hazard log says so: silence would read as if nothing could go wrong.
    """
    part = dossier.get("hazards")
    found = [("Hazard log", _log(part))]
    if part is not None:
        found += _risks(part)
    for label, key, words in (
        ("Incidents", "incidents", _incidents),
        ("Failures looked at", "failure_reviews", _failures),
    ):
        if dossier.get(key):
            found.append((label, words(dossier[key])))
    return found


def _log(part: Document | None) -> str:
    """Return which issue of the log was approved by whom, and whether it changed since."""
    if part is None:
        return NONE
    log = part["log"]
    if log is None:
        return "No issue of it is approved."
    by = log["approved"]
    registered = f" ({by['registration']})" if by["registration"] else ""
    words = f"Issue {log['number']}, approved {wording.day(by['at'])} by {by['by']['name']}, "
    words += f"{by['role']}{registered}, under risk management plan {log['plan']}."
    changed = [str(one["number"]) for one in part["changed_since"]]
    if changed:
        words += f" Since then changed: hazard {wording.listed(changed)}."
    return words


def _risks(part: Document) -> list[tuple[str, str]]:
    """Return how the hazards are rated, which are rated highest, and which were handed over."""
    hazards = part["hazards"]
    if not hazards:
        return [("Residual risk", "No hazard of this version is on the log.")]
    ratings = sorted({_rank(one) for one in hazards}, reverse=True)
    counted = wording.listed(
        [f"{sum(_rank(one) == rank for one in hazards)} {_rated(rank)}" for rank in ratings]
    )
    acceptable = part["plan"]["acceptable_rating"]
    words = f"{wording.counted(len(hazards), 'hazard')}: {counted}, of 5; acceptable is "
    words += f"{acceptable} or lower. {_overall(part)}"
    highest = [one for one in hazards if _rank(one) == ratings[0]]
    named = "; ".join(_named(one) for one in highest)
    found = [("Residual risk", words.strip()), ("Rated highest", f"{named}.")]
    handed = [
        f"{one['name']} to {one['to']}: {one['must_do'].rstrip('.')} ({_accepted(one)})"
        for one in transferred(hazards)
    ]
    return [*found, ("Handed over", "; ".join(handed) + ".")] if handed else found


def _rank(hazard: Document) -> int:
    """Return the rating that counts; what nobody rated stands above all."""
    return 6 if hazard["rating"] is None else int(hazard["rating"])


def _rated(rank: int) -> str:
    """Return a rating in words."""
    return "not rated" if rank > 5 else f"rated {rank}"  # noqa: PLR2004 -- the highest rating


def _named(hazard: Document) -> str:
    """Return a hazard by its number and name, and what keeps it so high."""
    because = f" ({hazard['because']})" if hazard["because"] else ""
    return f"{hazard['number']}, {hazard['name']}{because}"


def _accepted(handed: Mapping[str, Any]) -> str:
    """Return who accepted a hazard that was handed over."""
    by = handed["accepted_by"]
    return f"accepted by {by}" if by else "not accepted yet"


def _overall(part: Document) -> str:
    """Return what the safety officer approved as the sum of it."""
    return "" if part["log"] is None else str(part["log"]["overall"])


def _incidents(incidents: Sequence[Document]) -> str:
    """Return how many incidents there were, and those that are not closed."""
    left = [one for one in incidents if one["state"] != IncidentState.CLOSED]
    words = (
        f"{wording.counted(len(incidents), 'incident')} with this version, {len(left)} not closed"
    )
    told = [f"{one['number']} of {one['happened_on']}, harm: {one['harm']}" for one in left]
    return wording.sentence(words + (f": {'; '.join(told)}" if told else ""))


def _failures(reviews: Sequence[Document]) -> str:
    """Return of each evidence how many of its failures somebody looked at, and what is left."""
    told = []
    for one in reviews:
        counts = [count for count in one["failures"].values() if count is not None]
        known = len(counts) == len(one["failures"])
        of = f"{one['looked_at']} of {sum(counts) if known else 'an unknown number'}"
        left = sum(group["count"] for group in one["groups"] if not group["resolved"])
        state = f"{left} unresolved" if left else "none unresolved"
        by = one["reviewed"]["by"]["name"]
        told.append(f"{of} of evidence {one['evidence']}, by {by}; {state}")
    return wording.sentence(". ".join(told))
