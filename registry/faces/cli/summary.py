"""Summary: an assessment in words and short numbers, for the terminal and for a page alike."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from registry.faces.cli.flow import flow
from registry.faces.cli.gaps import gaps
from registry.faces.cli.grids import NONE, Grid, estimate, label, short, span, stratum
from validation.criteria import Verdict
from validation.protocols.shape import Protocol, Sampling

KEY_METRICS = (
    "auroc",
    "sensitivity",
    "specificity",
    "ppv",
    "observed_expected",
    "ici",
    "expected_cost",
)
NEVER_MISSING = ("auroc", "observed_expected", "ici")  # without a word about why
SHORT = {"ici": "ICI", "observed_expected": "O:E"}  # over columns of a terminal
# What blocks stands first; a reader who stops early has then read what matters.
ORDER = (Verdict.NOT_MET, Verdict.INSUFFICIENT, Verdict.NOT_ASSESSED, Verdict.MET)
NAMED = 6  # strata named in a sentence
MOST_SITES = 20  # as many as a person looks through


@dataclass(frozen=True, kw_only=True)
class CriterionLine:
    """One criterion: what was asked, what was measured, what follows, and why."""

    id: str
    verdict: Verdict
    required: str
    measured: str
    because: str
    exploratory: bool


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What a reader is told, in the order of telling."""

    title: str
    facts: tuple[tuple[str, str], ...]
    warnings: tuple[str, ...]
    criteria: tuple[CriterionLine, ...]
    grids: tuple[Grid, ...]


def summarise(assessment: Mapping[str, Any], protocol: Protocol) -> Summary:
    """Return the summary of an assessment document."""
    grids = [*flow(assessment), *_strata(assessment, protocol), *gaps(assessment)]
    grids += [*_sites(assessment), *_without_one(assessment), *_comparisons(assessment)]
    return Summary(
        title=protocol.name,
        facts=_facts(assessment, protocol),
        warnings=tuple(assessment["warnings"]),
        criteria=_criteria(assessment, protocol),
        grids=tuple(grids),
    )


def worst_verdict(assessment: Mapping[str, Any]) -> Verdict:
    """Return the verdict that decides how `cmr evaluate` ends; what is exploratory does not."""
    verdicts = {entry["verdict"] for entry in assessment["criteria"] if not entry["exploratory"]}
    return next((verdict for verdict in ORDER if verdict in verdicts), Verdict.MET)


def _facts(assessment: Mapping[str, Any], protocol: Protocol) -> tuple[tuple[str, str], ...]:
    """Return what a number cannot be read without."""
    point = protocol.operating_point
    if point.threshold is not None:
        flagged = f"positive when the score is {point.positive_when} {point.threshold:g}"
    elif point.rule is not None:
        flagged = f"not found yet; its rule is “{point.rule}”"
    else:
        flagged = "none is declared"
    facts = [
        ("Purpose", protocol.purpose.value),
        ("Reference standard", protocol.reference_standard),
        ("Threshold", flagged),
        ("Unscored exams", f"count as {point.unscored} in every rate (“as deployed”)"),
        ("Rows", "not told" if assessment["rows"] is None else f"{assessment['rows']:,}"),
        ("Table", str(assessment["table_digest"])),
        ("Engine", str(assessment["engine"])),
    ]
    if protocol.sampling is not Sampling.CONSECUTIVE:
        facts.insert(1, ("How patients entered", protocol.sampling.value))
    if point.origin:
        facts.append(("Origin of the threshold", point.origin))
    if point.threshold_probability is not None:
        facts.append(("Threshold probability", f"net benefit at {point.threshold_probability:g}"))
    return tuple(facts)


def _criteria(assessment: Mapping[str, Any], protocol: Protocol) -> tuple[CriterionLine, ...]:
    """Return the criteria, those that block first."""
    attributes = {criterion.id: criterion.attribute for criterion in protocol.criteria}
    lines = [
        CriterionLine(
            id=str(entry["id"]),
            verdict=Verdict(entry["verdict"]),
            required=_required(entry, attributes.get(entry["id"])),
            measured=_measured(entry),
            because=str(entry["because"]),
            exploratory=bool(entry["exploratory"]),
        )
        for entry in assessment["criteria"]
    ]
    return tuple(sorted(lines, key=lambda line: ORDER.index(line.verdict)))


def _required(entry: Mapping[str, Any], attribute: str | None) -> str:
    """Return what a criterion asks: ``AUROC at least 0.80, every site``."""
    finding = f" · {entry['finding']}" if entry.get("finding") else ""
    over = f"by {attribute}, {entry['over']}" if attribute else entry["over"]
    within = ", within the same sites" if entry.get("basis") == "site-standardised" else ""
    return (
        f"{label(entry['metric'])} {entry['side']} {entry['required']:g}, {over}{within}{finding}"
    )


