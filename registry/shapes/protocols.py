"""Protocols: how a pre-specified plan travels over the API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

ProtocolRole = Literal["clinical lead", "independent validator"]


class ProtocolIn(BaseModel):
    """A protocol as written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "text": 'schema = "cmr.protocol/1"\n'
                    'name = "Obstructive coronary disease, external testing"\n'
                    'purpose = "external testing"\nsampling = "consecutive"\n'
                    "[operating_point]\nthreshold = 0.5\n"
                }
            ]
        },
    )

    text: str = Field(description="The TOML, whole.", min_length=1, max_length=1_000_000)


class ProtocolSignatureIn(BaseModel):
    """A signature under a protocol; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "role": "clinical lead",
                    "meaning": "costs, operating point and floors",
                    "password": "…",
                }
            ]
        },
    )

    role: ProtocolRole = Field(description="In which role you sign.")
    meaning: Literal["costs, operating point and floors", "statistics"] | None = Field(
        default=None, description="What you answer for; each role answers for one thing."
    )
    password: SecretStr = Field(description="Your password, again.")


class PersonRefOut(BaseModel):
    """A person as documents name them."""

    id: UUID = Field(description="The person's id.")
    name: str = Field(description="The person's printed name.")


class ByOut(BaseModel):
    """Who did something, and when."""

    by: PersonRefOut = Field(description="Who.")
    at: datetime = Field(description="When.")


class ProtocolSignatureOut(ByOut):
    """A signature under a protocol."""

    role: ProtocolRole = Field(description="The role signed in.")
    meaning: str = Field(description="What the signer answers for.")
    method: str = Field(description="How the person was recognised and who holds the key.")
    key: str = Field(description="Name of the key.")
    signature: str = Field(description="Base64 of the Ed25519 signature over the statement.")
    statement: dict[str, Any] = Field(description="The canonical statement that was signed.")


class ProtocolOut(BaseModel):
    """A protocol as registered: it never changes; a later plan is another protocol."""

    digest: str = Field(
        description="SHA-256 of the canonical JSON.", examples=["sha256:" + "0" * 64]
    )
    measure_digest: str = Field(description="Digest of what shapes the cells of a tally.")
    source_digest: str = Field(description="SHA-256 of the text as it was sent.")
    model: str = Field(description="The model it was registered for.")
    name: str = Field(description="Its name.")
    purpose: str = Field(description="The partition that it judges.")
    document: dict[str, Any] = Field(
        description="The protocol as JSON, defaults filled in, the operating point resolved."
    )
    registered: ByOut = Field(description="Who registered it, and when.")
    signatures: list[ProtocolSignatureOut] = Field(description="Who has signed it.")
    needs_signatures: list[ProtocolRole] = Field(description="Who must still sign it.")
    in_force_since: datetime | None = Field(
        description="Since when tables may be measured against it; null while unsigned."
    )
