"""Waivers: how what may be borne for a while is proposed and signed, over the API."""

from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from registry.shapes.reviews import SigningRole

_PROPOSED: dict[str, Any] = {
    "criterion": "women",
    "requirement": None,
    "site": "Hungary",
    "reason": "The women of the winter clinic are measured until March; a person reads every exam.",
    "until": "2027-03-31",
}
_SIGNED: dict[str, Any] = {
    "role": "clinical safety officer",
    "password": "correct horse battery",
}


class WaiverIn(BaseModel):
    """What should be borne, why, and until when: a criterion or a requirement."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_PROPOSED]})

    criterion: str | None = Field(default=None, description="Id of a criterion that blocks.")
    requirement: str | None = Field(default=None, description="Id of a requirement that blocks.")
    site: str | None = Field(default=None, description="For a criterion: only at this site.")
    reason: str = Field(description="Why it may be borne.", min_length=1)
    until: date = Field(description="The last day, at the first site of the scope.")

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        """Refuse both, and neither."""
        if (self.criterion is None) == (self.requirement is None):
            raise ValueError("name exactly one of criterion and requirement.")
        return self


class WaiverSignatureIn(BaseModel):
    """A signature under a waiver; the password is asked again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SIGNED]})

    role: SigningRole = Field(description="In which role you sign.")
    password: SecretStr = Field(description="Your password, again.")
