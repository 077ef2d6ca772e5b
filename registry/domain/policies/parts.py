"""Parts: what every part of a policy is like."""

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """A part of a policy: it never changes, and takes no key that it does not know."""

    model_config = ConfigDict(extra="forbid", frozen=True)
