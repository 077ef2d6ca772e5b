"""Papers: which documents a policy asks of a version, and which training of the people."""

from pydantic import Field

from registry.domain.people import Role
from registry.domain.policies.parts import Part, Rung


class DocumentRule(Part):
    """A kind of document that must be there and hold, from a rung on."""

    kind: str = Field(min_length=1, max_length=120)
    from_rung: Rung = Rung.SILENT


class TrainingRule(Part):
    """What everybody who holds a role must have completed, within so many months if any."""

    role: Role
    topic: str = Field(min_length=1, max_length=120)
    months: int | None = Field(default=None, ge=1, le=120)
