"""Checks: how the answer to “may it be used, and what is missing?” travels over the API."""

from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from registry.shapes.reviews import MissingOut

_STANDING: dict[str, Any] = {
    "schema": "cmr.standing/1",
    "model": "heart-cad",
    "number": 2,
    "dossier": "sha256:" + "9f" * 32,
    "state": "current",
    "since": "2026-11-23T12:28:41Z",
    "by": None,
    "reason": "Approved for silent use at Hungary.",
    "signature": {
        "key": "65e64abccaca0f6d",
        "value": "fG8Q47PXoUPwCodWhtubLU5lz7Lv9J9AubKM/kGvitLRD8M0Kc96vQ07/AR2PdfT",
    },
}


class CheckOut(BaseModel):
    """Whether a version may be used, and what is missing if not."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": "heart-cad/2",
                    "answer": "waiting",
                    "basis": "approval",
                    "review": "27deb970-dc15-497a-9dda-31c877cd90c4",
                    "scope": {
                        "sites": ["Hungary"],
                        "population": "Adults referred for coronary angiography",
                        "findings": [],
                        "use": "Order the waiting list for angiography",
                        "rung": "pilot",
                        "site_prevalence": {},
                    },
                    "missing": [
                        {
                            "kind": "missing",
                            "what": "The approval reaches silent use; pilot use was not reviewed.",
                            "waits_for": "model owner",
                        }
                    ],
                    "criteria": [],
                    "standing": _STANDING,
                }
            ]
        }
    )

    version: str = Field(description="The version, as model/number.")
    answer: Literal["permitted", "not met", "insufficient evidence", "waiting"] = Field(
        description="What stands hardest in the way, or that nothing does."
    )
    basis: Literal["approval", "review", "records"] = Field(
        description="What was looked at: an approval, an open review, or the records alone."
    )
    review: UUID | None = Field(description="The review concerned.")
    scope: dict[str, Any] = Field(description="For what it was checked.")
    missing: list[MissingOut] = Field(description="What stands in the way, the hardest first.")
    criteria: list[dict[str, Any]] = Field(description="Every criterion, as judged.")
    standing: dict[str, Any] = Field(description="How the version stands, `cmr.standing/1`.")
