"""Findings: the dossier as it reads for each finding that the version reports."""

from collections.abc import Iterator
from typing import Any, Final

from registry.domain.judgements import exhibits
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards.exports.places import pointer

DEVELOPMENT: Final = frozenset({"development"})
INTERNAL: Final = frozenset({"internal testing"}) | DEVELOPMENT
EXTERNAL: Final = frozenset({"external testing"})
LOCAL: Final = frozenset({"local acceptance", "monitoring"})
EVERYTHING: Final = INTERNAL | EXTERNAL | LOCAL

_LACKING: Final = {
    DEVELOPMENT: "the dossier holds no evidence from the training data",
    INTERNAL: "the dossier holds no evidence from the development sites",
    EXTERNAL: "the dossier holds no evidence of external testing",
    LOCAL: "the dossier holds no evidence of local acceptance or monitoring; what is attached "
    "later stands in the next dossier, and in the dossiers of the sites",
    EVERYTHING: "the dossier holds no evidence",
}


def lacking(purposes: frozenset[str]) -> str:
    """Return why nothing is said of the evidence of some purposes: there is none."""
    return _LACKING[purposes]


def each(dossier: Document) -> Iterator[tuple[str | None, dict[str, Any]]]:
    """Yield every finding with the dossier about it alone: those in scope, else all there are."""
    named: list[str | None] = list(dossier["scope"].get("findings") or ())
    if not named:
        found = {
            stratum.get("finding"): None
            for evidence in dossier["evidence"]
            for stratum in evidence["assessment"]["strata"]
        }
        named = [one for one in found if one is not None] or [None]
    for finding in named:
        findings = [] if finding is None else [finding]
        criteria = [one for one in dossier["criteria"] if one.get("finding") in {None, finding}]
        scope = {**dossier["scope"], "findings": findings}
        yield finding, {**dossier, "scope": scope, "criteria": criteria}


def before(finding: str | None) -> str:
    """Return what goes before a sentence about a finding: its name where there are several."""
    return "" if finding is None else f"{finding}: "


def stands(dossier: Document, exhibit: Exhibit, *keys: object) -> str:
    """Return where a stratum, or a part of it, stands in the dossier."""
    place = next(i for i, one in enumerate(dossier["evidence"]) if one is exhibit.evidence)
    strata = exhibit.evidence["assessment"]["strata"]
    at = next(i for i, one in enumerate(strata) if one is exhibit.stratum)
    return pointer("evidence", place, "assessment", "strata", at, *keys)


def of_purposes(
    dossier: Document, purposes: frozenset[str]
) -> Iterator[tuple[str | None, Exhibit]]:
    """Yield the strata of every evidence with one of some purposes, finding by finding."""
    for finding, about in each(dossier):
        for evidence in exhibits.ranked(about):
            if evidence["purpose"] in purposes:
                for exhibit in exhibits.strata(about, evidence):
                    yield finding, exhibit
