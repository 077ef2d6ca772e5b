"""Incidents: what went wrong in use, and which failures in testing somebody looked at."""

from dataclasses import dataclass

from registry.domain.failure_reviews import failures_of, total
from registry.domain.incidents import IncidentState
from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE
from registry.domain.policies import Harm

NO_INCIDENT = "No incident with this version had been reported when the dossier was frozen."


@dataclass(frozen=True, kw_only=True)
class Incident:
    """One incident: when and where, what happened, the harm, what was done, and its state."""

    number: int
    when: str
    what: str
    harm: str
    done: str
    state: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """Failures of one kind and cause that somebody looked at, and whether they are settled."""

    evidence: int
    kind: str
    cause: str
    severity: str
    count: int
    done: str
    state: str
    tone: str


def incidents(dossier: Document) -> tuple[Incident, ...]:
    """Return the incidents with the version: those not closed first, the gravest first."""
    found = sorted(dossier.get("incidents", ()), key=_order)
    return tuple(_incident(one) for one in found)


def _order(one: Document) -> tuple[bool, int, int]:
    harm = list(Harm).index(Harm(one["harm"]))
    return (one["state"] == IncidentState.CLOSED, -harm, int(one["number"]))


def _incident(one: Document) -> Incident:
    closed = one["state"] == IncidentState.CLOSED
    grave = Harm(one["harm"]).reaches(Harm.SEVERE)
    where = f", {one['site']}" if one.get("site") else ""
    what = wording.sentence(one.get("summary") or "not described")
    if one.get("cause"):
        what += f" Cause: {wording.sentence(one['cause'])}"
    linked = [str(number) for number in one.get("hazards") or ()]
    if linked:
        what += f" Hazard {wording.listed(linked)}."
    return Incident(
        number=int(one["number"]),
        when=f"{wording.day(one['happened_on'])}{where}",
        what=what,
        harm=wording.capital(str(one["harm"])),
        done=_done(one),
        state=wording.capital(_state(one)),
        tone=PLAIN if closed else BAD if grave else UNSURE,
    )


def _state(one: Document) -> str:
    """Return how far an incident has come, and since when."""
    day = one.get("closed_on") or one.get("made_safe_on")
    if day is None or one["state"] == IncidentState.OPEN:
        return str(one["state"])
    return f"{one['state']} {wording.day(day)}"


def _done(one: Document) -> str:
    words = [
        f"{action['what'].rstrip('.')} ({action['owner']}{'' if action['done'] else ', NOT DONE'})"
        for action in one.get("actions") or ()
    ]
    if one.get("mitigation"):
        words.insert(0, one["mitigation"].rstrip("."))
    return wording.sentence("; ".join(words)) or "Nothing is recorded."


def groups(dossier: Document) -> tuple[Group, ...]:
    """Return the failures that somebody looked at: unresolved ones first."""
    found = [
        _group(review, group)
        for review in dossier.get("failure_reviews", ())
        for group in review["groups"]
    ]
    return tuple(sorted(found, key=lambda one: one.tone != BAD))


def _group(review: Document, group: Document) -> Group:
    done = wording.sentence(group.get("done") or "nothing was done")
    if group.get("remark"):
        done = f"{wording.sentence(group['remark'])} {done}"
    if group.get("hazard") is not None:
        done += f" Hazard {group['hazard']}."
    return Group(
        evidence=int(review["evidence"]),
        kind=wording.capital(str(group["kind"])),
        cause=wording.capital(str(group["cause"])),
        severity=wording.capital(str(group["severity"])),
        count=int(group["count"]),
        done=done,
        state="Resolved" if group["resolved"] else "UNRESOLVED",
        tone=GOOD if group["resolved"] else BAD,
    )


def _unreviewed(label: str, there_are: int | None) -> Line:
    """Return what is said where nobody reviewed an evidence's failures; None: none were counted."""
    if there_are == 0:
        return Line(
            label=label, text="It counts no failure: there was none to look at.", tone=PLAIN
        )
    number = "an unknown number of" if there_are is None else f"{there_are:,}"
    noun = "failure" if there_are == 1 else "failures"
    return Line(label=label, text=f"Nobody looked at any of {number} {noun}.", tone=UNSURE)


def looked_at(dossier: Document) -> tuple[Line, ...]:
    """Return for each evidence that counts how many of its failures somebody looked at."""
    reviews = {one["evidence"]: one for one in dossier.get("failure_reviews", ())}
    lines = []
    for evidence in exhibits.ranked(dossier):
        review = reviews.get(evidence["number"])
        if review is None and not evidence["counts"]:
            continue
        there_are = total(failures_of(evidence["assessment"]))
        number = "an unknown number of" if there_are is None else f"{there_are:,}"
        label = f"Evidence {evidence['number']}"
        if review is None:
            lines.append(_unreviewed(label, there_are))
            continue
        by = review["reviewed"]["by"]["name"]
        on = review["reviewed"].get("at")
        when = f", {wording.day(on)}" if on else ""
        as_what = f", {review['qualification']}" if review.get("qualification") else ""
        text = f"{review['looked_at']:,} of {number} failures looked at by {by}{as_what}{when}."
        whole = there_are is not None and review["looked_at"] >= there_are
        lines.append(Line(label=label, text=text, tone=PLAIN if whole else UNSURE))
    return tuple(lines)
