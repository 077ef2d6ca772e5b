"""Life: what a policy lets be waived, and what it does when time or news speak against a decision.

Every key is left out of a policy's document while it says nothing, so that the digest of a policy
that knows none of them stays as it was.
"""

from typing import Final, Literal, Self

from pydantic import Field, model_validator

from registry.domain.policies.parts import Part

ANY: Final = "any"
# Without the first two there is nothing that could be put to use; and a candidate that fails beside
# what it follows, or is not compared, is not implemented.
NEVER_WAIVED: Final = frozenset(
    {"scope.rung", "version.artifacts", "compared.in-use", "compared.originally-approved"}
)

Consequence = Literal["suspend", "tell"]


class WaiverRules(Part):
    """What the approval quorum may waive for a while; nothing but what is named.

    Attributes
    ----------
    criteria : tuple of str
        Ids of criteria as protocols name them, or ``any``.
    requirements : tuple of str
        Ids of requirements as a dossier names them, such as ``overlap``.
    verdicts : tuple of str
        Which verdicts may be bridged; by default only insufficient evidence.
    months : int
        The longest that a waiver may hold.
    on_expiry : str
        ``suspend`` the version when one expires, or only ``tell``; in both cases the verdict
        counts again and nobody may use the version by it.
    """

    criteria: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    verdicts: tuple[Literal["insufficient evidence", "not met"], ...] = ("insufficient evidence",)
    months: int = Field(default=3, ge=1, le=12)
    on_expiry: Consequence = "suspend"

    @model_validator(mode="after")
    def _names_what_can_be_waived(self) -> Self:
        """Refuse what can never be waived, and rules that name nothing."""
        never = sorted(NEVER_WAIVED & set(self.requirements))
        if never:
            raise ValueError(f"{never[0]} can never be waived.")
        if not self.criteria and not self.requirements:
            raise ValueError("name criteria or requirements that may be waived.")
        return self


class WithdrawalRules(Part):
    """What follows for an approved version when a dataset that it rests on is withdrawn."""

    training: Consequence = "tell"
    evidence: Consequence = "tell"
