"""Cards: how issued cards look over the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


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
                    "size": 141618,
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
    state: Literal["draft", "current", "declined", "superseded", "suspended"] = Field(
        description="How the version stood when the card was issued."
    )
    banner: str | None = Field(description="The word across every page, such as DRAFT; or null.")
    headline: str = Field(description="What policy permits or blocks, in one sentence.")
    pdf_digest: str = Field(description="The digest of the PDF's bytes.")
    size: int = Field(description="The PDF's bytes, counted.")
    issued_at: datetime = Field(description="When it was issued.")
    current: bool = Field(
        description="Whether it is the newest and still says what the registry holds."
    )
