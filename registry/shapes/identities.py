"""Identities: how logins at the provider of identities, and whose they are, travel."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_IDENTITY: dict[str, Any] = {
    "id": "4c1f3f0e-2a0b-4a77-8a25-0b3de2b4a8a1",
    "login": "a.kovacs",
    "issuer": "https://id.hospital.example",
    "subject": "8c2d6f4e",
    "why": "Seen with her staff card on 2 November",
    "state": "confirmed",
    "proposed_by": "Edith First",
    "confirmed_by": "Emil Second",
}


class IdentityIn(BaseModel):
    """The provider's name for a person, proposed to be bound to them."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{"subject": "8c2d6f4e", "why": "Seen with her staff card on 2 November"}]
        },
    )

    subject: str = Field(
        min_length=1, max_length=255, description="What the provider calls the person (sub)."
    )
    why: str = Field(min_length=1, description="How it was made sure that it is theirs.")


class IdentityRevocationIn(BaseModel):
    """Why an identity ends."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "The account was taken over"}]},
    )

    why: str = Field(min_length=1, description="The reason, kept with the record.")


class IdentityOut(BaseModel):
    """An identity of a person at the provider."""

    model_config = ConfigDict(json_schema_extra={"examples": [_IDENTITY]})

    id: UUID = Field(description="The identity's id.")
    login: str = Field(description="Whose it is.")
    issuer: str = Field(description="The provider.")
    subject: str = Field(description="What the provider calls the person.")
    why: str = Field(description="How it was made sure that it is theirs.")
    state: Literal["proposed", "confirmed", "revoked"] = Field(
        description="Only a confirmed one signs in."
    )
    proposed_by: str = Field(description="Who proposed it.")
    confirmed_by: str | None = Field(description="Who confirmed it; always another person.")


class LoginIn(BaseModel):
    """A login to begin at the provider."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"redirect_uri": "http://127.0.0.1:51011/callback"}]},
    )

    redirect_uri: str = Field(
        max_length=255,
        description="Where the provider sends the person back to: on 127.0.0.1, any port.",
    )


class LoginOut(BaseModel):
    """A login that was begun: send the person to the address."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "address": "https://id.hospital.example/authorize?response_type=code&…",
                    "state": "9c4e1f0a77d2",
                    "secret": "b3Jx0mVqkP",
                    "expires_at": "2026-11-23T09:40:00Z",
                }
            ]
        }
    )

    address: str = Field(description="Where the person signs in.")
    state: str = Field(description="What must come back with the person, unchanged.")
    secret: str = Field(description="What only you know: it completes the login. Keep it to you.")
    expires_at: datetime = Field(description="Until when the person must be back.")


class ReturnIn(BaseModel):
    """What came back with a person from the provider."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"secret": "b3Jx0mVqkP", "state": "9c4e1f0a77d2", "code": "SplxlOBeZQ", "iss": None}
            ]
        },
    )

    secret: str = Field(max_length=128, description="As it was given when the login was begun.")
    state: str = Field(max_length=128, description="As it came back.")
    code: str = Field(max_length=4096, description="As it came back.")
    iss: str | None = Field(
        default=None, max_length=255, description="The issuer, where the provider sends it."
    )


class FreshLoginOut(BaseModel):
    """A fresh login, which proves one signature of the person who is signed in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "secret": "cmrf_8sNq0c2VbT",
                    "auth_time": "2026-11-23T09:31:12Z",
                    "expires_at": "2026-11-23T09:33:12Z",
                }
            ]
        }
    )

    secret: str = Field(description="What proves it; it is shown this once and used once.")
    auth_time: datetime = Field(description="When the person showed who they are.")
    expires_at: datetime = Field(description="Until when it may be used to sign.")
