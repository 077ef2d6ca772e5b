"""Deviations: everything by which what was done is not what the protocol describes."""

from collections.abc import Iterator

from registry.domain import reuse
from registry.domain.judgements import exhibits, protocols, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, UNSURE
from registry.domain.protocols import added

_UNSELECTED = frozenset({"consecutive", "random"})


def deviations(dossier: Document) -> tuple[Line, ...]:
    """Return what deviated, evidence by evidence, and what every assessment warns of."""
    if not dossier["evidence"]:
        text = "Nothing was measured, so nothing could deviate."
        return (Line(label="No evidence", text=text, tone=UNSURE),)
    found = [line for one in exhibits.ranked(dossier) for line in _of(dossier, one)]
    found += _revised(dossier)
    if not found:
        text = "Nothing that the registry can see: order, scores, sampling, labels and patients."
        found.append(Line(label="None", text=text, tone=GOOD))
    return tuple(found)


def _of(dossier: Document, evidence: Document) -> Iterator[Line]:
    """Yield what deviates in one piece of evidence."""
    label = f"Evidence {evidence['number']}"
    said = protocols.order(dossier, evidence)
    if said != protocols.BEFORE:
        yield Line(label=label, text=f"Its protocol was {said}.", tone=BAD)
    because = str(evidence["because"] or "no reason recorded")
    if evidence["scores_from"] == "refits" and "refits" not in because:
        text = "Scores come from refits of the procedure, not from this artifact."
        yield Line(label=label, text=text, tone=UNSURE)
    if evidence["exploratory"] and not because.startswith("Exploratory"):
        text = "Exploratory: it was not specified before its data were looked at."
        yield Line(label=label, text=text, tone=UNSURE)
    if not evidence["counts"]:
        text = f"Does not count towards a gate. {wording.sentence(because)}"
        yield Line(label=label, text=text, tone=UNSURE)
    sampling = exhibits.protocol(dossier, evidence).get("sampling")
    if sampling not in _UNSELECTED:
        text = f"Patients did not enter unselected: {sampling or 'sampling not stated'}."
        yield Line(label=label, text=text, tone=UNSURE)
    used = reuse.words(evidence.get("tested"))
    if used:
        yield Line(label=label, text=wording.sentence(used), tone=UNSURE)
    assessment = evidence["assessment"]
    for because, exams in _left_out(assessment):
        text = f"{wording.counted(exams, 'row')} left out: {because}."
        yield Line(label=label, text=text, tone=UNSURE)
    for warning in assessment.get("warnings", ()):
        yield Line(label=label, text=wording.sentence(warning), tone=UNSURE)


def _left_out(assessment: Document) -> list[tuple[str, int]]:
    """Return how many rows entered no cell, by reason."""
    found: dict[str, int] = {}
    for one in assessment.get("left_out", ()):
        because = str(one["because"]).rstrip(".")
        found[because] = found.get(because, 0) + int(one["exams"])
    return list(found.items())


def _revised(dossier: Document) -> Iterator[Line]:
    """Yield where two protocols of one purpose judge otherwise."""
    known = [one for one in dossier["protocols"] if one["document"].get("purpose")]
    for place, later in enumerate(known):
        for earlier in known[:place]:
            one, other = earlier["document"], later["document"]
            parts = added(one, other) if one["purpose"] == other["purpose"] else []
            if parts:
                text = f"“{one['name']}” and “{other['name']}” both judge {one['purpose']}, and "
                text += f"differ in {wording.listed(parts)}."
                yield Line(label="Revision", text=text, tone=UNSURE)


def multiplicity(dossier: Document) -> str:
    """Return how many groups, gaps and criteria were looked at; empty where it is not known."""
    evidence = exhibits.leading(dossier)
    counted = evidence["assessment"].get("multiplicity") if evidence is not None else None
    return wording.sentence(counted["note"]) if counted else ""
