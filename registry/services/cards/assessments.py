"""Assessments: figures of an assessment that no dossier holds, as `cmr evaluate` makes one."""

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.policies import Rung
from registry.domain.scopes import Scope, judge
from registry.services.cards import figures, sites
from reports.content import Chart

_ONLY = "evidence"


def dossier_of(assessment: Document, protocol: Document, finding: str | None) -> Document:
    """Return as much of a dossier as figures ask for, with one assessment in it.

    Parameters
    ----------
    assessment : Document
        A ``cmr.assessment/1``.
    protocol : Document
        The document of the protocol it was judged by.
    finding : str or None
        Which finding the figures are about; None for the only one.
    """
    evidence = {
        "id": _ONLY,
        "number": 1,
        "purpose": assessment["purpose"],
        "counts": True,
        "protocol": _ONLY,
        "assessment": assessment,
    }
    findings = (finding,) if finding is not None else ()
    protocols = [{"digest": _ONLY, "document": protocol}]
    scope = Scope(sites=(), population="", findings=findings, use="", rung=Rung.SILENT)
    return {
        "evidence": [evidence],
        "protocols": protocols,
        "scope": scope.document(),
        "criteria": judge([evidence], protocols, scope),
    }


def charts(assessment: Document, protocol: Document, finding: str | None) -> tuple[Chart, ...]:
    """Return the figures of one finding of an assessment: all exams together, then by site.

    The arguments are those of `dossier_of`.
    """
    dossier = dossier_of(assessment, protocol, finding)
    whole = exhibits.overall(dossier)
    of_all = figures.of_performance(figures.subject(dossier, whole)) if whole is not None else ()
    return (*of_all, sites.figure(dossier), figures.groups(dossier), figures.change(dossier))


def findings(assessment: Document) -> tuple[str | None, ...]:
    """Return the findings of an assessment in their order; one None where it has but one."""
    named = dict.fromkeys(stratum.get("finding") for stratum in assessment["strata"])
    return tuple(named) or (None,)


def heading(finding: str | None) -> str:
    """Return what stands over the figures of a finding."""
    return "Figures" if finding is None else f"Figures: {wording.attribute(finding)}"
