"""Cards: how issued cards look over the API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

_SEAL: dict[str, Any] = {
    "method": "PKCS#12",
    "name": "Model registry (St Elsewhere Hospital)",
    "certificate": "sha256:" + "7d" * 32,
    "at": "2026-11-23T12:31:04Z",
    "timestamped": True,
}
_SIGNATURE: dict[str, Any] = {
    "number": 1,
    "field": "clinical-safety-officer-c815587f",
    "role": "clinical safety officer",
    "person": "Ann Olu",
    "name": "Olu, Ann (St Elsewhere Hospital)",
    "certificate": "sha256:" + "5b" * 32,
    "trusted": None,
    "at": "2026-11-23T14:02:51Z",
}


class SealOut(BaseModel):
    """The organisation's seal on a card."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SEAL]})

    method: Literal["PEM", "PKCS#12", "PKCS#11"] = Field(description="Where its key was kept.")
    name: str = Field(description="Whose it is, as its certificate says.")
    certificate: str = Field(description="The SHA-256 of the certificate.")
    at: datetime = Field(description="When the card was sealed.")
    timestamped: bool = Field(description="Whether a timestamp server vouches for that.")


class CardSignatureOut(BaseModel):
    """A person's own signature in a card's file."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SIGNATURE]})

    number: int = Field(description="Which of the card's signatures it is, counted from 1.")
    field: str = Field(description="The field of the PDF that it stands in.")
    role: str = Field(description="The role in which the person had signed off.")
    person: str = Field(description="Who that is, as the registry knows them.")
    name: str = Field(description="Whose certificate it is, as it says itself.")
    certificate: str = Field(description="The SHA-256 of the certificate.")
    trusted: bool | None = Field(
        description="Whether one of the registry's roots vouches for it; null where none is set."
    )
    at: datetime = Field(description="When the registry received it.")


class CardOut(BaseModel):
    """One card as it was issued."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "5d1f1f0e-7d0b-4f4e-8f5e-1f4d6c1f4a22",
                    "version": "heart-cad/2",
                    "number": 1,
                    "dossier": "sha256:" + "9f" * 32,
                    "state": "current",
                    "banner": None,
                    "headline": "Policy permits: pilot use at Hungary.",
                    "pdf_digest": "sha256:" + "3c" * 32,
                    "size": 156518,
                    "rendered_digest": "sha256:" + "a1" * 32,
                    "rendered_size": 141618,
                    "code": "7K2M-Q0XT-93ZA-8VHB",
                    "seal": _SEAL,
                    "signatures": [],
                    "issued_at": "2026-11-23T12:31:00Z",
                    "current": True,
                }
            ]
        }
    )

    id: UUID = Field(description="The card's id.")
    version: str = Field(description="The version, as model/number.")
    number: int = Field(description="Which card of the version it is, counted from 1.")
    dossier: str = Field(description="The digest of the dossier that it renders.")
    state: Literal["draft", "current", "declined", "superseded", "suspended", "lapsed"] = Field(
        description="How the version stood when the card was issued."
    )
    banner: str | None = Field(description="The word across every page, such as DRAFT; or null.")
    headline: str = Field(description="What policy permits or blocks, in one sentence.")
    pdf_digest: str = Field(
        description="The digest of the PDF that is downloaded, with seal and signatures."
    )
    size: int = Field(description="Its bytes, counted.")
    rendered_digest: str = Field(
        description="The digest of what was rendered, before any seal: the first bytes of the PDF."
    )
    rendered_size: int = Field(description="How many bytes those are.")
    code: str | None = Field(description="The code on the card; null on one of an older release.")
    seal: SealOut | None = Field(description="The organisation's seal; null without one.")
    signatures: list[CardSignatureOut] = Field(
        description="What people have added by their own certificates, oldest first."
    )
    issued_at: datetime = Field(description="When it was issued.")
    current: bool = Field(
        description="Whether it is the newest and still says what the registry holds."
    )


class CardPlaceOut(BaseModel):
    """Where somebody may sign in a card's file by a certificate of their own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "field": "clinical-safety-officer-c815587f",
                    "meaning": "approve",
                    "pdf_digest": "sha256:" + "3c" * 32,
                    "size": 156518,
                }
            ]
        }
    )

    field: str = Field(description="The field of the PDF that was made for the sign-off.")
    meaning: str = Field(description="With what was signed off: the reason to give.")
    pdf_digest: str = Field(description="The digest of the file to which the signature is added.")
    size: int = Field(description="Its bytes, counted.")


class SignedCardOut(BaseModel):
    """A card's file with one more signature, as it was kept."""

    model_config = ConfigDict(
        from_attributes=True,
        json_schema_extra={
            "examples": [
                {
                    "number": 1,
                    "field": "clinical-safety-officer-c815587f",
                    "role": "clinical safety officer",
                    "name": "Olu, Ann (St Elsewhere Hospital)",
                    "certificate": "sha256:" + "5b" * 32,
                    "trusted": None,
                    "file_digest": "sha256:" + "6e" * 32,
                    "file_size": 168211,
                    "signed_at": "2026-11-23T14:02:51Z",
                }
            ]
        },
    )

    number: int = Field(description="Which of the card's signatures it is, counted from 1.")
    field: str = Field(description="The field of the PDF that it stands in.")
    role: str = Field(description="The role in which the person had signed off.")
    name: str = Field(description="Whose certificate it is, as it says itself.")
    certificate: str = Field(description="The SHA-256 of the certificate.")
    trusted: bool | None = Field(
        description="Whether one of the registry's roots vouches for it; null where none is set."
    )
    file_digest: str = Field(description="The digest of the file, as it is handed out from now on.")
    file_size: int = Field(description="Its bytes, counted.")
    signed_at: datetime = Field(description="When the registry received it.")
