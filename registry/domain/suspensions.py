"""Suspensions: what takes a version out of use at once, by whom, and what brings it back.

A clinical safety officer suspends by signature; the registry suspends by itself where a policy,
a condition or a waiver says so. Only whoever decides brings a version back, by signature, and
only once nothing stands against it that would suspend it again.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from registry.domain.errors import BadInputError, ConflictError, ForbiddenError, RuleBrokenError
from registry.domain.people import Role
from registry.domain.reviews import SelfApprovalError
from registry.domain.stages import Stage
from registry.domain.trail import instant_text

SCHEMA: Final = "cmr.suspension/1"
SUSPENDS: Final = Role.CLINICAL_SAFETY_OFFICER


class Verb(StrEnum):
    """What a person does to how a version stands, outside a review."""

    SUSPEND = "suspend"
    REINSTATE = "reinstate"


@dataclass(frozen=True, kw_only=True)
class Cause:
    """Something that suspends an approval by itself: what kind of thing, and the sentence."""

    kind: str
    sentence: str


class StandsAgainstError(RuleBrokenError):
    """A version was to be brought back while something would suspend it again.

    Attributes
    ----------
    causes : tuple of Cause
    """

    code = "stands-against"

    def __init__(self, causes: Sequence[Cause]) -> None:
        self.causes = tuple(causes)
        why = " ".join(cause.sentence for cause in causes)
        super().__init__(f"It cannot be reinstated yet. {why} Mend that, or decide a new review.")


def check(verb: Verb, *, stage: Stage, in_use: bool, under_review: bool, reasons: str) -> None:
    """Refuse to suspend what is not in use, and to bring back what is not suspended.

    Parameters
    ----------
    verb : Verb
    stage : Stage
        Where the version stands.
    in_use : bool
        Whether an approval of it stands.
    under_review : bool
        Whether a review of it is open.
    reasons : str

    Raises
    ------
    BadInputError
        When no reasons are given.
    ConflictError
        When the version stands otherwise, or a review that is open will settle it.
    """
    if not reasons.strip():
        raise BadInputError("say why in words.", field="reasons")
    if verb is Verb.SUSPEND and not in_use:
        raise ConflictError(f"No approval stands that could be suspended; it is {stage}.")
    if verb is Verb.REINSTATE and under_review:
        raise ConflictError("A review of it is open; its decision settles how it stands.")
    if verb is Verb.REINSTATE and stage is not Stage.SUSPENDED:
        raise ConflictError(f"It is not suspended; it is {stage}.")


def check_reinstatement(
    *,
    roles: frozenset[Role],
    decision_makers: Sequence[Role],
    person: UUID,
    authors: Mapping[UUID, str],
    suspenders: Collection[UUID],
    causes: Sequence[Cause],
) -> Role:
    """Return the role in which a version is brought back.

    Parameters
    ----------
    roles : frozenset of Role
        Those of the person who asks.
    decision_makers : sequence of Role
        Who decides, of each approval that would hold again.
    person : UUID
    authors : mapping
        Person → what of the dossier they made.
    suspenders : collection of UUID
        Who took it out of use last, by signature or by emergency access.
    causes : sequence of Cause
        What would suspend it again at once.

    Raises
    ------
    ConflictError
        When no approval would hold.
    ForbiddenError
        When the person does not hold the roles that decide, or suspended it themselves.
    SelfApprovalError
        When they made a part of it.
    StandsAgainstError
        When something would suspend it again.
    """
    if not decision_makers:
        raise ConflictError("No approval of it holds any more; a new review must be decided.")
    lacking = [role for role in decision_makers if role not in roles]
    if lacking:
        raise ForbiddenError(f"Only a {lacking[0]} reinstates here; a new review may, too.")
    if person in suspenders:
        raise ForbiddenError("You suspended it; another person must reinstate it.")
    if person in authors:
        raise SelfApprovalError(person=person, made=authors[person])
    if causes:
        raise StandsAgainstError(causes)
    return decision_makers[0]


def document(
    verb: Verb, *, version: str, dossiers: Sequence[str], reasons: str, at: datetime
) -> dict[str, Any]:
    """Return what a person signs who suspends or reinstates, `cmr.suspension/1`."""
    return {
        "schema": SCHEMA,
        "act": verb.value,
        "version": version,
        "dossiers": list(dossiers),
        "reasons": reasons.strip(),
        "at": instant_text(at),
    }
