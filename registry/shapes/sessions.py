"""Sessions: how signing in, sessions and tokens travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.people import PERSON_EXAMPLE, PersonOut

ScopeWord = Literal["read", "records", "evidence", "permits", "witness"]

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


class SessionOut(BaseModel):
    """A session; the token is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "token": "cmrs_2pX0m8Jv1rQ7",
                    "expires_at": "2026-11-23T21:30:00Z",
                    "person": PERSON_EXAMPLE,
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
