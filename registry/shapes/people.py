"""People: how persons, roles, sessions and tokens travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

RoleWord = Literal[
    "model owner",
    "ML engineer",
    "data steward",
    "independent validator",
    "clinical safety officer",
    "clinical lead",
    "information governance",
    "top management",
    "site safety officer",
    "site executive",
    "auditor",
    "administrator",
    "enroller",
]
ScopeWord = Literal["read", "records", "evidence", "permits", "witness"]

_APPOINTED: dict[str, Any] = {
    "role": "clinical lead",
    "site": None,
    "why": "Appointed by the board on 2 November",
    "granted_at": "2026-11-02T10:05:00Z",
}
_PERSON: dict[str, Any] = {
    "id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10",
    "login": "a.kovacs",
    "name": "Anna Kovács",
    "registration": "GMC 1234567",
    "qualification": "Consultant cardiologist",
    "roles": [_APPOINTED],
    "dual_roles": [],
    "enrolled_at": "2026-11-02T09:30:00Z",
    "suspended_at": None,
}
_TOKEN: dict[str, Any] = {
    "id": "b9a1f1c6-3f0e-4a3a-9d58-1a3e0a7d6c44",
    "name": "heart-cad training pipeline",
    "scopes": ["read", "records"],
    "issued_at": "2026-11-23T09:30:00Z",
    "expires_at": "2026-12-23T09:30:00Z",
    "last_used_at": "2026-11-24T02:00:00Z",
    "revoked_at": None,
}


class SignInIn(BaseModel):
    """Login and password; a blank in a password is part of it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"login": "a.kovacs", "password": "correct horse battery"}]
        },
    )

    login: str = Field(max_length=64, description="The person's login.")
    password: SecretStr = Field(description="The person's password.")


class PersonIn(BaseModel):
    """A person to enrol; the password is theirs to change."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "login": "a.kovacs",
                    "name": "Anna Kovács",
                    "registration": "GMC 1234567",
                    "qualification": "Consultant cardiologist",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    login: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]$",
        description="Lower-case letters, digits, and inside also . _ -",
    )
    name: str = Field(min_length=1, max_length=120, description="The name as it is printed.")
    registration: str | None = Field(
        default=None,
        max_length=80,
        description="Number in a professional register; a clinical safety officer needs one.",
    )
    qualification: str | None = Field(
        default=None,
        max_length=200,
        description="What entitles the person to sign; whoever signs needs one.",
    )
    password: SecretStr | None = Field(
        default=None,
        description="At least 12 characters; without one the person signs in through the provider "
        "of identities.",
    )


class PersonRecordIn(BaseModel):
    """A person's record, corrected."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "name": "Anna Kovács",
                    "registration": "GMC 1234567",
                    "qualification": "Consultant cardiologist",
                    "why": "Registration number was missing",
                }
            ]
        },
    )

    name: str = Field(min_length=1, max_length=120, description="The name as it is printed.")
    registration: str | None = Field(
        default=None, max_length=80, description="Number in a professional register."
    )
    qualification: str | None = Field(
        default=None, max_length=200, description="What entitles the person to sign."
    )
    why: str = Field(min_length=1, description="Why the record is corrected.")


class RoleIn(BaseModel):
    """A role to grant, with the reason."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "role": "clinical lead",
                    "why": "Appointed by the board on 2 November",
                    "site": None,
                },
                {
                    "role": "site safety officer",
                    "why": "Named by the hospital in Budapest",
                    "site": "Hungary",
                },
            ]
        },
    )

    role: RoleWord = Field(description="The role.")
    why: str = Field(min_length=1, description="Why it is granted.")
    site: str | None = Field(
        default=None,
        description="The site for which alone it is held; a site's safety officer and executive "
        "need one.",
    )


class RoleRevocationIn(BaseModel):
    """A role to take back, with the reason."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"role": "clinical lead", "why": "Succeeded by a colleague", "site": None}]
        },
    )

    role: RoleWord = Field(description="The role.")
    why: str = Field(min_length=1, description="Why it is taken back.")
    site: str | None = Field(
        default=None, description="Only as far as it is held for this site; null takes all of it."
    )


class DualRoleIn(BaseModel):
    """Two roles that a person may fill at once, with the reason."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {
                    "roles": ["clinical safety officer", "clinical lead"],
                    "why": "The trust has one safety officer, who leads cardiology",
                }
            ]
        },
    )

    roles: tuple[RoleWord, RoleWord] = Field(description="The two roles; the person holds both.")
    why: str = Field(min_length=1, description="Why one person fills both.")


class DualRoleRevocationIn(DualRoleIn):
    """A dual role taken back, with the reason."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "roles": ["clinical safety officer", "clinical lead"],
                    "why": "A second safety officer was appointed",
                }
            ]
        }
    )


