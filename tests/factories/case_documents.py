"""Documents of safety cases for tests: over a dossier that holds everything, or nothing."""

import functools
from collections.abc import Sequence
from typing import Any

from registry.domain import hazards
from registry.domain.digests import canonical, digest_of
from registry.domain.hazards import Matrix
from registry.domain.safety_cases import CaseState, Facts, assemble
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.printing import printed
from registry.settings import data_folder
from registry.shapes.site_plans import SITE_PLAN
from tests.factories.documents import Json, make_signoff, make_standing, person
from tests.factories.hazards import plan_in
from tests.factories.safety_cases import authored, claim, link, of_site
from tests.factories.whole import (
    make_bare_dossier,
    make_full_decision,
    make_full_dossier,
)

WRITTEN: Json = {"by": person("Noor de Vries"), "at": "2026-11-23T14:00:00Z"}
SIGNED: Json = {
    "by": person("Samira Haddad"),
    "at": "2026-11-24T08:00:00Z",
    "role": "clinical safety officer",
    "registration": "GMC 1234567",
    "meaning": "approval of the clinical safety case",
    "reasons": "Discussed on 23 November.",
    "method": "passkey",
    "key": "65e64abccaca0f6d",
    "signature": "c2lnbg==",
    "statement": {"schema": "cmr.statement/1"},
}


def make_plan(part: Json | None) -> Json | None:
    """Return the plan in force, whole, as a case holds it."""
    if part is None:
        return None
    fields = plan_in().model_dump(mode="json", exclude_none=True)
    whole = hazards.plan(fields, Matrix(), model="heart-cad", number=1, written=WRITTEN)
    shown = {key: part["plan"][key] for key in ("number", "digest", "approved")}
    return {**shown, "document": whole}


def make_site_dossier(**changes: Any) -> Json:  # noqa: ANN401 -- any part may be changed
    """Return a site dossier of Hungary, in which one requirement is not met."""
    whole: Json = {
        "schema": "cmr.site_dossier/1",
        "number": 2,
        "site": "Hungary",
        "rung": "pilot",
        "plan": SITE_PLAN | {"rung": "pilot", "silent_plan": None},
        "local_evidence": [],
        "criteria": [],
        "silent_results": {
            "days": 30,
            "positives": 12,
            "exams": 240,
            "unscored": 3,
            "fulfilled": False,
            "lacking": ["12 of 20 positives."],
        },
        "rollback": {"version": "heart-cad/1", "against": "It never ran at Hungary."},
        "transferred_hazards": [
            {
                "number": 3,
                "name": "Women ranked too low",
                "rating": 3,
                "to": "Hungary",
                "must_do": "Read every woman's referral.",
                "accepted_by": None,
            }
        ],
        "requirements": [
            {
                "id": "silent.results",
                "text": "The silent run fulfilled its plan",
                "status": "insufficient evidence",
                "because": "12 of 20 positives.",
                "waits_for": None,
            }
        ],
    }
    return whole | changes


def make_documents(
    *,
    bare: bool = False,
    site: bool = False,
    state: CaseState = CaseState.DRAFT,
    stale: Sequence[str] = (),
    signed: Json | None = None,
    **said: Any,  # noqa: ANN401 -- any authored field
) -> CaseDocuments:
    """Return what a report renders, over a full dossier or a bare one."""
    dossier = make_bare_dossier() if bare else make_full_dossier()
    decision = None
    if not bare:
        decision = make_full_decision(dossier) | {
            "reasons": "The bounds hold.",
            "signed": {"digest": "sha256:" + "d" * 64},
        }
    here = make_site_dossier()
    part = dossier.get("hazards")
    facts = Facts(
        dossier=dossier,
        digest=digest_of(canonical(dossier)),
        decision=decision,
        standing=make_standing("draft"),
        signoffs=[] if bare else [make_signoff()],
        plan=make_plan(part),
        hazards=part,
        incidents=dossier.get("incidents", ()),
        failure_reviews=dossier.get("failure_reviews", ()),
        site={"dossier": here, "digest": "sha256:" + "5" * 64, "stopped": None, "signoffs": []}
        if site
        else None,
    )
    written = of_site(**said) if site else authored(**said)
    case = assemble(
        facts, written, version="heart-cad/2", number=1, supersedes=None, written=WRITTEN
    )
    return CaseDocuments(
        case=case,
        digest=digest_of(canonical(case)),
        dossier=dossier,
        log=None,
        state=state,
        stale=stale,
        signed=signed,
        site_dossier=here if site else None,
    )


@functools.cache
def make_case_pdf() -> bytes:
    """Return the report of a hospital's case over all there is, made once a process."""
    documents = make_documents(site=True, claims=every_link(make_full_dossier()))
    _, pdf = printed(documents, data_folder() / "templates")
    return pdf


def every_link(dossier: Json) -> list[Json]:
    """Return two claims that point to all that a claim can point to."""
    first = dossier["evidence"][0]
    criterion = next(one["id"] for one in dossier["criteria"] if one["evidence"] == first["id"])
    return [
        claim(
            link(hazard=1),
            link(evidence=first["number"]),
            link(evidence=first["number"], criterion=criterion),
        ),
        claim(
            link(statement=dossier["statements"][0]["consideration"]),
            link(document="sha256:" + "7" * 64),
            id="C1.1",
            under="C1",
            claim="Nobody <relies> on it alone",
        ),
    ]
