"""Changes: what moved since the version's last dossier, and beside the version in use."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.lines import Line
from registry.domain.judgements.verdicts import BAD, GOOD, MET, PLAIN, SEVERITY, TONES, UNSURE
from validation.metric_names import METRICS, Direction

FIRST = "This is the first dossier of the version: there is nothing to compare it with."
PARTS: Final[Mapping[str, str]] = {
    "model": "the model's record",
    "version": "the version's record",
    "datasets": "datasets",
    "overlap": "overlap of patients",
    "statements": "statements on the considerations",
    "protocols": "protocols",
    "evidence": "evidence",
    "in_use": "the version in use",
    "originally_approved": "the version approved first",
    "thresholds": "where thresholds were found",
    "documents": "documents",
    "training": "training of people",
    "hazards": "hazards",
    "incidents": "incidents",
    "failure_reviews": "failures looked at",
    "policy": "the policy",
    "scope": "the scope",
    "criteria": "criteria as judged",
    "requirements": "requirements as judged",
}
"""What each part of a dossier is called in a sentence."""
HOW_TO_READ: Final = (
    "Paired, each with its interval. A metric that ends in ratio is a quotient, of which 1 is "
    "alike. A difference whose interval holds no change is not told apart."
)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """One criterion in one stratum that was judged otherwise than before."""

    name: str
    where: str
    before: str
    after: str
    way: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Beside:
    """One paired difference on the same exams: this version less the other.

    `difference` is with its interval, or that there is none; `number` is how many exams were
    scored by both; `better` says in words what the interval allows to say, or why nothing can be.
    """

    against: str
    metric: str
    where: str
    difference: str
    number: str
    method: str
    better: str
    tone: str
    defined: bool
    in_scope: bool


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """One metric beside another version at the sites outside the scope, which are many.

    `better` and `worse` name the sites where the interval tells so, each with its difference;
    `alike` and `undefined` count those where it tells nothing and where there is none.
    """

    against: str
    metric: str
    better: str
    worse: str
    alike: int
    undefined: int


def lede(dossier: Document) -> str:
    """Return which parts changed since which dossier, or that this is the first."""
    since = dossier.get("since_last")
    if since is None:
        return FIRST
    parts = [PARTS.get(part, wording.attribute(part)) for part in since["parts"]]
    named = wording.listed(parts) or "nothing but its number"
    return f"Since dossier {since['number']} ({wording.short(since['dossier'])}) changed: {named}."


def opened(dossier: Document) -> Line:
    """Return who froze the dossier, when, and why it is reviewed again, where that was said."""
    by = dossier["opened"]
    text = f"Dossier {dossier['number']}, {wording.moment(by['at'])}, by {by['by']['name']}."
    if by.get("reason"):
        text += f" Reviewed again because: {wording.sentence(by['reason'])}"
    if by.get("unchanged_from"):
        text += f" Nothing changed since {wording.short(by['unchanged_from'])}."
    return Line(label="Frozen", text=text)


def moved(dossier: Document) -> tuple[Moved, ...]:
    """Return the criteria judged otherwise than in the last dossier; those worse now first."""
    since = dossier.get("since_last") or {}
    found = [_moved(dossier, entry) for entry in since.get("criteria", ())]
    order = (BAD, UNSURE, PLAIN, GOOD)
    return tuple(sorted(found, key=lambda one: order.index(one.tone)))


def _moved(dossier: Document, entry: Document) -> Moved:
    before, after = entry.get("before"), entry.get("after")
    metric = _metric(dossier, entry["id"])
    name = wording.name_of(entry["id"])
    if entry.get("finding"):
        name += f", {entry['finding']}"
    way, tone = _way(before, after)
    return Moved(
        name=name,
        where=wording.capital(wording.stratum(entry["by"])),
        before=_judged(before, metric),
        after=_judged(after, metric),
        way=way,
        tone=tone,
    )


def _metric(dossier: Document, key: str) -> str:
    """Return what a criterion measures, by those judged now or by a protocol."""
    for one in dossier["criteria"]:
        if one["id"] == key:
            return str(one["metric"])
    for protocol in dossier["protocols"]:
        for one in protocol["document"].get("criteria") or ():
            if one["id"] == key:
                return str(one["metric"])
    return ""


def _judged(entry: Document | None, metric: str) -> str:
    if entry is None:
        return "not judged"
    if entry.get("measured") is None:
        return str(entry["verdict"])
    return f"{entry['verdict']}, {wording.with_interval(entry, metric, value='measured')}"


def _way(before: Document | None, after: Document | None) -> tuple[str, str]:
    """Return whether a criterion stands better or worse than it did, and its tone."""
    if before is None or after is None:
        word = "judged now, not before" if before is None else "no longer judged"
        return word, UNSURE if after is None else TONES.get(str(after["verdict"]), UNSURE)
    ranks = [_rank(str(one["verdict"])) for one in (before, after)]
    if ranks[0] == ranks[1]:
        return "same verdict, other figures", PLAIN
    return ("better", GOOD) if ranks[1] > ranks[0] else ("worse", BAD)


def _rank(verdict: str) -> int:
    """Return how far a verdict stands from the worst; met is the farthest."""
    return len(SEVERITY) if verdict == MET else SEVERITY.index(verdict)


def settled(dossier: Document) -> tuple[Line, ...]:
    """Return the conditions closed since, and the sign-offs that the new dossier voided."""
    since = dossier.get("since_last")
    if since is None:
        return ()
    closed, voided = since["conditions_closed"], since["signoffs_voided"]
    return (
        Line(label="Conditions closed", text=_told(closed), tone=GOOD if closed else PLAIN),
        Line(label="Sign-offs voided", text=_told(voided), tone=UNSURE if voided else PLAIN),
    )


def _told(items: list[str]) -> str:
    return " ".join(wording.sentence(item) for item in items) or "None."


def references(dossier: Document) -> tuple[Line, ...]:
    """Return the version in use and the one approved first, as far as the dossier names them."""
    current, first = dossier.get("in_use"), dossier.get("originally_approved")
    lines = [Line(label="In use now", text=_version(current) or "None in this scope.")]
    if first is not None:
        lines.append(Line(label="Approved first", text=_version(first)))
    lines += [
        Line(
            label="Asked by policy",
            text=wording.sentence(f"{one['text']}: {one['status']}")
            + (f" {wording.sentence(one['because'])}" if one.get("because") else ""),
            tone=TONES.get(one["status"], UNSURE),
        )
        for one in dossier["requirements"]
        if one["id"].startswith("compared.")
    ]
    return tuple(lines)


def _version(entry: Document | None) -> str:
    if entry is None:
        return ""
    return f"{entry['model']}/{entry['number']}, since {wording.day(entry['since'])}."


def beside(dossier: Document) -> tuple[Beside, ...]:
    """Return the paired differences from every other way of scoring the same exams."""
    return tuple(
        _beside(dossier, evidence, entry)
        for evidence in exhibits.ranked(dossier)
        for entry in evidence["assessment"].get("comparisons", ())
        if entry.get("partition") in {None, evidence["purpose"]}
    )


def elsewhere(found: Sequence[Beside]) -> tuple[Elsewhere, ...]:
    """Return the sites outside the scope together, by version and metric."""
    groups: dict[tuple[str, str], list[Beside]] = {}
    for one in found:
        if not one.in_scope:
            groups.setdefault((one.against, one.metric), []).append(one)
    return tuple(
        Elsewhere(
            against=against,
            metric=metric,
            better=_at(one for one in some if one.tone == GOOD),
            worse=_at(one for one in some if one.tone == BAD),
            alike=sum(one.tone == PLAIN for one in some),
            undefined=sum(one.tone == UNSURE for one in some),
        )
        for (against, metric), some in groups.items()
    )


def _at(some: Iterable[Beside]) -> str:
    return "; ".join(f"{one.where} {one.difference}" for one in some) or "nowhere"


def _beside(dossier: Document, evidence: Document, entry: Document) -> Beside:
    metric = str(entry["metric"])
    where = wording.capital(wording.stratum(entry.get("by") or {}))
    if entry.get("finding"):
        where += f", {entry['finding']}"
    shown, tone = better(entry)
    defined = entry.get("difference") is not None
    return Beside(
        against=against(dossier, evidence, str(entry["comparator"])),
        metric=wording.label(metric),
        where=where,
        difference=wording.difference(entry) if defined else "undefined",
        number="—" if entry.get("n") is None else f"{entry['n']:,}",
        method=str(entry.get("method") or "—"),
        better=shown,
        tone=tone,
        defined=defined,
        in_scope=_in_scope(dossier, entry.get("by") or {}),
    )


def _in_scope(dossier: Document, by: Document) -> bool:
    """Tell whether a stratum is of the scope: all but sites that nobody asked about."""
    return "site" not in by or by["site"] in dossier["scope"]["sites"]


def against(dossier: Document, evidence: Document, comparator: str) -> str:
    """Return a comparator by its version, where its protocol says which one it is."""
    named = exhibits.protocol(dossier, evidence).get("comparators") or {}
    version = (named.get(comparator) or {}).get("version")
    return str(version) if version else wording.attribute(comparator)


def better(entry: Document) -> tuple[str, str]:
    """Return what an interval allows to say of a difference: nothing while it holds no change."""
    ends = [entry.get("low"), entry.get("high")]
    metric = str(entry["metric"])
    if entry.get("difference") is None:
        return str(entry.get("undefined") or "not computed"), UNSURE
    if None in ends:
        return "cannot be said", UNSURE
    alike = 1.0 if metric.endswith("_ratio") else 0.0
    low, high = float(ends[0] or 0.0), float(ends[1] or 0.0)
    if low <= alike <= high:
        return "not told apart", PLAIN
    known = METRICS.get(metric.removesuffix("_ratio"))
    if known is None or known.direction is Direction.NONE:
        return ("higher" if low > alike else "lower"), PLAIN
    better = (low > alike) is (known.direction is Direction.HIGHER)
    return ("better", GOOD) if better else ("worse", BAD)
