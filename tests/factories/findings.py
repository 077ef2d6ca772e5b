"""Findings: a dossier about two findings, one found well and one often missed."""

from typing import Any

from tests.factories.documents import (
    Json,
    Patient,
    assessment,
    criterion,
    make_dossier,
    make_evidence,
)

GOOD, BAD = "bundle branch block", "atrial fibrillation"
CUT = {GOOD: 0.5, BAD: 0.4}


def hospital(tp: int, fn: int, fp: int, tn: int, *, flagged: float) -> list[Patient]:
    """Return patients of one hospital, men and women alike, by what becomes of them."""
    return [
        Patient(site="Kiel", groups=(("sex", sex),), label=label, score=score)
        for label, score, number in ((1, flagged, tp), (1, 0.1, fn), (0, 0.95, fp), (0, 0.2, tn))
        for sex in ("F", "M")
        for _ in range(number)
    ]


def measured(of: str, rows: list[Patient]) -> Json:
    """Return an assessment of one finding."""
    found = assessment(rows, threshold=CUT[of])
    for kind in ("strata", "curves", "fairness"):
        for entry in found[kind]:
            entry["finding"] = of
    return found


def two_findings(**changes: Any) -> Json:  # noqa: ANN401 -- whatever a test needs
    """Return a dossier with two findings, each with a threshold of its own."""
    one = measured(GOOD, hospital(19, 1, 5, 75, flagged=0.9))
    other = measured(BAD, hospital(12, 8, 5, 75, flagged=0.45))
    both = {**one, **{kind: one[kind] + other[kind] for kind in ("strata", "curves", "fairness")}}
    whole = make_dossier(scope_sites=("Kiel",))
    whole["evidence"] = [make_evidence(both)]
    plan = whole["protocols"][0]["document"]
    plan["operating_point"] = {"threshold": 0.7, "positive_when": ">="}
    plan["findings"] = {
        name: {"threshold": cut, "positive_when": ">=", "costs": plan["costs"]}
        for name, cut in CUT.items()
    }
    whole["criteria"] = [
        criterion(
            id="missed findings",
            metric="sensitivity",
            finding=name,
            verdict=verdict,
            by={"site": "Kiel"},
            required=0.7,
        )
        for name, verdict in ((GOOD, "met"), (BAD, "insufficient evidence"))
    ]
    return whole | changes
