"""Policies: how what a decision asks travels over the API."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_TEXT = """schema = "cmr.policy/1"
name = "standard"
version = 2
title = "Standard policy for clinical prediction models"

[tiers."registration only"]
rungs = []
months = 12
decision_maker = "clinical lead"
"""


class PolicyIn(BaseModel):
    """A policy as written."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"text": _TEXT}]},
    )

    text: str = Field(description="The TOML, whole.", min_length=1, max_length=200_000)


class PolicyOut(BaseModel):
    """One version of a policy."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "standard",
                    "version": 2,
                    "title": "Standard policy for clinical prediction models",
                    "digest": "sha256:" + "5a" * 32,
                    "in_force": True,
                    "document": {
                        "schema": "cmr.policy/1",
                        "name": "standard",
                        "version": 2,
                        "title": "Standard policy for clinical prediction models",
                        "tiers": {
                            "registration only": {
                                "rungs": [],
                                "criteria_from": "silent",
                                "statements": [],
                                "evidence": [],
                                "signoffs": [],
                                "optional": [],
                                "decision_maker": "clinical lead",
                                "months": 12,
                            }
                        },
                    },
                }
            ]
        }
    )

    name: str = Field(description="The policy's name.")
    version: int = Field(description="Its version.")
    title: str = Field(description="What it is called.")
    digest: str = Field(description="SHA-256 of its canonical JSON.")
    in_force: bool = Field(description="Whether new reviews are opened under it.")
    document: dict[str, Any] = Field(description="The policy, `cmr.policy/1`, defaults filled in.")
