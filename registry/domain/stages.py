"""Stages: where a version stands, and the table of every move there is.

The way in is `transition`; nothing sets a stage by itself. A move that is `signed` may only be
made by a decision that the policy's sign-offs carry, or, to reinstate what was suspended, by the
signature of whoever decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from registry.domain.errors import RuleBrokenError, WaitingError


class Stage(StrEnum):
    """Where a version stands."""

    REGISTERED = "registered"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    DECLINED = "declined"
    SUPERSEDED = "superseded"
    SUSPENDED = "suspended"
    LAPSED = "lapsed"


class ReviewState(StrEnum):
    """Where a review stands."""

    OPEN = "open"
    DECIDED = "decided"


@dataclass(frozen=True)
class Transition:
    """One allowed move: the act that makes it, and whether sign-offs must carry it."""

    act: str
    signed: bool


TRANSITIONS: Final[Mapping[tuple[Stage, Stage], Transition]] = MappingProxyType(
    {
        (Stage.REGISTERED, Stage.IN_REVIEW): Transition("open a review", signed=False),
        (Stage.DECLINED, Stage.IN_REVIEW): Transition("open a review", signed=False),
        (Stage.SUPERSEDED, Stage.IN_REVIEW): Transition("open a review", signed=False),
        (Stage.SUSPENDED, Stage.IN_REVIEW): Transition("open a review", signed=False),
        (Stage.LAPSED, Stage.IN_REVIEW): Transition("open a review", signed=False),
        (Stage.IN_REVIEW, Stage.REGISTERED): Transition("ask for a re-review", signed=False),
        (Stage.IN_REVIEW, Stage.SUSPENDED): Transition("leave it suspended", signed=False),
        (Stage.IN_REVIEW, Stage.DECLINED): Transition("decline", signed=False),
        (Stage.IN_REVIEW, Stage.APPROVED): Transition("approve", signed=True),
        (Stage.APPROVED, Stage.APPROVED): Transition("approve for a further scope", signed=True),
        (Stage.APPROVED, Stage.DECLINED): Transition("decline", signed=False),
        (Stage.APPROVED, Stage.SUPERSEDED): Transition("supersede", signed=False),
        (Stage.APPROVED, Stage.SUSPENDED): Transition("suspend", signed=False),
        (Stage.SUSPENDED, Stage.APPROVED): Transition("reinstate", signed=True),
        (Stage.APPROVED, Stage.LAPSED): Transition("lapse", signed=False),
        (Stage.SUSPENDED, Stage.LAPSED): Transition("lapse", signed=False),
    }
)


class StageError(RuleBrokenError):
    """A version was to make a move that is not in the table.

    Attributes
    ----------
    stage, wanted : Stage
        Where it stands, and where it was to go.
    """

    code = "stage"

    def __init__(self, stage: Stage, wanted: Stage) -> None:
        self.stage = stage
        self.wanted = wanted
        ways = sorted(after.value for before, after in TRANSITIONS if before is stage)
        super().__init__(
            f"A version that is {stage.value} cannot become {wanted.value}; "
            f"from here it can become {' or '.join(ways)}."
        )


def transition(stage: Stage, wanted: Stage) -> Transition:
    """Return the move from `stage` to `wanted`.

    Raises
    ------
    StageError
        When the table has no such move.
    """
    try:
        return TRANSITIONS[stage, wanted]
    except KeyError:
        raise StageError(stage, wanted) from None


def may_open_review(stage: Stage) -> bool:
    """Tell whether a review may be opened: an approved version keeps its stage meanwhile."""
    return stage is Stage.APPROVED or (stage, Stage.IN_REVIEW) in TRANSITIONS


def require_candidate(version: str, *, named: bool) -> None:
    """Refuse a review of a build that nobody has named a release candidate.

    Raises
    ------
    WaitingError
        Says who names one, and how.
    """
    if not named:
        raise WaitingError(
            f"{version} is registered only: no build goes into review until it is named a release "
            "candidate.",
            waits_for=[f"The model owner names it one: `cmr version candidate {version} --why …`."],
        )
