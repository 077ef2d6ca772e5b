"""Trail: what travels about it, its checkpoints and its proofs."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

_NOTE = "clinical-model-registry\n42\nq1k…=\n\n— clinical-model-registry 3fWc…\n"


class EventOut(BaseModel):
    """One act on the trail, its words put back in their places."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "schema": "cmr.event/2",
                    "seq": 41,
                    "at": "2026-11-23T09:30:00.000000Z",
                    "act": "review.signed",
                    "actor": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10",
                    "subject": "heart-cad/2",
                    "why": "",
                    "before": None,
                    "after": {"role": "clinical safety officer", "meaning": "support"},
                    "redacted": [],
                    "body": '{"act":"review.signed","actor":"6f1c0d9e-7a52-…","after":{…},…}',
                }
            ]
        }
    )

    schema_: str = Field(alias="schema", description="Name and number of this shape.")
    seq: int = Field(description="Place on the trail, from 0, without a gap.")
    at: str = Field(description="When, in UTC.")
    act: str = Field(description="What was done, as subject.verb.")
    actor: str = Field(description="Who did it: a person's identifier, or “system”.")
    subject: str = Field(description="To what it was done.")
    why: str = Field(description="The reason given, if one was.")
    before: dict[str, Any] | None = Field(description="Facts as they were.")
    after: dict[str, Any] | None = Field(description="Facts as they became.")
    redacted: list[str] = Field(description="Where words were taken out, such as “why”.")
    body: str = Field(description="The exact bytes that were hashed, as text.")


class RedactionIn(BaseModel):
    """Words to take out of an entry for good."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"path": "why", "why": "The reason named a patient; request 2026-118"}]
        },
    )

    path: str = Field(description="Where they stand: `why`, or keys such as `after.text`.")
    why: str = Field(min_length=1, description="Why they are taken out; without repeating them.")


class CheckpointOut(BaseModel):
    """A signed note over the trail; keep it outside the registry."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"note": _NOTE, "public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="}
            ]
        }
    )

    note: str = Field(
        description="A C2SP signed note: origin, size, root, signature.",
    )
    public_key: str = Field(description="Base64 of the 32 bytes of the key that signs notes.")


class VerificationIn(BaseModel):
    """Checkpoints that were kept outside, to check the stored trail against."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"notes": [_NOTE]}]})

    notes: list[str] = Field(default_factory=list, description="Signed notes, whole.")


class VerificationOut(BaseModel):
    """What checking the whole trail found."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "intact": True,
                    "entries": 42,
                    "root": "ab" * 32,
                    "checkpoints": 2,
                    "findings": [],
                },
                {
                    "intact": False,
                    "entries": 42,
                    "root": "cd" * 32,
                    "checkpoints": 2,
                    "findings": ["Entry 17 is not what was hashed when it was written."],
                },
            ]
        }
    )

    intact: bool = Field(description="True when nothing was found.")
    entries: int = Field(description="How many entries are stored.", ge=0)
    root: str = Field(description="Root of the tree over them, in hex.")
    checkpoints: int = Field(description="How many checkpoints were checked against.", ge=0)
    findings: list[str] = Field(description="What was found, a sentence each.")


class CosignatureIn(BaseModel):
    """A witness's line over a checkpoint."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "size": 42,
                    "witness": "witness.example.org/w1+5f1c0d9e+BGFi…",
                    "line": "\u2014 witness.example.org/w1 Xxw…\n",
                }
            ]
        },
    )

    size: int = Field(ge=1, description="Over how many entries the checkpoint is.")
    witness: str = Field(max_length=300, description="The witness's public key, as one word.")
    line: str = Field(max_length=1000, description="The line, with its line feed.")


class KeyOut(BaseModel):
    """The key by which checkpoints of this registry hold; it is no secret."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "name": "clinical-model-registry",
                    "public_key": "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
                    "verifier_key": "clinical-model-registry+5a1e0c4d+AddamAGCsQq31Uv+…",
                }
            ]
        }
    )

    name: str = Field(description="The registry's name in checkpoints.")
    public_key: str = Field(description="Base64 of the 32 bytes of Ed25519.")
    verifier_key: str = Field(description="The same as one word, as C2SP verifiers take it.")


class InclusionOut(BaseModel):
    """The hashes that lead from one entry to the root of the trail (RFC 6962)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "seq": 41,
                    "size": 42,
                    "body": '{"act":"review.signed",…}',
                    "leaf": "ab" * 32,
                    "hashes": ["cd" * 32],
                    "root": "ef" * 32,
                    "note": _NOTE,
                }
            ]
        }
    )

    seq: int = Field(description="The entry's place.")
    size: int = Field(description="How many entries the root covers.")
    body: str = Field(description="The exact bytes that were hashed, as text.")
    leaf: str = Field(description="The entry's hash, in hex.")
    hashes: list[str] = Field(description="From the leaf upwards, in hex.")
    root: str = Field(description="The root, in hex.")
    note: str | None = Field(description="The checkpoint over this root, where one was signed.")


class ConsistencyOut(BaseModel):
    """The hashes that show a longer trail to begin as a shorter one did (RFC 6962)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "from": 30,
                    "to": 42,
                    "hashes": ["ab" * 32, "cd" * 32],
                    "from_root": "ef" * 32,
                    "to_root": "01" * 32,
                }
            ]
        }
    )

    from_: int = Field(alias="from", description="How many entries the shorter trail has.")
    to: int = Field(description="How many the longer one has.")
    hashes: list[str] = Field(description="The proof, in hex.")
    from_root: str = Field(description="Root of the shorter one, in hex.")
    to_root: str = Field(description="Root of the longer one, in hex.")
