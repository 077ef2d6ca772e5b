"""Evidence: how measured tables travel over the API."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.protocols import ByOut

ScoresFromWord = Literal["this artifact", "refits"]
CustodyWord = Literal["from the author", "labels held by the data steward", "independent party"]


class EvidenceIn(BaseModel):
    """What the person who hands a table in says about it, as query parameters."""

    model_config = ConfigDict(extra="forbid")

    protocol: str = Field(
        description="Digest of the protocol; it must be in force.", examples=["sha256:" + "0" * 64]
    )
    scores_from: ScoresFromWord = Field(
        default="this artifact",
        description="What made the scores; scores from refits satisfy no gate.",
    )
    custody: CustodyWord = Field(
        default="from the author", description="Who held scores and labels."
    )
    dataset: str | None = Field(
        default=None,
        description="The dataset version that the table comes from, as name/number.",
        pattern=r"^[^/]+/[1-9][0-9]*$",
        examples=["hungary-1988/1"],
    )
    custodian: str = Field(
        description="Who keeps the table.", min_length=1, max_length=200, examples=["Data office"]
    )
    location: str = Field(
        description="Where the table can be asked for.",
        min_length=1,
        max_length=500,
        examples=["research archive, folder 2026-17"],
    )
    retained_until: date | None = Field(
        default=None, description="Until when it is kept there.", examples=["2036-11-23"]
    )


class DatasetRefOut(BaseModel):
    """A dataset version by its name."""

    name: str = Field(description="The dataset's name.")
    number: int = Field(description="Its version's number.")


class TableOut(BaseModel):
    """The table that was measured; its rows are not kept."""

    digest: str = Field(description="SHA-256 of its bytes.")
    rows: int | None = Field(description="Rows read; null while the table waits.")
    format: str = Field(description="“csv” or “parquet”.")
    custodian: str = Field(description="Who keeps it.")
    location: str = Field(description="Where it can be asked for.")
    retained_until: date | None = Field(description="Until when it is kept there.")
    deleted_at: datetime | None = Field(
        description="When the uploaded rows were deleted here; null while they wait."
    )


class EvidenceOut(BaseModel):
    """One table measured by one protocol."""

    id: UUID = Field(description="The evidence's id.")
    number: int = Field(description="The how-manieth evidence of its version it is.")
    version: str = Field(description="The version that was measured.", examples=["heart-cad/2"])
    state: Literal["waiting", "attached", "refused"] = Field(
        description="Waiting for its job; attached; or refused, and then nothing of it counts."
    )
    refusal: str | None = Field(description="What is wrong with the table, and the remedy.")
    job: UUID = Field(description="The job that measures the table.")
    protocol: str = Field(description="Digest of the protocol.")
    purpose: str = Field(description="The partition that was judged.")
    tally: str | None = Field(description="Digest of the tally.")
    assessment_digest: str | None = Field(description="Digest of the assessment.")
    scores_from: ScoresFromWord = Field(description="What made the scores.")
    custody: CustodyWord = Field(description="Who held scores and labels.")
    dataset: DatasetRefOut | None = Field(description="The dataset it comes from, if named.")
    table: TableOut = Field(description="The table that was measured.")
    submitted: ByOut = Field(description="Who handed it in, and when.")
    exploratory: bool = Field(description="Whether the protocol came after a look at the data.")
    counts: bool = Field(description="Whether it can satisfy a gate at all.")
    because: str | None = Field(description="Why it cannot, where it cannot.")
    engine: str | None = Field(description="What computed the assessment.")
