"""Comments: how what is said of a dossier, and how it ends, travel."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

_SAID: dict[str, Any] = {
    "kind": "request for change",
    "text": "Say in consideration 9 who is called when the feed of scores stops.",
    "part": "statements",
}
_ENDED: dict[str, Any] = {"text": "It names the duty cardiologist now; see dossier 3."}


class CommentIn(BaseModel):
    """A comment on the current dossier, or a request for its change."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_SAID]})

    kind: Literal["comment", "request for change"] = Field(
        description="A request stands in the way of an approval until it is answered."
    )
    text: str = Field(description="What is said.", min_length=1)
    part: str | None = Field(default=None, description="The part of the dossier it is about.")


class CommentEndIn(BaseModel):
    """An answer to a comment, or why one's own is withdrawn."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_ENDED]})

    text: str = Field(description="What is said.", min_length=1)
