"""People: how persons, roles, sessions and tokens travel."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_serializer

RoleWord = Literal[
    "model owner",
    "ML engineer",
    "data steward",
    "independent validator",
    "clinical safety officer",
    "clinical lead",
    "information governance",
    "site safety officer",
    "site executive",
    "auditor",
    "administrator",
    "enroller",
]
ScopeWord = Literal["read", "records", "evidence"]


class _In(BaseModel):
    """What is sent: unknown fields are refused, surrounding blanks are dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class _SecretIn(BaseModel):
    """What is sent with a password: a blank in a password is part of it."""

    model_config = ConfigDict(extra="forbid")


class SignInIn(_SecretIn):
    """Login and password."""

    login: str = Field(max_length=64, examples=["a.kovacs"])
    password: SecretStr

    @field_serializer("password", when_used="json")
    def _send(self, value: SecretStr) -> str:
        """Send the password itself; it is hidden everywhere else."""
        return value.get_secret_value()


class PersonIn(_SecretIn):
    """A person to enrol; the password is theirs to change."""

    login: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]$",
        description="Lower-case letters, digits, and inside also . _ -",
        examples=["a.kovacs"],
    )
    name: str = Field(min_length=1, max_length=120, examples=["Anna Kovács"])
    registration: str | None = Field(
        default=None,
        max_length=80,
        description="Number in a professional register; a clinical safety officer needs one.",
        examples=["GMC 1234567"],
    )
    qualification: str | None = Field(
        default=None,
        max_length=200,
        description="What entitles the person to sign; whoever signs needs one.",
        examples=["Consultant cardiologist"],
    )
    password: SecretStr = Field(description="At least 12 characters.")

    @field_serializer("password", when_used="json")
    def _send(self, value: SecretStr) -> str:
        """Send the password itself; it is hidden everywhere else."""
        return value.get_secret_value()


class PersonRecordIn(_In):
    """A person's record, corrected."""

    name: str = Field(min_length=1, max_length=120)
    registration: str | None = Field(default=None, max_length=80)
    qualification: str | None = Field(default=None, max_length=200)
    why: str = Field(min_length=1, examples=["Registration number was missing"])


class RoleIn(_In):
    """A role to grant, with the reason."""

    role: RoleWord
    why: str = Field(min_length=1, examples=["Appointed by the board on 2 November"])
    site: str | None = Field(default=None, description="The site the role is for, if it is one's.")


class RoleRevocationIn(_In):
    """A role to take back, with the reason."""

    role: RoleWord
    why: str = Field(min_length=1)


class SuspensionIn(_In):
    """Why a person may no longer sign in."""

    why: str = Field(min_length=1)


class PasswordIn(_SecretIn):
    """The old password and the new."""

    old: SecretStr
    new: SecretStr = Field(description="At least 12 characters.")

    @field_serializer("old", "new", when_used="json")
    def _send(self, value: SecretStr) -> str:
        """Send the password itself; it is hidden everywhere else."""
        return value.get_secret_value()


class RoleOut(BaseModel):
    """A role that a person holds."""

    role: RoleWord
    site: str | None
    why: str
    granted_at: datetime


class PersonOut(BaseModel):
    """A person, as colleagues see them."""

    id: UUID
    login: str
    name: str
    registration: str | None
    qualification: str | None
    roles: list[RoleOut]
    enrolled_at: datetime
    suspended_at: datetime | None


class SessionOut(BaseModel):
    """A session; the token is shown this once."""

    token: str = Field(examples=["cmrs_…"])
    expires_at: datetime
    person: PersonOut


class TokenIn(_In):
    """An API token to issue; it can never sign, whatever its scopes."""

    name: str = Field(min_length=1, max_length=80, examples=["training pipeline"])
    scopes: list[ScopeWord] = Field(min_length=1)
    days: int = Field(default=30, ge=1, le=90, description="Days until it expires, at most 90.")


class TokenOut(BaseModel):
    """An API token, without its secret."""

    id: UUID
    name: str
    scopes: list[ScopeWord]
    issued_at: datetime
    expires_at: datetime
    revoked_at: datetime | None


class NewTokenOut(TokenOut):
    """An API token with its secret, which is shown this once."""

    secret: str = Field(examples=["reg_…"])
