"""Webhooks: how addresses that are told travel."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.notices import KindWord

_HOOK: dict[str, Any] = {
    "name": "quality-desk",
    "url": "https://hooks.hospital.example/cmr",
    "kinds": ["suspended", "lapses"],
    "added_by": "Diana Roberts",
    "added_at": "2026-11-23T09:30:00Z",
    "rotated_at": None,
    "removed_at": None,
}


class WebhookIn(BaseModel):
    """An address to be told of acts."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "quality-desk",
                    "url": "https://hooks.hospital.example/cmr",
                    "kinds": ["suspended", "lapses"],
                }
            ]
        },
    )

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$",
        description="Lower-case letters, digits, and inside also . _ -",
    )
    url: str = Field(
        min_length=1, max_length=500, description="https, without name, password or #."
    )
    kinds: list[KindWord] = Field(
        default=[], description="Of which kinds it is told; of every kind where none is named."
    )


class WebhookReasonIn(BaseModel):
    """Why a webhook gets a new secret, or is removed."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"why": "The receiver was replaced"}]}
    )

    why: str = Field(min_length=1, description="The reason, kept on the trail.")


class WebhookOut(BaseModel):
    """An address that is told of acts, without its secret."""

    model_config = ConfigDict(json_schema_extra={"examples": [_HOOK]})

    name: str = Field(description="What it is called here.")
    url: str = Field(description="Where notices are posted.")
    kinds: list[KindWord] = Field(description="Of which kinds it is told; empty is every kind.")
    added_by: str = Field(description="Who added it.")
    added_at: datetime = Field(description="When it was added.")
    rotated_at: datetime | None = Field(description="When it got its present secret, if a newer.")
    removed_at: datetime | None = Field(description="When it was removed, if it was.")


class NewWebhookOut(WebhookOut):
    """An address that is told of acts, with its secret, which is shown this once."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{**_HOOK, "secret": "whsec_1uVkF0yQ2n8m5Zr4cQmJx3o0a9s7d6f5g4h3j2k1l0A="}]
        }
    )

    secret: str = Field(description="By which the receiver checks `webhook-signature`.")
