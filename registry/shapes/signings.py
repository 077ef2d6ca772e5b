"""Signings: how a statement travels to its signer, and the signature back."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

StateWord = Literal["waiting", "done", "cancelled", "expired"]
_DIGEST = "sha256:" + "9f" * 32
_STATEMENT: dict[str, Any] = {
    "schema": "cmr.statement/1",
    "signer": {
        "id": "868053e2-dae4-46e8-b105-e4c07a2523cb",
        "login": "i.okafor",
        "name": "Ifeoma Okafor",
    },
    "role": "independent validator",
    "meaning": "review",
    "subject": "heart-cad/2, dossier 2",
    "digest": _DIGEST,
    "reasons": None,
    "policy": "standard/1",
    "at": "2026-11-23T10:40:06.000000Z",
    "nonce": "5FmfpB7DuRBCQFcjfQaXtMk--Vq97PPvPn62qIBMFJY",
}
_CREDENTIAL = "2pX0m8Jv1rQ7hT4c1Vn0aLw"
_ANSWER: dict[str, Any] = {
    "clientDataJSON": "eyJ0eXBlIjoid2ViYXV0aG4uZ2V0In0",
    "authenticatorData": "SZYN5YgOjGh0NBcPZHZgW4_krrmihjLHmVzzuoMdl2MFAAAAAQ",
    "signature": "MEUCIQDzv2kEo0c2tBq",
}
_SIGNING: dict[str, Any] = {
    "id": "d2b0f0b5-9a3c-4a0e-8f53-0f6f9e3f3a11",
    "act": "Sign the dossier that you have read, in a role and with a meaning",
    "state": "waiting",
    "statement": _STATEMENT,
    "digest": "sha256:" + "ab" * 32,
    "document": {"schema": "cmr.dossier/1", "number": 2},
    "changed": {"since": 1, "parts": ["evidence", "criteria"]},
    "party": "registry.example.org",
    "passkeys": [{"id": _CREDENTIAL, "transports": ["internal"]}],
    "expires_at": "2026-11-23T10:50:06Z",
    "method": None,
    "answer": None,
    "page": "https://registry.example.org/sign/d2b0f0b5-9a3c-4a0e-8f53-0f6f9e3f3a11#Vq97PPvPn62q",
}


class SigningIn(BaseModel):
    """An act to sign: where it would be posted and what, without the password."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "path": "/reviews/27deb970-dc15-497a-9dda-31c877cd90c4/signoffs",
                    "body": {
                        "role": "independent validator",
                        "meaning": "review",
                        "dossier": _DIGEST,
                    },
                }
            ]
        },
    )

    path: str = Field(description="The path of the act below /api/v1.", max_length=300)
    body: dict[str, Any] = Field(description="Its body, without the password.")


class SigningOut(BaseModel):
    """An act that waits for its signature, or what became of it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SIGNING]})

    id: UUID = Field(description="The signing.")
    act: str = Field(description="What is done by it.")
    state: StateWord = Field(description="How it stands.")
    statement: dict[str, Any] = Field(
        description="Exactly what is signed, `cmr.statement/1`; a passkey's challenge is the "
        "SHA-256 of its RFC 8785 bytes."
    )
    digest: str = Field(description="SHA-256 of the statement's canonical bytes.")
    document: dict[str, Any] | None = Field(
        description="The document whose digest the statement names, if it is short."
    )
    changed: dict[str, Any] | None = Field(
        description="Of a dossier that is not the first: the parts that changed, and since which."
    )
    party: str = Field(description="The host name that passkeys are bound to.")
    passkeys: list[dict[str, Any]] = Field(description="The signer's confirmed passkeys.")
    expires_at: datetime = Field(description="Until when it waits.")
    method: str | None = Field(description="How it was signed, once it was.")
    answer: dict[str, Any] | None = Field(description="What the act answered, once it was done.")
    page: str | None = Field(
        description="Link to the page where it is signed; given once, to who began it."
    )


class AnswerIn(BaseModel):
    """The three parts of what a passkey answers, each base64url."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [_ANSWER]})

    clientDataJSON: str = Field(description="What the browser saw.", max_length=4000)  # noqa: N815
    authenticatorData: str = Field(  # noqa: N815 -- WebAuthn's own names
        description="What the passkey saw.", max_length=4000
    )
    signature: str = Field(description="Its signature over both.", max_length=2000)


class AssertionIn(BaseModel):
    """What a passkey answered, as `PublicKeyCredential.toJSON()` writes it."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"id": _CREDENTIAL, "response": _ANSWER}]},
    )

    id: str = Field(description="The passkey's id, base64url.", max_length=1400)
    response: AnswerIn = Field(description="Its answer.")


class PasswordAgainIn(BaseModel):
    """The password again, where there is no passkey: the weaker way to sign."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"password": "correct horse battery"}]}
    )

    password: SecretStr = Field(description="The signer's password.")


class LoginProofIn(BaseModel):
    """A fresh login at the provider of identities, which proves one signature."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"secret": "cmrf_8sNq0c2VbT"}]}
    )

    secret: SecretStr = Field(description="What `POST /fresh-logins/completion` answered.")
