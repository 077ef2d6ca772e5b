"""Versions: how a version's record, files and lineage travel."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Digest = Field(
    pattern=r"^sha256:[0-9a-f]{64}$",
    description="SHA-256 of its bytes.",
    examples=["sha256:" + "4f" * 32],
)
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


_RECORD: dict[str, Any] = {
    "description": "Logistic regression on ten findings; cholesterol 0 treated as missing",
    "architecture": "Logistic regression, ten terms, no interaction",
    "parents": [{"model": "heart-cad", "number": 1, "relation": "retrained from"}],
    "base_model": None,
    "training_run": {
        "system": "MLflow at tracking.example.org",
        "id": "c5a9d1e0b7f04a5e",
        "started": "2026-11-20T08:00:00Z",
        "finished": "2026-11-20T08:04:12Z",
    },
    "code_commit": "https://example.org/heart-cad@9fceb02",
    "environment_lock": "sha256:" + "7b" * 32,
    "datasets": [{"name": "cleveland-angiography", "number": 1, "use": "training"}],
}
_FILE: dict[str, Any] = {"path": "model.json", "digest": "sha256:" + "4f" * 32, "kind": "model"}


class _Part(BaseModel):
    """A part of a version's record: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class FileIn(_Part):
    """One file of a version, kept beforehand under its digest."""

    model_config = ConfigDict(json_schema_extra={"examples": [_FILE]})

    path: str = Field(description="Its path inside the version.", examples=["model.json"])
    digest: str = Digest
    kind: FileKindWord = Field(default="model", description="What it is to the version.")


class FileOut(BaseModel):
    """One file of a version."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{**_FILE, "size": 2381, "content": "json"}]}
    )

    path: str = Field(description="Its path inside the version.")
    digest: str = Field(description="SHA-256 of its bytes.")
    size: int = Field(description="Bytes.")
    kind: str = Field(description="What it is to the version.")
    content: str = Field(description="What its first bytes show.")


class ParentPart(_Part):
    """A version that this one came from."""

    model: str = Field(description="The parent's model.")
    number: int = Field(ge=1, description="The parent's number.")
    relation: RelationWord = Field(description="How this version came from it.")


class BaseModelPart(_Part):
    """A model from elsewhere that this one was built on."""

    name: str = Field(
        min_length=1, description="What it is called there.", examples=["densenet121-imagenet"]
    )
    digest: str | None = Field(
        default=None, pattern=r"^sha256:[0-9a-f]{64}$", description="SHA-256 of its bytes."
    )
    source: str = Field(min_length=1, description="Where it came from.")


class TrainingRunPart(_Part):
    """The run that made the version."""

    system: str = Field(min_length=1, description="Where it is recorded.")
    id: str = Field(min_length=1, description="Its id there.")
    started: datetime | None = Field(default=None, description="When it began.")
    finished: datetime | None = Field(default=None, description="When it ended.")


class DatasetPart(_Part):
    """A dataset version and what it was used for."""

    name: str = Field(description="The dataset's name.")
    number: int = Field(ge=1, description="Its version's number.")
    use: UseWord = Field(description="What it was used for.")


class VersionRecordFields(BaseModel):
    """What is recorded of a version beside its files."""

    description: str = Field(min_length=1, description="What it is, in a sentence.")
    architecture: str | None = Field(
        default=None,
        min_length=1,
        max_length=400,
        description="What kind of model it is and of what parts, such as DenseNet-121.",
    )
    parents: list[ParentPart] = Field(
        default_factory=list, description="The versions it came from."
    )
    base_model: BaseModelPart | None = Field(
        default=None, description="The model from elsewhere that it was built on."
    )
    training_run: TrainingRunPart | None = Field(default=None, description="The run that made it.")
    code_commit: str | None = Field(
        default=None, max_length=200, description="Where its training code stands, to the commit."
    )
    environment_lock: str | None = Field(
        default=None,
        pattern=r"^sha256:[0-9a-f]{64}$",
        description="Digest of the lock file of the environment it was trained in.",
    )
    datasets: list[DatasetPart] = Field(
        default_factory=list, description="The dataset versions it was made with."
    )


class VersionIn(VersionRecordFields):
    """A version to register."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [{**_RECORD, "artifacts": [_FILE], "carry_statements": True}]
        },
    )

    artifacts: list[FileIn] = Field(min_length=1, description="Its files, kept beforehand.")
    carry_statements: bool = Field(
        default=False,
        description="Take over the first parent's statements; they count once confirmed.",
    )


class VersionRecordIn(VersionRecordFields):
    """A version's record, corrected; its files never change."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_RECORD, "why": "The training run was missing"}]},
    )

    why: str = Field(min_length=1, description="Why the record is corrected.")


class CandidacyIn(BaseModel):
    """A version named a release candidate."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{"why": "Internal testing is done; ready for review"}]},
    )

    why: str = Field(min_length=1, description="Why this build is to be released.")


_REGISTERED: dict[str, Any] = {
    "by": {"id": "1d9f7b62-4c1e-4f1b-8b0a-5b8c5f0a9e31", "name": "Maya Lindqvist"},
    "at": "2026-11-23T09:40:00Z",
}


class RegisteredOut(BaseModel):
    """By whom and when something was registered."""

    model_config = ConfigDict(json_schema_extra={"examples": [_REGISTERED]})

    by: dict[str, str] = Field(description="The person, by id and printed name.")
    at: datetime = Field(description="When.")


class VersionOut(VersionRecordFields):
    """A version as it is recorded now."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_RECORD,
                    "model": "heart-cad",
                    "number": 2,
                    "stage": "draft",
                    "record": 1,
                    "candidate": {**_REGISTERED, "why": "Internal testing is done"},
                    "artifacts": [{**_FILE, "size": 2381, "content": "json"}],
                    "registered": _REGISTERED,
                }
            ]
        }
    )

    model: str = Field(description="The model's name.")
    number: int = Field(description="The version's number.")
    stage: str = Field(description="How far it has come.")
    record: int = Field(description="Number of the record; 1 is the first.")
    candidate: dict[str, Any] | None = Field(
        default=None, description="Who named it a release candidate, when and why; none if nobody."
    )
    artifacts: list[FileOut] = Field(description="Its files.")
    registered: RegisteredOut = Field(description="By whom and when it was registered.")
