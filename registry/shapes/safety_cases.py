"""Safety cases: how what people write, and what is kept, travels."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from registry.shapes.protocols import ByOut
from registry.shapes.site_plans import DIGEST

_PERSON: dict[str, Any] = {"id": "6f1c0d9e-7a52-4c6f-9a53-0c1f3b6e2f10", "name": "Samira Haddad"}
_BY: dict[str, Any] = {"by": _PERSON, "at": "2026-11-23T09:50:00Z"}
_DIGEST = "sha256:" + "5c" * 32
_ID = "0c9c6f0e-2f5b-4f0c-9d55-8a6f2b1f7d10"
_LINK: dict[str, Any] = {"hazard": 1, "why": "Its control was tried on 240 exams."}
_CLAIM: dict[str, Any] = {
    "id": "C1",
    "claim": "No patient leaves the waiting list because of a low score.",
    "argument": "The list is ordered and never cut; what could go wrong is hazard 1.",
    "evidence": [_LINK],
}
_AUTHORED: dict[str, Any] = {
    "phase": "delivery",
    "purpose": "Release of heart-cad/2 for a pilot at Hungary.",
    "strategy": "Each hazard is shown to be controlled, and the bounds are shown to hold.",
    "claims": [_CLAIM],
    "benefit": "Those who need angiography most are seen eight days earlier.",
    "summary": "The residual risk is acceptable for a pilot at Hungary, under its conditions.",
    "changed": "First case of this version.",
    "environment": "Cardiology outpatients at Hungary; the list is read twice a day.",
    "customisations": "None.",
    "decommissioning": "The list goes back to the order of referral.",
}
_WRITTEN: dict[str, Any] = {"version": "heart-cad/2", "site": None, **_AUTHORED}


class CaseLink(BaseModel):
    """What shows a claim: exactly one of hazard, evidence, statement and document."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_LINK]}
    )

    hazard: int | None = Field(default=None, description="Number of a hazard on the log.")
    evidence: int | None = Field(default=None, description="Number of evidence of the version.")
    criterion: str | None = Field(default=None, description="A criterion judged on it.")
    statement: int | None = Field(default=None, description="One of the thirteen considerations.")
    document: str | None = Field(default=None, pattern=DIGEST, description="An artifact kept here.")
    why: str = Field(default="", description="What it shows, in a sentence.")


class CaseClaim(BaseModel):
    """A claim of the safety argument, why it holds, and what shows it."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_CLAIM]}
    )

    id: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9.-]{0,19}$", description="Its short name.")
    claim: str = Field(min_length=1, description="What is claimed.")
    argument: str = Field(min_length=1, description="Why it follows from what shows it.")
    under: str | None = Field(default=None, description="The claim, before it, that it carries.")
    evidence: list[CaseLink] = Field(default=[], description="What shows it.")


class AuthoredIn(BaseModel):
    """What people write in a safety case; everything else follows from the records."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_AUTHORED]}
    )

    phase: Literal[
        "requirements",
        "design",
        "test",
        "delivery",
        "modification",
        "deployment",
        "use",
        "maintenance",
        "decommissioning",
    ] = Field(description="At which point of the system's life it is written.")
    purpose: str = Field(min_length=1, description="What the case is for.")
    changed: str = Field(
        default="", description="What changed since the case before; empty in the first."
    )
    strategy: str = Field(
        default="", description="How the argument goes as a whole, before its claims."
    )
    claims: list[CaseClaim] = Field(default=[], description="The argument, claim by claim.")
    benefit: str = Field(default="", description="What is gained, against what may go wrong.")
    summary: str = Field(min_length=1, description="The summary safety statement.")
    environment: str | None = Field(
        default=None, description="A hospital's case: where it runs, and who uses it."
    )
    customisations: str | None = Field(
        default=None, description="A hospital's case: what was changed locally, and what follows."
    )
    decommissioning: str | None = Field(
        default=None, description="A hospital's case: how it is taken out of use again."
    )


class SafetyCaseIn(AuthoredIn):
    """A safety case to write: about a version as released, or as deployed at a hospital."""

    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, json_schema_extra={"examples": [_WRITTEN]}
    )

    version: str = Field(min_length=1, description="The version, as model/number.")
    site: str | None = Field(default=None, description="The hospital, if it is its own case.")


