"""Failure reviews: who looked at how many of a version's failures, and why they happened.

What is kept is counts by kind, cause and severity: no exam and no patient. The list that was
looked at stays where it was made, and is known by its digest.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from registry.domain.asked import requirement
from registry.domain.errors import BadInputError
from registry.domain.hazards.matrix import Matrix
from registry.domain.people import Role
from registry.domain.policies.hazards import FailureReviewRules

SCHEMA: Final = "cmr.failure_review/1"


class FailureKind(StrEnum):
    """What the version got wrong."""

    MISSED = "missed"
    FALSE_ALERT = "false alert"


class Cause(StrEnum):
    """Why it got it wrong, as far as somebody could tell."""

    INPUT_QUALITY = "poor or unusual input"
    ATYPICAL = "atypical presentation"
    MIMIC = "mimic"
    GROUP = "group with few in the training data"
    SHORTCUT = "sign that only goes with the answer"
    REFERENCE_STANDARD = "reference standard doubtful"
    THRESHOLD = "near the threshold"
    NO_SCORE = "no score"
    FAULT = "fault in software or interface"
    OTHER = "other"
    UNKNOWN = "unknown"


# Whose rates say how many failures of a kind there are: what is not right is wrong.
_RATES: Final = {FailureKind.MISSED: "sensitivity", FailureKind.FALSE_ALERT: "specificity"}


def failures_of(assessment: Mapping[str, Any]) -> dict[str, int | None]:
    """Return how many failures of each kind an assessment counts, as deployed, over everybody.

    Parameters
    ----------
    assessment : mapping
        `cmr.assessment/1`.

    Returns
    -------
    dict
        Kind → number over all findings; None where it is hidden or there is no threshold.
    """
    whole = [stratum for stratum in assessment["strata"] if not stratum["by"]]
    return {kind.value: _failures(whole, metric) for kind, metric in _RATES.items()}


def _failures(strata: Sequence[Mapping[str, Any]], metric: str) -> int | None:
    """Return how many were wrong over some strata, or None where one of them does not say."""
    found = 0
    for stratum in strata:
        estimate = stratum["estimates"].get(metric) or {}
        if estimate.get("n") is None or estimate.get("events") is None:
            return None
        found += round(estimate["n"]) - round(estimate["events"])
    return found if strata else None


def require_review(
    review: Mapping[str, Any], failures: Mapping[str, int | None], matrix: Matrix
) -> None:
    """Refuse a review that looked at more than there is, or resolves what nobody dealt with.

    Parameters
    ----------
    review : mapping
        ``groups``, each with ``kind``, ``cause``, ``severity``, ``count``, ``done``, ``resolved``.
    failures : mapping
        As `failures_of` gives them.
    matrix : Matrix
        Whose severities the groups use.

    Raises
    ------
    BadInputError
        Names the field.
    """
    words = [one.word for one in matrix.severities]
    for place, group in enumerate(review["groups"], start=1):
        at = f"groups.{place}"
        if group["severity"] not in words:
            raise BadInputError(
                f"“{group['severity'][:40]}” is none of: {', '.join(words)}.",
                field=f"{at}.severity",
            )
        if group["resolved"] and not group["done"].strip():
            raise BadInputError("say what was done, or why nothing needs be.", field=f"{at}.done")
        if group["cause"] in {Cause.OTHER, Cause.UNKNOWN} and not group["remark"].strip():
            raise BadInputError("say in words what was found.", field=f"{at}.remark")
    for kind, there_are in failures.items():
        looked = looked_at(review, kind)
        if there_are is not None and looked > there_are:
            raise BadInputError(
                f"{looked} {kind} were looked at, but the evidence counts {there_are}.",
                field="groups",
            )


def looked_at(review: Mapping[str, Any], kind: str | None = None) -> int:
    """Return how many failures a review looked at, of one kind or of both."""
    return sum(one["count"] for one in review["groups"] if kind in {None, one["kind"]})


def unresolved(review: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the groups of failures that nobody has settled."""
    return [group for group in review["groups"] if not group["resolved"]]


def total(failures: Mapping[str, int | None]) -> int | None:
    """Return how many failures there are; None where one kind is not known."""
    counts = [count for count in failures.values() if count is not None]
    return sum(counts) if len(counts) == len(failures) else None


def require(
    reviews: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
    rules: FailureReviewRules | None,
) -> Iterator[dict[str, Any]]:
    """Yield the requirements on failure reviews.

    Whatever a policy asks, a failure that somebody looked at and did not resolve cannot be
    implemented.

    Parameters
    ----------
    reviews : sequence of mapping
        The newest of each piece of evidence, as a dossier has them.
    evidence : sequence of mapping
        As `requirements.weigh` counts it.
    rules : FailureReviewRules or None
    """
    if rules is not None:
        yield _looked_at(reviews, evidence, rules)
    if reviews:
        yield _resolved(reviews)


def _looked_at(
    reviews: Sequence[Mapping[str, Any]],
    evidence: Sequence[Mapping[str, Any]],
    rules: FailureReviewRules,
) -> dict[str, Any]:
    """Judge whether enough failures of each piece of evidence were looked at."""
    many = "all" if rules.at_least == "all" else f"at least {rules.at_least}"
    key, text = "failures.reviewed", f"Somebody looked at {many} failures of {rules.evidence}"
    owed = [one for one in evidence if one["counts"] and one["purpose"] == rules.evidence]
    waits = Role.INDEPENDENT_VALIDATOR
    if not owed:
        because = f"There is no counting evidence of {rules.evidence} to look at."
        return requirement(key, text, "missing", because, Role.ML_ENGINEER)
    of_evidence = {one["evidence"]: one for one in reviews}
    lacking, unknown = [], []
    for item in owed:
        there_are = total(failures_of(item["assessment"]))
        review = of_evidence.get(item["number"])
        looked = 0 if review is None else review["looked_at"]
        if there_are is None:
            unknown.append(f"Evidence {item['number']} does not tell how many failures it has.")
        elif looked < (there_are if rules.at_least == "all" else min(rules.at_least, there_are)):
            lacking.append(f"{looked} of {there_are} failures of evidence {item['number']}.")
    if lacking:
        return requirement(key, text, "missing", "Looked at: " + " ".join(lacking), waits)
    if unknown:
        return requirement(key, text, "insufficient evidence", " ".join(unknown), waits)
    return requirement(key, text)


def _resolved(reviews: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Judge whether every failure that was looked at is resolved."""
    key, text = "failures.resolved", "No failure that was looked at is unresolved"
    left = [
        f"evidence {one['evidence']}: {group['count']} {group['kind']} ({group['cause']}, "
        f"{group['severity']})"
        for one in reviews
        for group in unresolved(one)
    ]
    if not left:
        return requirement(key, text)
    because = "Unresolved: " + "; ".join(left) + "."
    return requirement(key, text, "not met", because, Role.MODEL_OWNER)
