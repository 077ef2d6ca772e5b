"""Signatures: how what people signed travels to whoever checks it."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_KEY = {
    "origin": "clinical-model-registry",
    "key": "65e64abccaca0f6d",
    "public": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
}


class ProofOut(BaseModel):
    """What a passkey answered, `cmr.assertion/1`."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "schema": "cmr.assertion/1",
                    "assertion": {"id": "2pX0m8Jv1rQ7hT4c1Vn0aLw", "type": "public-key"},
                    "public_key": "pQECAyYgASFYIJ",
                    "party": {
                        "id": "registry.example.org",
                        "origin": "https://registry.example.org",
                    },
                    "enrolment": {"method": "password+server-key", "key": "65e64abccaca0f6d"},
                }
            ]
        },
    )

    format: Literal["cmr.assertion/1"] = Field(alias="schema", description="What it is.")
    assertion: dict[str, Any] = Field(description="The passkey's answer, as WebAuthn names it.")
    public_key: str = Field(description="Its public key as COSE, base64url.")
    party: dict[str, Any] = Field(description="The host name and origin it is bound to.")
    enrolment: dict[str, Any] = Field(description="Whose it is, signed by the registry's key.")


class SignatureBundleOut(BaseModel):
    """Signatures with all that anyone needs to check them, `cmr.signature_bundle/1`."""

    model_config = ConfigDict(
        populate_by_name=True,
        json_schema_extra={
            "examples": [
                {
                    "schema": "cmr.signature_bundle/1",
                    "registry": dict(_KEY),
                    "signatures": [],
                    "documents": [],
                }
            ]
        },
    )

    format: Literal["cmr.signature_bundle/1"] = Field(alias="schema", description="What it is.")
    registry: dict[str, str] = Field(description="Name and key of the registry.")
    signatures: list[dict[str, Any]] = Field(
        description="Each: statement, method, key, signature; by passkey also its proof."
    )
    documents: list[dict[str, Any]] = Field(
        default_factory=list, description="What was signed, where it was asked for; else empty."
    )


class EnvelopeOut(BaseModel):
    """A DSSE envelope around an in-toto Statement."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "payloadType": "application/vnd.in-toto+json",
                    "payload": "eyJfdHlwZSI6Imh0dHBzOi8vaW4tdG90by5pby9TdGF0ZW1lbnQvdjEifQ==",
                    "signatures": [
                        {"keyid": "65e64abccaca0f6d", "sig": "tU4Ny5v8cJUfSgww3wydlA=="}
                    ],
                }
            ]
        }
    )

    payloadType: Literal["application/vnd.in-toto+json"] = Field(  # noqa: N815 -- DSSE's own name
        description="What the payload is."
    )
    payload: str = Field(description="Base64 of the in-toto Statement.")
    signatures: list[dict[str, str]] = Field(description="The registry's signature over it.")
