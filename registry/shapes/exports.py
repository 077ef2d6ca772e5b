"""Exports: how formats and coverage reports travel."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

FormatWord = Literal["chai", "hti1", "hti1-table", "cyclonedx", "json", "csv"]
GuidelineWord = Literal["tripod-ai", "claim-2024"]


class FormatOut(BaseModel):
    """A format in which a version's record can be taken home."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "csv",
                    "title": "Every number of every assessment, one in a row",
                    "media": "text/csv; charset=utf-8",
                    "not_carried": ["sign-offs, objections, conditions and the decision"],
                }
            ]
        }
    )

    key: FormatWord = Field(description="By what it is asked for.")
    title: str = Field(description="What it is.")
    media: str = Field(description="Its media type.")
    not_carried: list[str] = Field(description="What it has no place for.")


_PART: dict[str, Any] = {
    "topic": "funding",
    "text": None,
    "not_available": "not recorded by this registry",
    "pointers": ["dossier.json#/model/disclosure/funding"],
    "card_section": None,
}
_ITEM: dict[str, Any] = {
    "id": "44",
    "section": "Other information",
    "asks": "Funding",
    "state": "not answered",
    "because": "not recorded by this registry",
    "parts": [_PART],
}


class CoveredPartOut(BaseModel):
    """What is said on one topic of an item."""

    model_config = ConfigDict(json_schema_extra={"examples": [_PART]})

    topic: str = Field(description="The topic.")
    text: str | None = Field(description="What is said; null where nothing is.")
    not_available: str | None = Field(description="Why nothing is said; null where something is.")
    pointers: list[str] = Field(
        description="Where it stands in the documents attached to the card, as JSON pointers."
    )
    card_section: int | None = Field(
        description="The section of the card that prints it; null where none does."
    )


class CoveredItemOut(BaseModel):
    """One item of a guideline beside the record."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ITEM]})

    id: str = Field(description="Its number in the guideline.")
    section: str = Field(description="The part of the guideline that it stands in.")
    asks: str = Field(description="What it asks, in our words.")
    state: Literal["linked", "linked in part", "not answered", "not applicable"] = Field(
        description="Whether the registry holds something on it."
    )
    because: str | None = Field(description="Why it is not answered or does not apply.")
    parts: list[CoveredPartOut] = Field(description="What is held on it, topic by topic.")


class CoverageOut(BaseModel):
    """Where a record answers the items of a reporting guideline."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schema": "cmr.coverage/1",
                    "guideline": {"key": "claim-2024", "doi": "10.1148/ryai.240300"},
                    "says": "Each item is linked to what the registry holds on it.",
                    "version": "heart-cad/2",
                    "dossier": "sha256:" + "9f" * 32,
                    "stands": "Current; decision of 23 Nov 2026: approve",
                    "as_of": "2026-11-23T12:30:00Z",
                    "items": [_ITEM],
                }
            ]
        }
    )

    schema_: str = Field(alias="schema", description="The document's shape.")
    guideline: dict[str, Any] = Field(description="Key, name, citation and DOI.")
    says: str = Field(description="What a link means, and what it does not.")
    version: str = Field(description="The version, as model/number.")
    dossier: str = Field(description="The digest of the dossier that is rendered.")
    stands: str = Field(description="How the version stands.")
    as_of: str = Field(description="The time of the newest document that is rendered.")
    items: list[CoveredItemOut] = Field(description="The guideline's items in their order.")
