"""Problems: how an error travels (RFC 9457)."""

from pydantic import BaseModel, ConfigDict, Field


class ProblemOut(BaseModel):
    """What went wrong, for people in `detail` and for machines in `code`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:cmr:problem:table",
                    "title": "Unprocessable Entity",
                    "status": 422,
                    "detail": "Column “score”, row 12: “high” is not a number. "
                    "Give a number, or leave the cell empty where the model gave no score.",
                    "code": "table",
                    "field": "score",
                    "rows": [12],
                },
                {
                    "type": "urn:cmr:problem:waiting",
                    "title": "Conflict",
                    "status": 409,
                    "detail": "The protocol is not in force yet. The independent validator must "
                    "sign it.",
                    "code": "waiting",
                    "waits_for": ["The independent validator must sign it."],
                },
            ]
        }
    )

    type: str = Field(description="A name of the kind of problem, as a URN.")
    title: str = Field(description="The HTTP status in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What is wrong and what to do, in plain words.")
    code: str = Field(description="The kind of problem, stable, for programs.")
    field: str | None = Field(
        default=None, description="The field, column or place in a document that is concerned."
    )
    rows: list[int] | None = Field(
        default=None, description="The first rows of a table that are concerned, from 1."
    )
    waits_for: list[str] | None = Field(
        default=None, description="What is still missing and from whom."
    )
