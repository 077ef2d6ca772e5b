"""Content: a case and the dossier it rests on, to what its report says; judgements come from below.

The order and the names of the sections are those of the guidance to DCB0129, Table 6.
"""

from datetime import datetime

from registry.domain import safety_cases as rules
from registry.domain.judgements import cases, wording
from registry.domain.signatures import SHORT
from registry.services.safety_cases import approval, argument, risks, system, testing
from registry.services.safety_cases.documents import CaseDocuments
from registry.services.safety_cases.marks import paragraphs, point
from reports.content import Fact
from reports.safety_case import CaseContent, Sign

RELEASE = "Clinical safety case report"
SITE = "Clinical safety case report of a deployment"


def content_of(documents: CaseDocuments) -> CaseContent:
    """Return what the report of these documents says; the same for the same documents."""
    case, signed = documents.case, documents.signed
    return CaseContent(
        about=documents.about,
        title=str(documents.dossier["model"]["title"]),
        kind=RELEASE if case["site"] is None else SITE,
        number=int(case["number"]),
        banner=rules.banner(documents.state, stale=bool(documents.stale)),
        status=cases.status(case, documents.state, signed, stale=bool(documents.stale)),
        reference=f"{documents.about} · case {case['number']} · "
        f"{wording.short(documents.digest).removeprefix('sha256 ')}",
        digest=documents.digest,
        moment=_moment(documents),
        facts=tuple(_facts(documents)),
        against=tuple(
            point(line)
            for line in cases.against(
                case, documents.state, documents.stale, signed=signed is not None
            )
        ),
        summary=paragraphs(documents.authored["summary"]),
        summary_by=_summary_by(documents),
        glance=risks.glance(documents),
        sign=_sign(documents),
        reading=argument.READING,
        sections=(
            argument.introduction(documents),
            system.definition(documents),
            system.management(documents),
            risks.analysis(documents),
            risks.evaluation(documents),
            risks.control(documents),
            risks.log(documents),
            testing.issues(documents),
            argument.statement(documents),
            approval.quality(documents),
            approval.configuration(documents),
        ),
    )


def _moment(documents: CaseDocuments) -> datetime:
    """Return the time of the newest document that the report renders."""
    signed = documents.signed
    at = documents.case["written"]["at"] if signed is None else signed["at"]
    return datetime.fromisoformat(str(at))


def _facts(documents: CaseDocuments) -> list[Fact]:
    """Return what stands in the head of the first page."""
    standard = "DCB0129 (manufacturer)"
    if documents.case["site"] is not None:
        standard = "DCB0160 (deployment and use)"
    return [
        Fact(
            label="Supports", value=f"{standard}; contents as in Table 6 of the guidance to DCB0129"
        ),
        Fact(label="Life-cycle phase", value=wording.capital(documents.authored["phase"])),
        Fact(label="For", value=cases.purpose(documents.case, documents.dossier)),
        Fact(label="Written by", value=str(documents.case["written"]["by"]["name"])),
        Fact(label="Rests on", value=cases.rests_on(documents.case)),
        Fact(label="Digest of this case", value=documents.digest, code=True),
    ]


def _summary_by(documents: CaseDocuments) -> str:
    """Return whose words the summary is, and that nobody signed it, while nobody has."""
    author = documents.case["written"]["by"]["name"]
    if documents.signed is None:
        return f"Written by {author}. {cases.NOT_SIGNED}"
    by = documents.signed
    return f"Written by {author}; signed by {by['by']['name']}, {by['role']}, as part of this case."


def _sign(documents: CaseDocuments) -> Sign:
    """Return the place of the signature."""
    signed = documents.signed
    role = rules.signer_of(documents.case["site"]).value
    where = f" of {documents.case['site']}" if documents.case["site"] else ""
    if signed is None:
        return Sign(
            role=wording.capital(role) + where,
            name=None,
            registration=None,
            at=None,
            meaning="",
            method="",
            reasons="",
        )
    return Sign(
        role=wording.capital(role) + where,
        name=str(signed["by"]["name"]),
        registration=signed["registration"],
        at=datetime.fromisoformat(str(signed["at"])),
        meaning=wording.capital(str(signed["meaning"])),
        method=SHORT.get(str(signed["method"]), str(signed["method"])),
        reasons=signed["reasons"] or "",
    )
