"""Exhibits: which stratum of which evidence a sentence is about.

A dossier may hold several evidences. What counts towards gates goes before what does not,
external testing before local acceptance before internal testing before development, the newest
before the older. Every sentence picks its numbers here, so that two of them never disagree.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from registry.domain.judgements import wording

Document = Mapping[str, Any]

_PURPOSES = (
    "external testing",
    "local acceptance",
    "monitoring",
    "internal testing",
    "development",
)
_DEFAULT_MINIMUM = 10
_ABSENT: Document = {"value": None, "undefined": "not computed"}
_OF_A_FINDING = ("costs", "population")
_OF_A_POINT = ("threshold", "positive_when", "unscored", "rule", "origin")


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
    def finding(self) -> str | None:
        """Which of several findings it is about; None of the only one."""
        found: str | None = self.stratum.get("finding")
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


def findings(dossier: Document) -> tuple[str | None, ...]:
    """Return the findings in scope, or all of the leading evidence; None alone for the only one."""
    named = dossier["scope"].get("findings") or ()
    if named:
        return tuple(str(name) for name in named)
    evidence = leading(dossier)
    if evidence is None:
        return (None,)
    planned = _protocol(dossier, evidence).get("findings") or {}
    measured = dict.fromkeys(s.get("finding") for s in evidence["assessment"]["strata"])
    return tuple(planned) or tuple(measured) or (None,)


def finding(dossier: Document) -> str | None:
    """Return the finding that the card's figures are about: of several, the most often missed.

    A finding that is found well never speaks for the others. Those with as many positives as the
    protocol asks go before those with fewer.
    """
    several, evidence = findings(dossier), leading(dossier)
    if len(several) == 1 or evidence is None:
        return several[0]
    found = [whole for one in several if (whole := overall(dossier, one)) is not None]
    known = [whole for whole in found if whole.value("sensitivity") is not None]
    large = [whole for whole in known if enough_found(dossier, whole)]
    worst = min(large or known, key=lambda one: one.value("sensitivity") or 0.0, default=None)
    return several[0] if worst is None else worst.finding


def sites(dossier: Document, about: str | None = None) -> dict[str, Exhibit]:
    """Return for every site the exhibit that weighs most, those in scope first, then by name."""
    found: dict[str, Exhibit] = {}
    wanted = about or finding(dossier)
    for evidence in ranked(dossier):
        for exhibit in strata(dossier, evidence, wanted):
            if set(exhibit.by) == {"site"}:
                found.setdefault(str(exhibit.by["site"]), exhibit)
    scope = list(dossier["scope"]["sites"])
    order = sorted(found, key=lambda name: (name not in scope, name))
    return {name: found[name] for name in order}


def subgroups(dossier: Document) -> tuple[Exhibit, ...]:
    """Return the groups of single attributes, sites excepted, of every finding in scope.

    They are those of the leading evidence, finding by finding.
    """
    return tuple(
        exhibit
        for exhibit in _of_every_finding(dossier)
        if len(exhibit.by) == 1 and "site" not in exhibit.by
    )


def crossings(dossier: Document) -> tuple[Exhibit, ...]:
    """Return the groups of several attributes crossed, likewise."""
    return tuple(exhibit for exhibit in _of_every_finding(dossier) if len(exhibit.by) > 1)


def named(dossier: Document, exhibit: Exhibit) -> str:
    """Return whom an exhibit holds, and of which finding where there are several."""
    words = wording.stratum(exhibit.by)
    several = len(findings(dossier)) > 1 and exhibit.finding is not None
    return f"{words}, {exhibit.finding}" if several else words


def overall(dossier: Document, about: str | None = None) -> Exhibit | None:
    """Return the leading evidence as a whole: for counts, never for a headline's numbers."""
    evidence = leading(dossier)
    if evidence is None:
        return None
    return next((one for one in strata(dossier, evidence, about) if not one.by), None)


def _of_every_finding(dossier: Document) -> Iterator[Exhibit]:
    evidence = leading(dossier)
    if evidence is not None:
        for one in findings(dossier):
            yield from strata(dossier, evidence, one)


def strata(dossier: Document, evidence: Document, about: str | None = None) -> Iterator[Exhibit]:
    """Yield the strata of one evidence: of a finding or else the card's, of its own partition."""
    wanted = about or finding(dossier)
    entries = [s for s in evidence["assessment"]["strata"] if s.get("finding") in {None, wanted}]
    partition = evidence["purpose"]
    fitting = {partition, None}
    if not any(s.get("partition") in fitting for s in entries):
        fitting = {s.get("partition") for s in entries}
    for stratum in entries:
        if stratum.get("partition") in fitting and "by" in stratum:
            yield Exhibit(evidence=evidence, stratum=stratum)


def protocol(dossier: Document, evidence: Document, about: str | None = None) -> Document:
    """Return the protocol that an evidence was measured against; empty where it is not there.

    Of several findings each may have an operating point, costs and a population of its own:
    they stand there as those of the finding asked for, or else of the card's.
    """
    plan = _protocol(dossier, evidence)
    several = plan.get("findings") or {}
    own = several.get(about or finding(dossier)) if several else None
    if own is None:
        return plan
    point = {**(plan.get("operating_point") or {}), **_parts(own, _OF_A_POINT)}
    return {**plan, **_parts(own, _OF_A_FINDING), "operating_point": point}


def minimum(dossier: Document, evidence: Document) -> tuple[int, int]:
    """Return how many exams with and without the finding the protocol asks of a stratum."""
    asked = _protocol(dossier, evidence).get("minimum") or {}
    return (
        int(asked.get("positives", _DEFAULT_MINIMUM)),
        int(asked.get("negatives", _DEFAULT_MINIMUM)),
    )


def enough(dossier: Document, exhibit: Exhibit) -> bool:
    """Tell whether a stratum holds as many of both as the protocol asks."""
    positives, negatives = minimum(dossier, exhibit.evidence)
    return exhibit.count("positives") >= positives and exhibit.count("negatives") >= negatives


def enough_found(dossier: Document, exhibit: Exhibit) -> bool:
    """Tell whether a stratum holds as many with the finding as the protocol asks.

    That is all that sensitivity and missed findings rest on.
    """
    return exhibit.count("positives") >= minimum(dossier, exhibit.evidence)[0]


def _parts(document: Document, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: document[key] for key in keys if key in document}


def _protocol(dossier: Document, evidence: Document) -> Document:
    """Return the protocol as it was signed."""
    for entry in dossier["protocols"]:
        if entry["digest"] == evidence["protocol"]:
            found: Document = entry["document"]
            return found
    return {}


def number(dossier: Document, key: str) -> int | None:
    """Return an evidence's number by its id; None where the dossier does not hold it."""
    return next((int(one["number"]) for one in dossier["evidence"] if one["id"] == key), None)


def curves(dossier: Document, exhibit: Exhibit) -> Document | None:
    """Return the curves of an exhibit's stratum, or None where none were drawn."""
    wanted = exhibit.finding or finding(dossier)
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
