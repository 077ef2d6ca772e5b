"""Sites: how hospitals travel."""

from pydantic import BaseModel, ConfigDict, Field


class SiteRecordFields(BaseModel):
    """What is recorded of a site."""

    aliases: list[str] = Field(
        default_factory=list,
        description="The other names by which prediction tables call it; one name, one site.",
        examples=[["HUN", "Budapest"]],
    )
    time_zone: str = Field(examples=["Europe/Budapest"], description="IANA name.")
    country: str | None = Field(default=None, max_length=80, examples=["Hungary"])


class SiteIn(SiteRecordFields):
    """A site to register."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    name: str = Field(min_length=1, max_length=120, examples=["Hungary"])


class SiteRecordIn(SiteRecordFields):
    """A site's record, corrected."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=1, examples=["Tables from 2026 use a new code"])


class SiteOut(SiteRecordFields):
    """A site as it is recorded now."""

    name: str
    record: int = Field(description="Number of the record; 1 is the first.")
