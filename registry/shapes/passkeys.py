"""Passkeys: how what people sign with travels."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_PASSKEY: dict[str, Any] = {
    "login": "i.okafor",
    "person": "Ifeoma Okafor",
    "key": "8d0f3c1ab2e44790",
    "label": "Security key on my badge",
    "state": "confirmed",
    "aaguid": "cb69481e-8ff7-4039-93ec-0a2729a154a8",
    "synced": False,
    "backed_up": False,
    "transports": ["usb", "nfc"],
    "proposed_at": "2026-11-20T09:00:00.000000Z",
    "confirmed_by": "Tom Okoye",
    "confirmed_at": "2026-11-20T09:20:00.000000Z",
    "revoked_by": None,
    "revoked_at": None,
    "revoked_why": None,
}
_STATEMENT: dict[str, Any] = {
    "schema": "cmr.enrolment/1",
    "person": {
        "id": "868053e2-dae4-46e8-b105-e4c07a2523cb",
        "login": "i.okafor",
        "name": "Ifeoma Okafor",
    },
    "label": "Security key on my badge",
    "at": "2026-11-20T08:59:00.000000Z",
    "nonce": "5FmfpB7DuRBCQFcjfQaXtMk--Vq97PPvPn62qIBMFJY",
}
_ENROLMENT: dict[str, Any] = {
    "id": "4c7d2f10-0b7e-4d5e-9f1c-6b0a3b8a5d42",
    "state": "waiting",
    "statement": _STATEMENT,
    "options": None,
    "expires_at": "2026-11-20T09:09:00Z",
    "page": "https://registry.example.org/passkey/4c7d2f10-0b7e-4d5e-9f1c-6b0a3b8a5d42#Vq97PPvPn",
}


class PasskeyIn(BaseModel):
    """A passkey that one wants to register."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"label": "Security key on my badge"}]},
    )

    label: str = Field(min_length=1, max_length=80, description="What you call it.")


class EnrolmentOut(BaseModel):
    """A passkey that waits to be made in the browser."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENROLMENT]})

    id: UUID = Field(description="The enrolment.")
    state: Literal["waiting", "done", "cancelled", "expired"] = Field(description="How it stands.")
    statement: dict[str, Any] = Field(
        description="What the passkey answers, `cmr.enrolment/1`: whose it would be."
    )
    options: dict[str, Any] | None = Field(
        description="What the browser needs to make it; asked for by the page."
    )
    expires_at: datetime = Field(description="Until when it waits.")
    page: str | None = Field(
        description="Link to the page where it is made; given once, to who began it."
    )


class CredentialIn(BaseModel):
    """A passkey as the browser made it, by `PublicKeyCredential.toJSON()`."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "id": "2pX0m8Jv1rQ7hT4c1Vn0aLw",
                    "rawId": "2pX0m8Jv1rQ7hT4c1Vn0aLw",
                    "type": "public-key",
                    "response": {
                        "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uY3JlYXRlIn0",
                        "attestationObject": "o2NmbXRkbm9uZQ",
                        "transports": ["internal"],
                    },
                }
            ]
        },
    )

    id: str = Field(description="Its id, base64url.", max_length=1400)
    rawId: str = Field(description="The same again.", max_length=1400)  # noqa: N815 -- WebAuthn's
    type: Literal["public-key"] = Field(description="What it is.")
    response: dict[str, Any] = Field(description="What the authenticator said.")


class PasskeyOut(BaseModel):
    """A passkey; only a confirmed one signs."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PASSKEY]})

    login: str = Field(description="Whose it is.")
    person: str = Field(description="Their printed name.")
    key: str = Field(description="Its name: the first 16 hex digits of its public key's SHA-256.")
    label: str = Field(description="What the person calls it.")
    state: Literal["proposed", "confirmed", "revoked"] = Field(description="Where it stands.")
    aaguid: str = Field(description="Which kind of authenticator it says it is.")
    synced: bool = Field(description="Whether its vendor may copy it to other devices.")
    backed_up: bool = Field(description="Whether it had been copied when it was registered.")
    transports: list[str] = Field(description="How a browser reaches it.")
    proposed_at: datetime = Field(description="When its person registered it.")
    confirmed_by: str | None = Field(description="Who confirmed it, another person.")
    confirmed_at: datetime | None = Field(description="When it was confirmed.")
    revoked_by: str | None = Field(description="Who revoked it.")
    revoked_at: datetime | None = Field(description="When it was revoked.")
    revoked_why: str | None = Field(description="Why it was revoked.")


class PasskeyRevocationIn(BaseModel):
    """Why a passkey signs no more."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "The badge was lost on 2 December"}]},
    )

    why: str = Field(min_length=1, description="The reason, kept with the record.")
