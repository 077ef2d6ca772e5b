"""Protocols: how a pre-specified plan travels over the API."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

ProtocolRole = Literal["clinical lead", "independent validator"]

_TEXT = """schema = "cmr.protocol/1"
name = "Obstructive coronary disease, external testing of version 2"
purpose = "external testing"
sampling = "verified only"
reference_standard = "invasive angiography, a major vessel narrowed by more than 50 %"
score_kind = "probability"

[columns]
exam = "exam_id"
patient = "patient_id"
site = "site"
label = "label"
score = "score"

[operating_point]
threshold = 0.26
"""
_LEAD: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Carla Moretti"}
_ENGINEER: dict[str, Any] = {
    "by": {"id": "1d9f7b62-4c1e-4f1b-8b0a-5b8c5f0a9e31", "name": "Maya Lindqvist"},
    "at": "2026-11-23T09:28:12Z",
}
_DIGEST = "sha256:" + "77" * 32
_SIGNATURE: dict[str, Any] = {
    "by": _LEAD,
    "at": "2026-11-23T09:30:13Z",
    "role": "clinical lead",
    "meaning": "costs, operating point and floors",
    "method": "password+server-key",
    "key": "65e64abccaca0f6d",
    "signature": "tU4Ny5v8cJUfSgww3wydlLAtELvlRngIrWtElIoIhW2h7MTonqtgE0K6d4FB1P29",
    "statement": {
        "schema": "cmr.statement/1",
        "signer": {**_LEAD, "login": "c.moretti"},
        "role": "clinical lead",
        "meaning": "costs, operating point and floors",
        "subject": f"protocol {_DIGEST}",
        "digest": _DIGEST,
        "reasons": None,
        "policy": None,
        "at": "2026-11-23T09:30:13.135099Z",
        "nonce": "5FmfpB7DuRBCQFcjfQaXtMk--Vq97PPvPn62qIBMFJY",
    },
}


class ProtocolIn(BaseModel):
    """A protocol as written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": _TEXT}]},
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
                    "password": "correct horse battery",
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

    model_config = ConfigDict(json_schema_extra={"examples": [_LEAD]})

    id: UUID = Field(description="The person's id.")
    name: str = Field(description="The person's printed name.")


class ByOut(BaseModel):
    """Who did something, and when."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ENGINEER]})

    by: PersonRefOut = Field(description="Who.")
    at: datetime = Field(description="When.")


class ProtocolSignatureOut(ByOut):
    """A signature under a protocol."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SIGNATURE]})

    role: ProtocolRole = Field(description="The role signed in.")
    meaning: str = Field(description="What the signer answers for.")
    method: str = Field(description="How the person was recognised and who holds the key.")
    key: str = Field(description="Name of the key.")
    signature: str = Field(description="Base64 of the Ed25519 signature over the statement.")
    statement: dict[str, Any] = Field(description="The canonical statement that was signed.")


class ProtocolOut(BaseModel):
    """A protocol as registered: it never changes; a later plan is another protocol."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "digest": _DIGEST,
                    "measure_digest": "sha256:" + "12" * 32,
                    "source_digest": "sha256:" + "88" * 32,
                    "model": "heart-cad",
                    "name": "Obstructive coronary disease, external testing of version 2",
                    "purpose": "external testing",
                    "document": {
                        "schema": "cmr.protocol/1",
                        "name": "Obstructive coronary disease, external testing of version 2",
                        "purpose": "external testing",
                        "sampling": "verified only",
                        "operating_point": {
                            "threshold": 0.26,
                            "positive_when": ">=",
                            "unscored": "negative",
                        },
                        "criteria": [
                            {
                                "id": "discrimination",
                                "source": "estimate",
                                "metric": "auroc",
                                "over": "every site",
                                "at_least": 0.75,
                            }
                        ],
                    },
                    "registered": _ENGINEER,
                    "signatures": [_SIGNATURE],
                    "needs_signatures": ["independent validator"],
                    "in_force_since": None,
                }
            ]
        }
    )

    digest: str = Field(description="SHA-256 of the canonical JSON.")
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
