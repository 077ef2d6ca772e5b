"""Sites: how hospitals travel."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_RECORD: dict[str, Any] = {
    "aliases": ["HUN", "Hungarian Institute of Cardiology"],
    "time_zone": "Europe/Budapest",
    "country": "Hungary",
    "weekend": ["saturday", "sunday"],
    "holidays": ["2026-12-25", "2027-01-01"],
}


class SiteRecordFields(BaseModel):
    """What is recorded of a site."""

    aliases: list[str] = Field(
        default_factory=list,
        description="The other names by which prediction tables call it; one name, one site.",
    )
    time_zone: str = Field(description="IANA name of its time zone.")
    country: str | None = Field(default=None, max_length=80, description="Its country.")
    weekend: list[str] = Field(
        default=["saturday", "sunday"],
        description="Days of the week on which nobody works there; due dates avoid them.",
    )
    holidays: list[date] = Field(
        default=[], description="Other days on which nobody works there.", max_length=1000
    )


class SiteIn(SiteRecordFields):
    """A site to register."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"name": "Hungary", **_RECORD}]},
    )

    name: str = Field(min_length=1, max_length=120, description="By what everybody names it.")


class SiteRecordIn(SiteRecordFields):
    """A site's record, corrected."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_RECORD, "why": "Tables from 2026 use a new code"}]},
    )

    why: str = Field(min_length=1, description="Why the record is corrected.")


class SiteOut(SiteRecordFields):
    """A site as it is recorded now."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"name": "Hungary", **_RECORD, "record": 1}]}
    )

    name: str = Field(description="By what everybody names it.")
    record: int = Field(description="Number of the record; 1 is the first.")
