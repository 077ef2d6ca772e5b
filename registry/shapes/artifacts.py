"""Artifacts: how kept files travel."""

from pydantic import BaseModel, Field


class ArtifactOut(BaseModel):
    """A kept file."""

    digest: str = Field(examples=["sha256:" + "0" * 64])
    size: int = Field(description="Bytes.")
    content: str = Field(
        description="What its first bytes show; “executable content” runs code when opened.",
        examples=["safetensors"],
    )
