"""Artifacts: how kept files travel."""

from pydantic import BaseModel, ConfigDict, Field


class ArtifactOut(BaseModel):
    """A kept file."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"digest": "sha256:" + "4f" * 32, "size": 2381, "content": "json"}]
        }
    )

    digest: str = Field(description="SHA-256 of its bytes, by which it is named from now on.")
    size: int = Field(description="Bytes.")
    content: str = Field(
        description="What its first bytes show; “executable content” runs code when opened."
    )
