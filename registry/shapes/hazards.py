"""Hazards: how hazards, issues of the log and prompts travel."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.hazard_plans import HazardApprovalOut
from registry.shapes.protocols import ByOut

ControlKind = Literal[
    "design",
    "protective measure",
    "test",
    "business process",
    "training",
    "information for safety",
]
Status = Literal["open", "transferred", "closed"]

_PERSON: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Samira Haddad"}
_BY: dict[str, Any] = {"by": _PERSON, "at": "2026-11-23T09:50:00Z"}
_LINK: dict[str, Any] = {
    "what": "Sensitivity is met at every site",
    "evidence": "f0c2d816-262b-4312-84a9-19f5700d35bf",
    "criterion": "sensitivity",
}
_HAZARD: dict[str, Any] = {
    "name": "Missed obstruction",
    "description": "The model gives a low score to a patient with an obstructed vessel.",
    "causes": ["Atypical symptoms", "Few women in the training data"],
    "harm": "The patient waits longer for angiography; infarction while waiting.",
    "initial": {"severity": "major", "likelihood": "medium"},
    "controls": [
        {
            "text": "Nobody leaves the waiting list on a low score; the longest wait is 30 days",
            "kind": "business process",
            "owner": "Waiting list office",
            "implemented": True,
            "verification": [_LINK],
        }
    ],
    "residual": {"severity": "major", "likelihood": "very low"},
    "justification": None,
    "status": "open",
    "transfer": None,
    "prompt": "missed-positive",
    "versions": [],
}
_DIGEST = "sha256:" + "5c" * 32


class Risk(BaseModel):
    """A severity and a likelihood, as words of the plan's matrix."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_HAZARD["initial"]]})

    severity: str = Field(description="How grave the harm would be.")
    likelihood: str = Field(description="How likely the harm is.")


class Verification(BaseModel):
    """What shows that a control is there and works: evidence, a document or a statement."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_LINK]})

    what: str = Field(min_length=1, description="What it shows.")
    evidence: UUID | None = Field(default=None, description="Id of evidence on the model.")
    criterion: str | None = Field(
        default=None, description="Id of a criterion that must be met on that evidence."
    )
    document: str | None = Field(default=None, description="Digest of an artifact kept here.")
    statement: int | None = Field(
        default=None, ge=1, le=13, description="A consideration that is stated."
    )
    version: int | None = Field(
        default=None, ge=1, description="The version that states it; of evidence it is known."
    )


class Control(BaseModel):
    """Something that is done about a hazard."""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [_HAZARD["controls"][0]]}
    )

    text: str = Field(min_length=1, description="What is done.")
    kind: ControlKind = Field(description="How it works; what makes it impossible comes first.")
    owner: str = Field(min_length=1, description="Who sees to it.")
    implemented: bool = Field(default=False, description="Whether it is there.")
    verification: list[Verification] = Field(
        default_factory=list, description="What shows that it works; without any it counts not."
    )
    introduces: list[int] = Field(
        default_factory=list, description="Numbers of hazards that it brings with it."
    )


class Transfer(BaseModel):
    """To whom a hazard is handed over."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "to": "Hungary",
                    "must_do": "Keep the longest wait at 30 days",
                    "accepted_by": None,
                }
            ]
        },
    )

    to: str = Field(min_length=1, description="The site or organisation.")
    must_do: str = Field(min_length=1, description="What they must do.")
    accepted_by: str | None = Field(default=None, description="Who accepted it there.")


class HazardFields(BaseModel):
    """What is recorded of a hazard."""

    name: str = Field(min_length=1, max_length=120, description="In a few words.")
    description: str = Field(min_length=1, description="What could happen.")
    causes: list[str] = Field(min_length=1, description="What could lead to it.")
    harm: str = Field(min_length=1, description="What it would do to a patient.")
    prompt: str | None = Field(default=None, description="The prompt that it began with.")
    initial: Risk = Field(description="The risk before anything is done.")
    controls: list[Control] = Field(default_factory=list, description="What is done about it.")
    residual: Risk | None = Field(default=None, description="The risk that remains.")
    justification: str | None = Field(
        default=None, description="Why it is not reduced further, where that is to be accepted."
    )
    status: Status = Field(default="open", description="Who must still act.")
    transfer: Transfer | None = Field(default=None, description="To whom it is handed over.")
    versions: list[int] = Field(
        default_factory=list, description="The versions it concerns; empty is every version."
    )