def _measured(entry: Mapping[str, Any]) -> str:
    """Return what a criterion came to, where it was decided."""
    value = short(entry.get("measured"), entry.get("low"), entry.get("high"))
    where = stratum(entry.get("by") or {})
    return value if value == NONE or not entry.get("by") else f"{value} · {where}"


def _strata(assessment: Mapping[str, Any], protocol: Protocol) -> Iterable[Grid]:
    """Yield one table per finding and partition, that of the purpose first."""
    purpose = protocol.purpose.value
    groups: dict[tuple[str | None, str | None], list[Mapping[str, Any]]] = {}
    for entry in assessment["strata"]:
        groups.setdefault((entry["finding"], entry["partition"]), []).append(entry)
    for finding, partition in sorted(
        groups, key=lambda key: (key[1] not in {None, purpose}, key[1] or "", key[0] or "")
    ):
        entries, left = _largest_sites(groups[finding, partition])
        metrics = [
            name
            for name in KEY_METRICS
            if any(entry["estimates"].get(name, {}).get("value") is not None for entry in entries)
        ]
        lacking = [name for name in NEVER_MISSING if name not in metrics]
        title = " · ".join(word for word in (finding, partition) if word) or "All rows"
        if partition not in {None, purpose}:
            title += " (not the purpose of this protocol: no criterion rests on it)"
        columns = ("Stratum", "Exams", "Patients", "Positives", "Negatives", "Unscored")
        yield Grid(
            title=title,
            columns=columns + tuple(SHORT.get(name, label(name)) for name in metrics),
            rows=tuple(_stratum_row(entry, metrics) for entry in entries),
            right=1,
            notes=left
            + _why_undefined(entries, metrics)
            + _why_undefined([one for one in entries if not one["by"]], lacking)
            + _among_scored(entries, metrics),
        )


def _largest_sites(
    entries: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], tuple[str, ...]]:
    """Return the strata to list, and a note on the sites that are too many to list."""
    sites = [entry for entry in entries if set(entry["by"]) == {"site"}]
    if len(sites) <= MOST_SITES:
        return list(entries), ()
    ranked = sorted(sites, key=lambda entry: (-entry["positives"], -entry["exams"]))
    left = {entry["by"]["site"] for entry in ranked[MOST_SITES:]}
    most = ranked[MOST_SITES]["positives"]
    note = (
        f"{len(left):,} more sites, none of them with more than {most:,} positives, stand in the "
        "assessment: --out FILE."
    )
    return [one for one in entries if one not in sites or one["by"]["site"] not in left], (note,)


def _stratum_row(entry: Mapping[str, Any], metrics: Sequence[str]) -> tuple[str, ...]:
    """Return the figures of one stratum."""
    unlabelled = f" (+{entry['unlabelled']:,} unlabelled)" if entry["unlabelled"] else ""
    names = ("exams", "patients", "positives", "negatives", "unscored")
    *counts, unscored = (_count(entry, name) for name in names)
    return (
        stratum(entry["by"]),
        *counts,
        f"{unscored}{unlabelled}",
        *(estimate(entry["estimates"].get(name, {})) for name in metrics),
    )


def _count(entry: Mapping[str, Any], name: str) -> str:
    """Return a count as printed: what is hidden is more than what is told."""
    hidden, count = entry.get("hidden") or (), entry[name]
    if count is None:
        return NONE
    if name in hidden or (hidden and name == "exams"):
        return f"{count:,} + few" if count else "few"
    return f"{count:,}"


def _why_undefined(entries: Iterable[Mapping[str, Any]], metrics: Sequence[str]) -> tuple[str, ...]:
    """Return why figures are missing, each reason once with where it holds."""
    reasons: dict[tuple[str, str], list[str]] = {}
    for entry in entries:
        for name in metrics:
            reason = entry["estimates"].get(name, {}).get("undefined")
            if reason:
                reasons.setdefault((name, str(reason)), []).append(stratum(entry["by"]))
    return tuple(
        f"{label(name)} undefined in {_first(places)}: {reason}."
        for (name, reason), places in reasons.items()
    )


def _among_scored(entries: Iterable[Mapping[str, Any]], metrics: Sequence[str]) -> tuple[str, ...]:
    """Return the rates of all exams among the scored, where some exam has no score."""
    for entry in entries:
        if not entry["by"] and entry["unscored"]:
            beside = [
                f"{label(name)} {estimate(found)}"
                for name in metrics
                if (found := entry["estimates"].get(name, {}).get("among_scored"))
            ]
            if beside:
                return (f"Among the scored only: {'; '.join(beside)}.",)
    return ()


