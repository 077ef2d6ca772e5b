"""Versions: how a version's record, files and lineage travel."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Digest = Field(pattern=r"^sha256:[0-9a-f]{64}$", examples=["sha256:" + "0" * 64])
FileKindWord = Literal[
    "model", "weights", "configuration", "code", "container", "documentation", "other"
]
RelationWord = Literal[
    "retrained from",
    "fine-tuned from",
    "recalibrated from",
    "converted from",
    "distilled from",
    "combined from",
]
UseWord = Literal["training", "tuning", "testing"]


class _Part(BaseModel):
    """A part of a version's record: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FileIn(_Part):
    """One file of a version, kept beforehand under its digest."""

    path: str = Field(examples=["model.json"])
    digest: str = Digest
    kind: FileKindWord = "model"


class FileOut(BaseModel):
    """One file of a version."""

    path: str
    digest: str
    size: int
    kind: str
    content: str = Field(description="What its first bytes show.")


class ParentPart(_Part):
    """A version that this one came from."""

    model: str
    number: int = Field(ge=1)
    relation: RelationWord


class BaseModelPart(_Part):
    """A model from elsewhere that this one was built on."""

    name: str = Field(min_length=1, examples=["densenet121-imagenet"])
    digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")
    source: str = Field(min_length=1, description="Where it came from.")


class TrainingRunPart(_Part):
    """The run that made the version."""

    system: str = Field(min_length=1, examples=["MLflow at tracking.example.org"])
    id: str = Field(min_length=1)
    started: datetime | None = None
    finished: datetime | None = None


class DatasetPart(_Part):
    """A dataset version and what it was used for."""

    name: str
    number: int = Field(ge=1)
    use: UseWord


class VersionRecordFields(BaseModel):
    """What is recorded of a version beside its files."""

    description: str = Field(min_length=1)
    parents: list[ParentPart] = Field(default_factory=list)
    base_model: BaseModelPart | None = None
    training_run: TrainingRunPart | None = None
    code_commit: str | None = Field(
        default=None, max_length=200, examples=["https://example.org/heart-cad@9fceb02"]
    )
    environment_lock: str | None = Field(
        default=None,
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="Digest of the lock file of the environment it was trained in.",
    )
    datasets: list[DatasetPart] = Field(default_factory=list)


class VersionIn(VersionRecordFields):
    """A version to register."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    artifacts: list[FileIn] = Field(min_length=1)
    carry_statements: bool = Field(
        default=False,
        description="Take over the first parent's statements; they count once confirmed.",
    )


class VersionRecordIn(VersionRecordFields):
    """A version's record, corrected; its files never change."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    why: str = Field(min_length=1)


class RegisteredOut(BaseModel):
    """By whom and when something was registered."""

    by: dict[str, str]
    at: datetime


class VersionOut(VersionRecordFields):
    """A version as it is recorded now."""

    model: str
    number: int
    stage: str
    record: int = Field(description="Number of the record; 1 is the first.")
    artifacts: list[FileOut]
    registered: RegisteredOut