class HazardIn(HazardFields):
    """A hazard to put on the log."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_HAZARD]}
    )


class HazardRecordIn(HazardFields):
    """A hazard recorded anew, whole; the old record is kept."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"examples": [{**_HAZARD, "why": "The control was verified"}]},
    )

    why: str = Field(min_length=1, description="Why it is recorded anew.")


class HazardOut(BaseModel):
    """A hazard as it is recorded now, and what it counts as."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_HAZARD,
                    "model": "heart-cad",
                    "number": 1,
                    "record": 2,
                    "raised": _BY,
                    "recorded": _BY,
                    "initial": {**_HAZARD["initial"], "rating": 3},
                    "residual": {**_HAZARD["residual"], "rating": 2},
                    "rating": 2,
                    "because": "",
                    "unverified": 0,
                    "history": [{"record": 1, "at": "2026-11-23T09:40:00Z", "why": "raised"}],
                }
            ]
        }
    )

    model: str = Field(description="The model's name.")
    number: int = Field(description="The hazard's number; it is never given again.")
    record: int = Field(description="Number of the record; 1 is the first.")
    raised: ByOut = Field(description="Who put it on the log, and when.")
    recorded: ByOut = Field(description="Who recorded what stands here, and when.")
    name: str = Field(description="In a few words.")
    description: str = Field(description="What could happen.")
    causes: list[str] = Field(description="What could lead to it.")
    harm: str = Field(description="What it would do to a patient.")
    prompt: str | None = Field(description="The prompt that it began with.")
    initial: dict[str, Any] = Field(description="The risk before anything is done, rated.")
    controls: list[dict[str, Any]] = Field(
        description="What is done about it, by kind; `verified` says whether it counts."
    )
    residual: dict[str, Any] | None = Field(description="The risk said to remain, rated.")
    rating: int | None = Field(description="The rating that counts, 1 to 5.")
    because: str = Field(description="Why that is not the residual one.")
    unverified: int = Field(description="How many controls count for nothing yet.")
    justification: str | None = Field(description="Why it is not reduced further.")
    status: Status = Field(description="Who must still act.")
    transfer: dict[str, Any] | None = Field(description="To whom it is handed over.")
    versions: list[int] = Field(description="The versions it concerns; empty is every version.")
    history: list[dict[str, Any]] = Field(description="Its records: number, by whom, when, why.")


class HazardLogIn(BaseModel):
    """What is said of the residual risk as a whole, to issue the log."""

    model_config = ConfigDict(
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={
            "examples": [
                {"overall": "What remains is a longer wait for few; ordering the list gains more."}
            ]
        },
    )

    overall: str = Field(
        min_length=1, description="What the residual risk amounts to, beside the benefit."
    )


class HazardLogOut(BaseModel):
    """An issue of a model's hazard log."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "heart-cad",
                    "number": 1,
                    "digest": _DIGEST,
                    "document": {"schema": "cmr.hazard_log/1", "number": 1, "highest": 2},
                    "approved": None,
                    "changed_since": [],
                }
            ]
        }
    )

    model: str = Field(description="The model's name.")
    number: int = Field(description="The how-manieth issue it is.")
    digest: str = Field(description="The digest of its canonical bytes.")
    document: dict[str, Any] = Field(description="The issue, `cmr.hazard_log/1`.")
    approved: HazardApprovalOut | None = Field(description="Who approved it; null while nobody.")
    changed_since: list[dict[str, Any]] = Field(
        description="Hazards that were added or recorded anew since."
    )


class HazardPromptOut(BaseModel):
    """A question to begin a hazard log with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "slug": "drift",
                    "theme": "change over time",
                    "asks": "Would anybody notice that it became worse?",
                    "causes": "New scanners, protocols, coding or treatment.",
                    "controls": "Monitoring windows with labels; a stop rule.",
                }
            ]
        }
    )

    slug: str = Field(description="Its short name.")
    theme: str = Field(description="What it is about.")
    asks: str = Field(description="Whether this could happen here.")
    causes: str = Field(description="What could lead to it.")
    controls: str = Field(description="What others found worth thinking about.")
