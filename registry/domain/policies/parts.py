"""Parts: the words of a policy, and what every part of one has alike."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field


class Tier(StrEnum):
    """How much a model may harm, and so how much is asked of it."""

    REGISTRATION_ONLY = "registration only"
    FAST_TRACK = "fast track"
    FULL_REVIEW = "full review"


class Rung(StrEnum):
    """How far a version may go, in this order."""

    SILENT = "silent"
    PILOT = "pilot"
    GENERAL = "general"


class Meaning(StrEnum):
    """What a person says by a sign-off."""

    AUTHORSHIP = "authorship"
    REVIEW = "review"
    SUPPORT = "support"
    SUPPORT_WITH_CONDITIONS = "support with conditions"
    OBJECT = "object"
    ABSTAIN = "abstain"
    ACCEPT_RESIDUAL_RISK = "accept residual risk"


# What only somebody other than the author may say.
APPROVING: Final = frozenset(
    {Meaning.SUPPORT, Meaning.SUPPORT_WITH_CONDITIONS, Meaning.ACCEPT_RESIDUAL_RISK}
)

Consideration = Annotated[int, Field(ge=1, le=13)]


class Part(BaseModel):
    """A part of a policy: it never changes, and takes no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reference(StrEnum):
    """A version beside which a candidate may have to stand."""

    IN_USE = "in use"
    ORIGINALLY_APPROVED = "originally approved"
