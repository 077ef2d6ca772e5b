"""Evidence: how measured tables travel over the API."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.protocols import ByOut

ScoresFromWord = Literal["this artifact", "refits"]
CustodyWord = Literal["from the author", "labels held by the data steward", "independent party"]


_DATASET: dict[str, Any] = {"name": "hungary-angiography", "number": 1}
_TABLE: dict[str, Any] = {
    "digest": "sha256:" + "ac" * 32,
    "rows": 293,
    "format": "csv",
    "custodian": "Data office",
    "location": "research archive, folder 2026-17",
    "retained_until": "2036-11-23",
    "deleted_at": "2026-11-23T09:58:18Z",
}


class EvidenceIn(BaseModel):
    """What the person who hands a table in says about it, as query parameters."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "protocol": "sha256:" + "77" * 32,
                    "scores_from": "this artifact",
                    "custody": "labels held by the data steward",
                    "dataset": "hungary-angiography/1",
                    "custodian": "Data office",
                    "location": "research archive, folder 2026-17",
                    "retained_until": "2036-11-23",
                }
            ]
        },
    )

    protocol: str = Field(
        description="Digest of the protocol; it must be in force.",
        examples=["sha256:" + "77" * 32],
    )
    scores_from: ScoresFromWord = Field(
        default="this artifact",
        description="What made the scores; scores from refits satisfy no gate.",
        examples=["this artifact"],
    )
    custody: CustodyWord = Field(
        default="from the author",
        description="Who held scores and labels.",
        examples=["labels held by the data steward"],
    )
    dataset: str | None = Field(
        default=None,
        description="The dataset version that the table comes from, as name/number.",
        pattern=r"^[^/]+/[1-9][0-9]*$",
        examples=["hungary-angiography/1"],
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

    model_config = ConfigDict(json_schema_extra={"examples": [_DATASET]})

    name: str = Field(description="The dataset's name.")
    number: int = Field(description="Its version's number.")


class TableOut(BaseModel):
    """The table that was measured; its rows are not kept."""

    model_config = ConfigDict(json_schema_extra={"examples": [_TABLE]})

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

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": "f0c2d816-262b-4312-84a9-19f5700d35bf",
                    "number": 2,
                    "version": "heart-cad/2",
                    "state": "attached",
                    "refusal": None,
                    "job": "7b83cbba-06f9-4e4d-87f5-fbe8fdcd3232",
                    "protocol": "sha256:" + "77" * 32,
                    "purpose": "external testing",
                    "tally": "sha256:" + "a3" * 32,
                    "assessment_digest": "sha256:" + "02" * 32,
                    "scores_from": "this artifact",
                    "custody": "labels held by the data steward",
                    "dataset": _DATASET,
                    "table": _TABLE,
                    "submitted": {
                        "by": {
                            "id": "68b6a4b0-e554-4538-be82-2b0020eb84f4",
                            "name": "Dóra Nagy",
                        },
                        "at": "2026-11-23T09:58:15Z",
                    },
                    "exploratory": False,
                    "counts": True,
                    "because": None,
                    "engine": "cmr-validation/1",
                }
            ]
        }
    )

    id: UUID = Field(description="The evidence's id.")
    number: int = Field(description="The how-manieth evidence of its version it is.")
    version: str = Field(description="The version that was measured, as model/number.")
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
    custody: CustodyWord | Literal["claimed"] = Field(
        description="Who held scores and labels; “claimed” of a tally for which no site vouches."
    )
    dataset: DatasetRefOut | None = Field(description="The dataset it comes from, if named.")
    table: TableOut = Field(description="The table that was measured.")
    submitted: ByOut = Field(description="Who handed it in, and when.")
    exploratory: bool = Field(description="Whether the protocol came after a look at the data.")
    counts: bool = Field(description="Whether it can satisfy a gate at all.")
    because: str | None = Field(description="Why it cannot, where it cannot.")
    engine: str | None = Field(description="What computed the assessment.")


class PartOut(BaseModel):
    """A tally that evidence rests on: whose exams it counts, and who vouches for it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "sites": ["Hungary"],
                    "tally": "sha256:" + "a3" * 32,
                    "key": "21cc4ff8a0850322",
                    "standing": "vouched for",
                    "because": None,
                }
            ]
        }
    )

    sites: list[str] = Field(description="The sites whose exams it counts, as registered.")
    tally: str = Field(description="Digest of its content.")
    key: str | None = Field(description="Name of the key with which it is signed; null if none.")
    standing: Literal["vouched for", "claimed"] = Field(
        description="Whether its site vouches for it by a key that is confirmed today."
    )
    because: str | None = Field(description="Why it is only claimed, where it is.")
