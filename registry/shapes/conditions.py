"""Conditions: how what is sent for one, and more time for one, travel."""

from datetime import date
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr

_SENT: dict[str, Any] = {
    "evidence": "Attendance list of the course of 20 January, 14 of 14 people.",
    "artifact": "sha256:" + "4f" * 32,
}
_EXTENDED: dict[str, Any] = {
    "due": "2027-02-26",
    "reasons": "Two of the staff were ill; the course is repeated on 18 February.",
    "password": "correct horse battery",
}
_DUE: dict[str, Any] = {
    "review": "27deb970-dc15-497a-9dda-31c877cd90c4",
    "version": "heart-cad/2",
    "about": "condition 1",
    "what": "Train the staff who schedule angiography",
    "site": "Hungary",
    "due": "2027-01-29",
    "days_left": 11,
    "waits_for": "Ifeoma Okafor",
    "consequence": "The pilot does not begin.",
}


class SubmissionIn(BaseModel):
    """What a condition's owner sends to show that it is met."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SENT]})

    evidence: str = Field(description="What it is, in words.", min_length=1)
    artifact: str | None = Field(
        default=None,
        description="Digest of a file that the registry keeps.",
        pattern=r"^sha256:[0-9a-f]{64}$",
    )


class ExtensionIn(BaseModel):
    """More time for a condition, by whoever decides; the password is asked again."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXTENDED]})

    due: date = Field(description="The new last day, a working day at the site.")
    reasons: str = Field(description="Why it is given more time.", min_length=1)
    password: SecretStr = Field(description="Your password, again.")


class DueOut(BaseModel):
    """Something that falls due: an open condition, a waiver's end, or an approval's."""

    model_config = ConfigDict(json_schema_extra={"examples": [_DUE]})

    review: str = Field(description="The review concerned.")
    version: str = Field(description="The version, as model/number.")
    about: str = Field(description="What falls due: `approval`, `condition 1`, `waiver 1`.")
    what: str = Field(description="What it is, in words.")
    site: str = Field(description="In whose time zone the day is counted.")
    due: date = Field(description="The last day there.")
    days_left: int = Field(description="Days until then; below 0 it is late.")
    waits_for: str | None = Field(description="The person or role it waits for.")
    consequence: str = Field(description="What follows when it is late.")
