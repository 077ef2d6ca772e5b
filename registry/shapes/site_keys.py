"""Site keys: how the public keys of hospitals travel."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_PEM = (
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"
    "-----END PUBLIC KEY-----\n"
)
_KEY: dict[str, Any] = {
    "site": "Hungary",
    "key": "21cc4ff8a0850322",
    "public": "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=",
    "state": "confirmed",
    "proposed_by": "Ines Faber",
    "proposed_at": "2026-03-02T09:00:00.000000Z",
    "confirmed_by": "Tom Okoye",
    "confirmed_at": "2026-03-02T14:30:00.000000Z",
    "revoked_by": None,
    "revoked_at": None,
    "revoked_why": None,
}


class SiteKeyIn(BaseModel):
    """A public key, proposed as a site's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"public": _PEM}]})

    public: str = Field(max_length=1000, description="The public half as PEM.")


class SiteKeyRevocationIn(BaseModel):
    """Why a key counts no longer."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"why": "The machine that held it was replaced"}]},
    )

    why: str = Field(min_length=1, description="Why the key is revoked.")


class SiteKeyOut(BaseModel):
    """A site's key as it stands now."""

    model_config = ConfigDict(json_schema_extra={"examples": [_KEY]})

    site: str = Field(description="The hospital whose key it is.")
    key: str = Field(description="Name of the key: 16 hex digits of its digest.")
    public: str = Field(description="The 32 public bytes, base64.")
    state: Literal["proposed", "confirmed", "revoked"] = Field(
        description="Only a confirmed key vouches for a tally."
    )
    proposed_by: str = Field(description="Who registered it.")
    proposed_at: str = Field(description="When, in UTC.")
    confirmed_by: str | None = Field(description="Another person, who confirmed it.")
    confirmed_at: str | None = Field(description="When, in UTC.")
    revoked_by: str | None = Field(description="Who revoked it.")
    revoked_at: str | None = Field(description="When, in UTC.")
    revoked_why: str | None = Field(description="Why it was revoked.")
