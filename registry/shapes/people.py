"""People: how persons and their roles travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.policies import SEAT_EXAMPLE, SeatOut

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

_APPOINTED: dict[str, Any] = {
    "role": "clinical lead",
    "site": None,
    "why": "Appointed by the board on 2 November",
    "granted_at": "2026-11-02T10:05:00Z",
}
PERSON_EXAMPLE: dict[str, Any] = {
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
        description="Number in a professional register; a safety officer needs one.",
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

    model_config = ConfigDict(json_schema_extra={"examples": [PERSON_EXAMPLE]})

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


class LeavingOut(PersonOut):
    """A person who acts less from now on, and the seats that stay empty."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**PERSON_EXAMPLE, "roles": [], "empty_seats": [SEAT_EXAMPLE]}]
        }
    )

    empty_seats: list[SeatOut] = Field(
        description="Sign-offs asked by a policy that too few people could give now: no review "
        "opens there until more are enrolled."
    )
