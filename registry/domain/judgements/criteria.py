"""Criteria: what was asked beforehand, what was found in each stratum, and what it comes to."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from registry.domain.judgements import exhibits, verdicts, wording
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.verdicts import MET, NOT_ASSESSED, TONES, UNSURE

_EACH: Final = 3  # strata outside the scope with one verdict that have a row each
NONE = "The protocol sets no criterion: nothing was to be shown, and nothing is."


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One criterion in one stratum.

    Attributes
    ----------
    name, metric, where : str
        The criterion, what it measures where its name does not say it, and in whom.
    required, measured, because : str
        The bound; what was found, with its interval; and the reason for the verdict.
    evidence : str
        Which evidence it was judged on.
    bearing : str
        Whether it gates the decision, only stands open, or lies outside the scope.
    names : str
        Of many strata in one row, each of them; empty where `where` names the only one.
    """

    name: str
    metric: str
    where: str
    required: str
    measured: str
    because: str
    verdict: str
    tone: str
    evidence: str
    bearing: str
    names: str = ""


def table(dossier: Document) -> tuple[Judged, ...]:
    """Return every criterion in every stratum it was judged in: in scope first, worst first.

    Strata outside the scope that came to the same share a row where they are many: what was
    measured is that of the worst.
    """
    entries = sorted(dossier["criteria"], key=_order)
    rows = [_judged(dossier, entry) for entry in entries if entry["in_scope"]]
    groups: dict[tuple[object, ...], list[Document]] = {}
    for entry in entries:
        if not entry["in_scope"]:
            key = (entry["evidence"], entry["id"], entry.get("finding"), entry["verdict"])
            groups.setdefault(key, []).append(entry)
    for group in groups.values():
        if len(group) <= _EACH:
            rows += [_judged(dossier, entry) for entry in group]
        else:
            rows.append(_together(dossier, group))
    return tuple(rows)


def _together(dossier: Document, group: Sequence[Document]) -> Judged:
    """Return strata that came to the same as one row, with what was measured in the worst."""
    known = [entry for entry in group if entry.get("measured") is not None]
    measured, because = "not measured", ""
    if known:
        lowest = known[0].get("comparison") == "at least"
        worst = (min if lowest else max)(known, key=lambda entry: float(entry["measured"]))
        one = _judged(dossier, worst)
        measured, because = one.measured, f"The worst, {_where(worst)}: {one.because}"
    return replace(
        _judged(dossier, group[0]),
        where=f"{len(group):,} strata, named below",
        measured=measured,
        because=because,
        names=wording.listed([_where(entry) for entry in group]),
    )


def whole(dossier: Document, slug: str | None = None) -> Iterator[tuple[str, str]]:
    """Yield each criterion in scope as a whole: the sentence, and its verdict.

    Parameters
    ----------
    dossier : Document
    slug : str or None
        Only those that a protocol assigns to this consideration.
    """
    groups: dict[tuple[object, ...], list[Document]] = {}
    for entry in dossier["criteria"]:
        if entry["in_scope"] and slug in {None, entry.get("consideration")}:
            key = (entry["evidence"], entry["id"], entry.get("finding"))
            groups.setdefault(key, []).append(entry)
    for entries in groups.values():
        verdict = verdict_of(entries)
        yield _sentence(entries, verdict), verdict


def of_sites(dossier: Document, about: str | None = None) -> dict[str, str]:
    """Return for each site that a criterion judged its verdict, as `verdicts.of_stratum` has it."""
    found: dict[str, list[Document]] = {}
    for entry in dossier["criteria"]:
        by = entry.get("by") or {}
        if set(by) == {"site"}:
            found.setdefault(str(by["site"]), []).append(entry)
    return {
        site: verdicts.of_stratum({"criteria": entries}, {"site": site}, about)
        for site, entries in found.items()
    }


def verdict_of(entries: Sequence[Document]) -> str:
    """Return the verdict of one criterion over its strata: the worst, unless any of them will do.

    It is that by which `registry.domain.scopes.unmet` lets it block.
    """
    found = [str(entry["verdict"]) for entry in entries]
    if entries and entries[0].get("needs") == "any" and MET in found:
        return MET
    return verdicts.combined(found)


def _sentence(entries: Sequence[Document], verdict: str) -> str:
    """Return a criterion over its strata: what is required of it, and where it is met."""
    first = entries[0]
    text = f"{wording.name_of(first['id'])}: {wording.inside(wording.label(first['metric']))}"
    if first.get("finding"):
        text += f" for {first['finding']}"
    text += f" {_over(first)}, {_bound(first)}: {verdict}"
    if len(entries) > 1:
        met = sum(entry["verdict"] == MET for entry in entries)
        text += f" ({met} of {len(entries)} strata met)"
    return wording.sentence(text)


def _over(entry: Document) -> str:
    """Return over whom a criterion reaches, as its protocol says it."""
    over = str(entry.get("over") or "overall")
    bare = over == "overall" or verdicts.compared(entry) is not None
    return wording.attribute(over) if bare else f"over {wording.attribute(over)}"


def _bound(entry: Document) -> str:
    """Return what is required: ``at least 0.750``."""
    if entry.get("required") is None:
        return "no bound recorded"
    return f"{entry['comparison']} {wording.figure(entry['required'], entry['metric'])}"


def _order(entry: Document) -> tuple[bool, int, str]:
    verdict = entry["verdict"]
    place = verdicts.SEVERITY.index(verdict) if verdict in verdicts.SEVERITY else len(TONES)
    return (not entry["in_scope"], place, str(entry["id"]))


def _judged(dossier: Document, entry: Document) -> Judged:
    verdict = str(entry["verdict"])
    name, metric = wording.name_of(entry["id"]), wording.label(entry["metric"])
    measures = ["" if metric == name else metric, entry.get("finding") or ""]
    absent = verdict == NOT_ASSESSED and entry.get("measured") is None
    return Judged(
        name=name,
        metric=", ".join(filter(None, measures)),
        where=wording.capital(_where(entry)),
        required=_bound(entry),
        measured="not measured"
        if absent
        else wording.with_interval(entry, entry["metric"], value="measured"),
        because=wording.sentence(entry.get("because") or ""),
        verdict=verdict,
        tone=TONES.get(verdict, UNSURE),
        evidence=_evidence(dossier, entry),
        bearing=_bearing(entry),
    )


def _where(entry: Document) -> str:
    attribute = verdicts.compared(entry)
    place = wording.stratum(entry.get("by") or {})
    if attribute is None:
        pooled = entry.get("over") == "pooled external" and not entry.get("by")
        return "the external sites pooled" if pooled else place
    within = ", within the same sites" if entry.get("basis") == verdicts.STANDARDISED else ""
    groups = f"between groups by {wording.attribute(attribute)}{within}"
    return f"{groups}, {place}" if entry.get("by") else groups


def _evidence(dossier: Document, entry: Document) -> str:
    number = exhibits.number(dossier, str(entry["evidence"]))
    return "evidence not in this dossier" if number is None else f"evidence {number}"


def _bearing(entry: Document) -> str:
    """Return what the verdict bears on: the decision, the record, or another scope."""
    if not entry["in_scope"]:
        return "outside the scope"
    return "gates" if entry["gates"] else "does not gate this rung"