def _left_out(entries: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return which sites a figure leaves out, and why."""
    told = {
        f"{label(entry['metric'])} leaves out {name}: {reason}."
        for entry in entries
        for name, reason in (entry.get("left_out") or {}).items()
    }
    undefined = {
        f"{label(entry['metric'])} undefined: {entry['undefined']}."
        for entry in entries
        if entry.get("undefined")
    }
    return tuple(sorted(told | undefined))


def _sites(assessment: Mapping[str, Any]) -> Iterable[Grid]:
    """Yield what is pooled over sites, with where a next site may lie."""
    entries = assessment["sites"]
    if entries:
        yield Grid(
            title="Between sites",
            columns=("Metric", "Pooled", "A next site may lie within", "τ²", "I²", "Sites"),
            rows=tuple(
                (
                    " · ".join(word for word in (label(entry["metric"]), entry["finding"]) if word),
                    short(entry.get("pooled"), entry.get("low"), entry.get("high")),
                    span(entry.get("prediction_low"), entry.get("prediction_high")),
                    short(entry.get("tau2")),
                    short(entry.get("i2")),
                    str(entry.get("k", NONE)),
                )
                for entry in entries
            ),
            right=1,
            notes=_left_out(entries)
            + tuple(sorted({f"Note: {e['note']}." for e in entries if e.get("note")})),
        )


def _pooled(found: Mapping[str, Any]) -> str:
    """Return a pooled value with its interval."""
    return short(found["pooled"], found.get("low"), found.get("high"))


def _without_one(assessment: Mapping[str, Any]) -> Iterable[Grid]:
    """Yield how far what is pooled moves when one site is left out, and which site it is."""
    rows = []
    for entry in assessment["sites"]:
        found = entry.get("leave_one_out") or {}
        if not found:
            continue
        lowest, highest = (
            pick(found, key=lambda site, found=found: found[site]["pooled"]) for pick in (min, max)
        )
        rows.append(
            (
                " · ".join(word for word in (label(entry["metric"]), entry["finding"]) if word),
                short(entry.get("pooled")),
                *(f"{_pooled(found[site])} without {site}" for site in (lowest, highest)),
            )
        )
    if rows:
        yield Grid(
            title="Between sites, one site left out",
            columns=("Metric", "All sites", "Lowest", "Highest"),
            rows=tuple(rows),
            right=1,
        )


def _comparisons(assessment: Mapping[str, Any]) -> Iterable[Grid]:
    """Yield the differences from the comparators on the same exams."""
    entries = assessment["comparisons"]
    if entries:
        yield Grid(
            title="Against the comparators, on the same exams",
            columns=("Comparator", "Stratum", "Metric", "Difference", "p"),
            rows=tuple(
                (
                    " · ".join(word for word in (entry["comparator"], entry["finding"]) if word),
                    stratum(entry["by"]),
                    label(entry["metric"]),
                    short(entry.get("difference"), entry.get("low"), entry.get("high")),
                    short(entry.get("p")),
                )
                for entry in entries
            ),
            right=3,
            notes=_unpaired(entries),
        )


def _unpaired(entries: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Return how many exams lack one of the two scores, what cannot be compared, and notes."""
    missing = {
        f"Against {entry['comparator']}, {stratum(entry['by'])}: {entry['left_out']:,} labelled "
        "without one of the two scores."
        for entry in entries
        if entry.get("left_out")
    }
    places: dict[tuple[str, str, str], list[str]] = {}
    for entry in entries:
        if entry.get("undefined"):
            one = (entry["comparator"], entry["undefined"], label(entry["metric"]))
            places.setdefault(one, []).append(stratum(entry["by"]))
    alike: dict[tuple[str, str, str], list[str]] = {}
    for (comparator, reason, metric), where in places.items():
        alike.setdefault((comparator, reason, _first(where)), []).append(metric)
    undefined = {
        f"Not compared with {comparator} in {where}: {', '.join(metrics)} ({reason})."
        for (comparator, reason, where), metrics in alike.items()
    }
    noted = {f"{label(e['metric'])}: {e['note']}." for e in entries if e.get("note")}
    return tuple(sorted(missing | undefined | noted))


def _first(places: Sequence[str]) -> str:
    """Return the first places by name, and how many more there are."""
    more = f" and {len(places) - NAMED} more" if len(places) > NAMED else ""
    return ", ".join(places[:NAMED]) + more
