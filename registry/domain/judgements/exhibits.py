"""Exhibits: which stratum of which evidence a sentence is about.

A dossier may hold several evidences. What counts towards gates goes before what does not,
external testing before local acceptance before internal testing before development, the newest
before the older. Every sentence picks its numbers here, so that two of them never disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]

_PURPOSES = (
    "external testing",
    "local acceptance",
    "monitoring",
    "internal testing",
    "development",
)
_NOT_POINT = {"label", "score", "costs", "population"}  # of what a finding declares
_ABSENT: Document = {"value": None, "undefined": "not computed"}


@dataclass(frozen=True, kw_only=True)
class Exhibit:
    """One stratum and the evidence that it belongs to."""

    evidence: Document
    stratum: Document

    def estimate(self, metric: str) -> Document:
        """Return an estimate; where there is none, one that says so."""
        found: Document = self.stratum.get("estimates", {}).get(metric, _ABSENT)
        return found

    def value(self, metric: str) -> float | None:
        """Return an estimate's value, or None where it is undefined."""
        found: float | None = self.estimate(metric).get("value")
        return found

    def count(self, name: str) -> int:
        """Return one of the stratum's counts: exams, positives, negatives, unscored."""
        return int(self.stratum.get(name) or 0)

    @property
    def by(self) -> Document:
        """Whom the stratum holds."""
        found: Document = self.stratum["by"]
        return found

    @property
    def kind(self) -> str:
        """What kind of evidence it is, in words."""
        words = str(self.evidence["purpose"])
        if self.evidence.get("scores_from") == "refits":
            words += ", refits"
        if self.evidence.get("exploratory"):
            words += ", exploratory"
        return words


def ranked(dossier: Document) -> tuple[Document, ...]:
    """Return the evidences, the one that weighs most first."""
    return tuple(sorted(dossier["evidence"], key=_weight))


def leading(dossier: Document) -> Document | None:
    """Return the evidence that weighs most, or None where a dossier has none."""
    order = ranked(dossier)
    return order[0] if order else None


def finding(dossier: Document) -> str | None:
    """Return the finding that the card's figures are about: the first in scope."""
    named = dossier["scope"].get("findings") or ()
    if named:
        return str(named[0])
    for evidence in ranked(dossier):
        for stratum in evidence["assessment"]["strata"]:
            if stratum.get("finding") is not None:
                return str(stratum["finding"])
    return None


def sites(dossier: Document) -> dict[str, Exhibit]:
    """Return for every site the exhibit that weighs most, those in scope first, then by name."""
    found: dict[str, Exhibit] = {}
    for evidence in ranked(dossier):
        for exhibit in strata(dossier, evidence):
            if set(exhibit.by) == {"site"}:
                found.setdefault(str(exhibit.by["site"]), exhibit)
    scope = list(dossier["scope"]["sites"])
    order = sorted(found, key=lambda name: (name not in scope, name))
    return {name: found[name] for name in order}


def subgroups(dossier: Document) -> tuple[Exhibit, ...]:
    """Return the groups of single attributes, sites excepted, of the leading evidence."""
    evidence = leading(dossier)
    if evidence is None:
        return ()
    return tuple(
        exhibit
        for exhibit in strata(dossier, evidence)
        if len(exhibit.by) == 1 and "site" not in exhibit.by
    )


def crossings(dossier: Document) -> tuple[Exhibit, ...]:
    """Return the groups of several attributes crossed of the leading evidence."""
    evidence = leading(dossier)
    if evidence is None:
        return ()
    return tuple(exhibit for exhibit in strata(dossier, evidence) if len(exhibit.by) > 1)


def overall(dossier: Document) -> Exhibit | None:
    """Return the leading evidence as a whole: for counts, never for a headline's numbers."""
    evidence = leading(dossier)
    if evidence is None:
        return None
    return next((one for one in strata(dossier, evidence) if not one.by), None)


def strata(dossier: Document, evidence: Document) -> Iterator[Exhibit]:
    """Yield the strata of one evidence: of the card's finding, of the partition it is about."""
    wanted = finding(dossier)
    entries = [s for s in evidence["assessment"]["strata"] if s.get("finding") in {None, wanted}]
    partition = evidence["purpose"]
    fitting = {partition, None}
    if not any(s.get("partition") in fitting for s in entries):
        fitting = {s.get("partition") for s in entries}
    for stratum in entries:
        if stratum.get("partition") in fitting and "by" in stratum:
            yield Exhibit(evidence=evidence, stratum=stratum)


def protocol(dossier: Document, evidence: Document) -> Document:
    """Return the protocol that an evidence was measured against; empty where it is not there.

    Operating point, costs and population are those of the card's finding, where it has its own.
    """
    for entry in dossier["protocols"]:
        if entry["digest"] == evidence["protocol"]:
            found: Document = entry["document"]
            own = (found.get("findings") or {}).get(finding(dossier))
            return found if own is None else {**found, **_own(own)}
    return {}


def number(dossier: Document, key: str) -> int | None:
    """Return an evidence's number by its id; None where the dossier does not hold it."""
    return next((int(one["number"]) for one in dossier["evidence"] if one["id"] == key), None)


def _own(finding: Document) -> Document:
    """Return what a finding declares for itself, as the protocol has it at its top."""
    point = {key: value for key, value in finding.items() if key not in _NOT_POINT}
    return {"operating_point": point, **{key: finding.get(key) for key in ("costs", "population")}}


def curves(dossier: Document, exhibit: Exhibit) -> Document | None:
    """Return the curves of an exhibit's stratum, or None where none were drawn."""
    wanted = finding(dossier)
    for entry in exhibit.evidence["assessment"].get("curves", ()):
        if entry["by"] == exhibit.by and entry.get("finding") in {None, wanted}:
            found: Document = entry
            return found
    return None


def _weight(evidence: Document) -> tuple[bool, bool, int, int]:
    purpose = evidence["purpose"]
    rank = _PURPOSES.index(purpose) if purpose in _PURPOSES else len(_PURPOSES)
    exploratory = bool(evidence.get("exploratory"))
    return (not evidence["counts"], exploratory, rank, -int(evidence["number"]))
