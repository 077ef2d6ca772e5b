"""Words: how a review may end, what a sign-off is, and how what stands in the way is told."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from registry.domain.errors import ConflictError, RuleBrokenError, WaitingError
from registry.domain.people import Role
from registry.domain.policies import Meaning


class Kind(StrEnum):
    """What kind of thing stands in the way, the hardest first."""

    NOT_MET = "not met"
    INSUFFICIENT = "insufficient evidence"
    MISSING = "missing"


class Outcome(StrEnum):
    """What a review may end in."""

    APPROVE = "approve"
    APPROVE_WITH_CONDITIONS = "approve with conditions"
    RE_REVIEW = "re-review"
    DECLINE = "decline"

    @property
    def permits(self) -> bool:
        """Whether it lets the version be used."""
        return self in {Outcome.APPROVE, Outcome.APPROVE_WITH_CONDITIONS}


NEEDS_REASONS = frozenset(
    {
        Meaning.SUPPORT_WITH_CONDITIONS,
        Meaning.OBJECT,
        Meaning.ABSTAIN,
        Meaning.ACCEPT_RESIDUAL_RISK,
    }
)
# What everybody with a say may always answer, and all that an author may.
ALWAYS = frozenset({Meaning.OBJECT, Meaning.ABSTAIN})
OF_AUTHORS = ALWAYS | {Meaning.AUTHORSHIP}


class SelfApprovalError(RuleBrokenError):
    """An author tried to approve what they made.

    Attributes
    ----------
    person : UUID
        Who tried.
    made : str
        What of the dossier they made.
    """

    code = "self-approval"

    def __init__(self, *, person: UUID, made: str) -> None:
        self.person = person
        self.made = made
        super().__init__(f"You made {made}, so another person must review or approve it.")


class StaleDossierError(ConflictError):
    """The records say something else than the dossier that was to be signed or decided."""

    code = "stale-dossier"


@dataclass(frozen=True, kw_only=True)
class Missing:
    """Something that stands in the way, of what kind, and for whom it waits if for anybody."""

    kind: Kind
    what: str
    waits_for: str | None


class BlockedError(RuleBrokenError):
    """An approval that something stands against which is not a matter of waiting.

    Attributes
    ----------
    blocked : tuple of Missing
        Everything that stands against it.
    """

    code = "blocked"

    def __init__(self, blocked: Sequence[Missing]) -> None:
        self.blocked = tuple(blocked)
        super().__init__(
            "The policy blocks this approval. " + " ".join(_with_person(one) for one in blocked)
        )

    @staticmethod
    def of(blocked: Sequence[Missing]) -> RuleBrokenError:
        """Return the error for what blocks: one of waiting where people can still bring it all."""
        kinds = {one.kind for one in blocked}
        if kinds == {Kind.MISSING}:
            return WaitingError(
                "This approval still waits.", waits_for=[_with_person(one) for one in blocked]
            )
        return BlockedError(blocked) if Kind.NOT_MET in kinds else InsufficientError(blocked)


class InsufficientError(BlockedError):
    """An approval that nothing speaks against, and for which too little is known."""

    code = "insufficient-evidence"


def _with_person(missing: Missing) -> str:
    """Return what is missing and for whom it waits, as a sentence."""
    if missing.waits_for is None:
        return missing.what
    return f"{missing.what} Waits for: {missing.waits_for}."


@dataclass(frozen=True, kw_only=True)
class SignOff:
    """One sign-off as the rules see it; `active` until it is withdrawn."""

    person: UUID
    name: str
    role: Role
    meaning: Meaning
    dossier: str
    active: bool = True


def valid(signoffs: Sequence[SignOff], dossier: str) -> list[SignOff]:
    """Return the sign-offs that count: not withdrawn, and over the dossier at hand."""
    return [s for s in signoffs if s.active and s.dossier == dossier]
