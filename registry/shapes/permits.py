"""Permits: how the question and its signed answer travel."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.reviews import RungWord

_PERMIT: dict[str, Any] = {
    "schema": "cmr.permit/1",
    "permit": "yes",
    "registry": "clinical-model-registry",
    "version": "heart-cad/2",
    "artifacts": ["sha256:" + "28" * 32],
    "site": "Hungary",
    "use": "Order the waiting list for angiography",
    "rung": "silent",
    "state": "silent",
    "site_dossier": "sha256:" + "7a" * 32,
    "release": "sha256:" + "9f" * 32,
    "reasons": [],
    "issued_at": "2026-11-24T09:00:00.000000Z",
    "expires_at": "2026-11-24T10:00:00.000000Z",
    "alarm_from": "2026-11-24T12:00:00.000000Z",
    "grace_until": "2026-11-24T14:00:00.000000Z",
    "signature": {"key": "65e64abccaca0f6d", "value": "fG8Q47PXoUPwCodWhtubLU5lz7Lv9J9AubKM"},
}


class PermitIn(BaseModel):
    """What somebody wants to run, and where."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "version": "heart-cad/2",
                    "site": "Hungary",
                    "rung": "silent",
                    "use": "Order the waiting list for angiography",
                    "artifacts": ["sha256:" + "28" * 32],
                }
            ]
        },
    )

    version: str = Field(description="The version, as model/number.")
    site: str = Field(description="The hospital, as registered.")
    rung: RungWord = Field(description="How far.")
    use: str | None = Field(default=None, description="For what; without it, the approved use.")
    artifacts: list[str] = Field(
        default=[], description="Digests of the files that are to run; each must be the version's."
    )


class PermitOut(BaseModel):
    """The signed answer, `cmr.permit/1`."""

    model_config = ConfigDict(populate_by_name=True, json_schema_extra={"examples": [_PERMIT]})

    schema_: Literal["cmr.permit/1"] = Field(alias="schema", description="Name and number.")
    permit: Literal["yes", "no"] = Field(description="A no stops at once.")
    registry: str = Field(description="Whose answer it is.")
    version: str = Field(description="The version, as model/number.")
    artifacts: list[str] = Field(description="Digests of the version's files.")
    site: str = Field(description="The hospital.")
    use: str | None = Field(description="For what.")
    rung: RungWord = Field(description="How far.")
    state: str | None = Field(description="Where the deployment stands; none where there is none.")
    site_dossier: str | None = Field(description="The site dossier on which a yes rests.")
    release: str | None = Field(description="The release dossier on which a yes rests.")
    reasons: list[dict[str, Any]] = Field(description="Why not; the hardest first.")
    issued_at: str = Field(description="When, in UTC.")
    expires_at: str | None = Field(description="Until when a yes holds.")
    alarm_from: str | None = Field(description="From when its grace raises an alarm.")
    grace_until: str | None = Field(description="Until when it may be relied on if unanswered.")
    signature: dict[str, str] = Field(
        description="Key and Ed25519 signature over the document without it, RFC 8785."
    )


class PublicKeyOut(BaseModel):
    """The key by which the registry's answers are verified."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "key": "65e64abccaca0f6d",
                    "public": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
                }
            ]
        }
    )

    key: str = Field(description="Its name: 16 hex digits of its digest.")
    public: str = Field(description="The 32 public bytes, base64.")