class DualRoleOut(BaseModel):
    """Two roles that a person may fill at once, where a policy allows it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "roles": ["clinical lead", "clinical safety officer"],
                    "why": "The trust has one safety officer, who leads cardiology",
                    "declared_at": "2026-11-02T10:05:00Z",
                }
            ]
        }
    )

    roles: tuple[RoleWord, RoleWord] = Field(description="The two roles.")
    why: str = Field(description="Why one person fills both.")
    declared_at: datetime = Field(description="When it was declared.")


class SuspensionIn(BaseModel):
    """Why a person may no longer sign in."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "Left the hospital on 30 November"}]},
    )

    why: str = Field(min_length=1, description="The reason, kept with the record.")


class PasswordIn(BaseModel):
    """The old password and the new."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"old": "correct horse battery", "new": "a longer sentence of mine"}]
        },
    )

    old: SecretStr = Field(description="The password until now.")
    new: SecretStr = Field(description="At least 12 characters.")


class RoleOut(BaseModel):
    """A role that a person holds."""

    model_config = ConfigDict(json_schema_extra={"examples": [_APPOINTED]})

    role: RoleWord = Field(description="The role.")
    site: str | None = Field(description="The site it is for; null where it is for all.")
    why: str = Field(description="Why it was granted.")
    granted_at: datetime = Field(description="When it was granted.")


class PersonOut(BaseModel):
    """A person, as colleagues see them."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PERSON]})

    id: UUID = Field(description="The person's id.")
    login: str = Field(description="By what the person signs in.")
    name: str = Field(description="The name as it is printed.")
    registration: str | None = Field(description="Number in a professional register.")
    qualification: str | None = Field(description="What entitles the person to sign.")
    roles: list[RoleOut] = Field(description="The roles held now.")
    dual_roles: list[DualRoleOut] = Field(
        default=[], description="Pairs of roles declared for the person to fill at once."
    )
    enrolled_at: datetime = Field(description="When the person was enrolled.")
    suspended_at: datetime | None = Field(description="Since when the person signs in no more.")


class SessionOut(BaseModel):
    """A session; the token is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "token": "cmrs_2pX0m8Jv1rQ7",
                    "expires_at": "2026-11-23T21:30:00Z",
                    "person": _PERSON,
                }
            ]
        }
    )

    token: str = Field(description="What to send as “Authorization: Bearer …”.")
    expires_at: datetime = Field(description="When the session ends in any case.")
    person: PersonOut = Field(description="Who has signed in.")


class OpenSessionOut(BaseModel):
    """One of your open sessions."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "0d0f2f0e-7a52-4c6f-9a53-0c1f3b6e2f10",
                    "by": "password",
                    "opened_at": "2026-11-23T09:30:00Z",
                    "seen_at": "2026-11-23T10:02:00Z",
                    "expires_at": "2026-11-23T21:30:00Z",
                    "this": True,
                }
            ]
        }
    )

    id: UUID = Field(description="The session's id.")
    by: str | None = Field(description="By what you signed in: password or provider.")
    opened_at: datetime = Field(description="When it began.")
    seen_at: datetime = Field(description="When it was last used, to the minute.")
    expires_at: datetime = Field(description="When it ends in any case.")
    this: bool = Field(description="Whether this request was made in it.")


class RotationIn(BaseModel):
    """How a token gives way to a new one."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"overlap_hours": 24}]}
    )

    overlap_hours: int = Field(
        default=0, ge=0, le=72, description="So long the old one still works; 0 ends it at once."
    )


class TokenIn(BaseModel):
    """An API token to issue; it can never sign, whatever its scopes."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"name": "heart-cad training pipeline", "scopes": ["read", "records"], "days": 30}
            ]
        },
    )

    name: str = Field(min_length=1, max_length=80, description="What it is for.")
    scopes: list[ScopeWord] = Field(min_length=1, description="What it may do.")
    days: int = Field(default=30, ge=1, le=90, description="Days until it expires, at most 90.")


class TokenOut(BaseModel):
    """An API token, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TOKEN]})

    id: UUID = Field(description="The token's id.")
    name: str = Field(description="What it is for.")
    scopes: list[ScopeWord] = Field(description="What it may do.")
    issued_at: datetime = Field(description="When it was issued.")
    expires_at: datetime = Field(description="When it expires.")
    last_used_at: datetime | None = Field(
        description="When it was last used, to the minute; null before the first time."
    )
    revoked_at: datetime | None = Field(description="When it was revoked, if it was.")


class NewTokenOut(TokenOut):
    """An API token with its secret, which is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_TOKEN, "secret": "reg_9hT4c1Vn0aLw"}]}
    )

    secret: str = Field(description="What to send as “Authorization: Bearer …”.")
