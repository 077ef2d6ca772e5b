"""Policies: how what a decision asks travels over the API."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class PolicyIn(BaseModel):
    """A policy as written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": 'schema = "cmr.policy/1"\nname = "ward"\n…'}]},
    )

    text: str = Field(description="The TOML, whole.", min_length=1, max_length=200_000)


class PolicyOut(BaseModel):
    """One version of a policy."""

    name: str = Field(description="The policy's name.", examples=["standard"])
    version: int = Field(description="Its version.", examples=[1])
    title: str = Field(description="What it is called.")
    digest: str = Field(description="SHA-256 of its canonical JSON.")
    in_force: bool = Field(description="Whether new reviews are opened under it.")
    document: dict[str, Any] = Field(description="The policy, `cmr.policy/1`, defaults filled in.")