class CaseSignatureIn(BaseModel):
    """The safety officer's signature; the password is asked again."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "digest": _DIGEST,
                    "reasons": "Discussed at the safety meeting of 23 November.",
                    "password": "correct horse battery",
                }
            ]
        },
    )

    digest: str = Field(description="The digest of the case that you read and sign.")
    reasons: str = Field(default="", description="Anything to add.")
    password: SecretStr = Field(description="Your password, again.")


class CaseSignatureOut(ByOut):
    """Who signed a case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_BY,
                    "role": "clinical safety officer",
                    "registration": "GMC 1234567",
                    "meaning": "approval of the clinical safety case",
                    "reasons": None,
                    "method": "password+server-key",
                    "key": "65e64abccaca0f6d",
                    "signature": "tU4Ny5v8cJUfSgww3wydlLAtELvlRngIrWtElIoIhW2h7MTonqtgE0K6d4FB1P29",
                    "statement": {"schema": "cmr.statement/1", "digest": _DIGEST},
                }
            ]
        }
    )

    role: str = Field(description="The role signed in.")
    registration: str | None = Field(description="The signer's professional registration.")
    meaning: str = Field(description="What the signature says.")
    reasons: str | None = Field(description="What the signer added.")
    method: str = Field(description="How the person was recognised and who holds the key.")
    key: str = Field(description="Name of the key.")
    signature: str = Field(description="Base64 of the signature over the statement.")
    statement: dict[str, Any] = Field(description="The canonical statement that was signed.")


_CASE: dict[str, Any] = {
    "id": _ID,
    "version": "heart-cad/2",
    "site": None,
    "number": 1,
    "digest": _DIGEST,
    "state": "draft",
    "stale": [],
    "lacks": [],
    "open": ["No claim speaks of hazard 2."],
    "written": _BY,
    "signer": "clinical safety officer",
    "signed": None,
}


class CaseListedOut(BaseModel):
    """A safety case as it stands, without what it says."""

    model_config = ConfigDict(json_schema_extra={"examples": [_CASE]})

    id: UUID = Field(description="The case's id.")
    version: str = Field(description="The version, as model/number.")
    site: str | None = Field(description="The hospital, if it is its own case.")
    number: int = Field(description="The how-manieth case about the same thing it is.")
    digest: str = Field(description="The digest of its canonical bytes.")
    state: Literal["draft", "signed", "superseded"] = Field(description="How it stands.")
    stale: list[str] = Field(description="What changed since it was written; empty while fresh.")
    lacks: list[str] = Field(description="What stands between it and its signature.")
    open: list[str] = Field(description="What it leaves open, and shows.")
    written: ByOut = Field(description="Whose words the authored parts are, and since when.")
    signer: str = Field(description="The role whose signature it asks for.")
    signed: CaseSignatureOut | None = Field(description="Who signed it; null while nobody.")


class SafetyCaseOut(CaseListedOut):
    """A safety case as it stands, with what it says."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    **_CASE,
                    "document": {"schema": "cmr.safety_case/1", "number": 1, "authored": _AUTHORED},
                }
            ]
        }
    )

    document: dict[str, Any] = Field(description="The case, `cmr.safety_case/1`.")


class CaseOutlineOut(BaseModel):
    """What the records give for a case before anybody writes a word."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "heart-cad/2",
                    "site": None,
                    "number": 1,
                    "hazards": [
                        {"number": 1, "name": "Missed obstruction", "rating": 2, "because": ""}
                    ],
                    "acceptable_rating": 2,
                    "evidence": [{"number": 1, "purpose": "external testing", "counts": True}],
                    "criteria": [
                        {
                            "evidence": 1,
                            "criterion": "sensitivity",
                            "verdict": "met",
                            "text": "Sensitivity: sensitivity at Hungary is 93.1%.",
                        }
                    ],
                    "statements": [{"number": 4, "title": "Generalization"}],
                    "lacks": ["It claims nothing; write at least one [[claims]]."],
                    "before": None,
                }
            ]
        }
    )

    version: str = Field(description="The version, as model/number.")
    site: str | None = Field(description="The hospital, if it is its own case.")
    number: int = Field(description="The number that the case would have.")
    hazards: list[dict[str, Any]] = Field(description="The hazards that concern the version.")
    acceptable_rating: int | None = Field(description="The highest rating that the plan accepts.")
    evidence: list[dict[str, Any]] = Field(description="The evidence in the dossier.")
    criteria: list[dict[str, Any]] = Field(description="What was judged on it, with the verdict.")
    statements: list[dict[str, Any]] = Field(description="The considerations on which one is made.")
    lacks: list[str] = Field(description="What of the records stands against a signature.")
    before: dict[str, Any] | None = Field(description="What was authored in the case before.")


class CaseFileOut(BaseModel):
    """A PDF of a safety case."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "case": _ID,
                    "banner": "DRAFT",
                    "pdf_digest": "sha256:" + "3c" * 32,
                    "size": 141618,
                    "made_at": "2026-11-23T12:31:00Z",
                }
            ]
        }
    )

    case: UUID = Field(description="The case's id.")
    banner: str | None = Field(description="The word across every page, such as DRAFT; or null.")
    pdf_digest: str = Field(description="The digest of the PDF's bytes.")
    size: int = Field(description="The PDF's bytes, counted.")
    made_at: datetime = Field(description="When it was made.")
