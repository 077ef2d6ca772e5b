"""Results: what the evidence came to, as sentences with their whereabouts in the dossier."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final

from registry.domain import reuse
from registry.domain.judgements import changes, gaps, records, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards.exports import findings
from registry.services.cards.exports.findings import (
    DEVELOPMENT,
    EVERYTHING,
    EXTERNAL,
    INTERNAL,
    LOCAL,
)
from registry.services.cards.exports.places import gathered, pointer
from reports.exports.record import NOT_RECORDED, Evidence, Place
from reports.exports.topics import Topic
from validation.rounding import ends

_VALIDITY: Final = ("auroc", "sensitivity", "specificity")
_GAPS: Final = frozenset(
    {"equal_opportunity_difference", "false_positive_rate_difference", "calibration_gap"}
)
_CALIBRATION: Final = ("observed_expected", "calibration_slope", "brier")
_UTILITY: Final = ("net_benefit", "expected_cost", "cost_against_default")
_NOT_ASSESSED: Final = "no assessment of the dossier holds it"

Sentence = Callable[[Exhibit], str]


def places(dossier: Document) -> dict[Topic, Place]:
    """Return what was found, topic by topic."""
    return {
        Topic.EVIDENCE: _of_evidence(dossier, _whole),
        Topic.CUSTODY: _of_evidence(dossier, _custody, "custody"),
        Topic.EXTERNAL_CUSTODY: _of_evidence(dossier, _custody, "custody", purposes=EXTERNAL),
        Topic.REUSE: _of_evidence(dossier, lambda one: reuse.words(one.get("tested")), "tested"),
        Topic.OVERLAP: _overlap(dossier, EVERYTHING),
        Topic.EXTERNAL_OVERLAP: _overlap(dossier, EXTERNAL),
        Topic.INTERNAL_RESULTS: _results(dossier, INTERNAL, _validity, sites=True),
        Topic.EXTERNAL_RESULTS: _results(dossier, EXTERNAL, _validity, sites=True),
        Topic.LOCAL_RESULTS: _results(dossier, LOCAL, _validity, sites=True),
        Topic.INTERNAL_FAIRNESS: _fairness(dossier, INTERNAL),
        Topic.EXTERNAL_FAIRNESS: _fairness(dossier, EXTERNAL),
        Topic.LOCAL_FAIRNESS: _fairness(dossier, LOCAL),
        Topic.TRAINING_GROUPS: _groups(dossier, DEVELOPMENT),
        Topic.EXTERNAL_GROUPS: _groups(dossier, EXTERNAL),
        Topic.FAIRNESS_MONITORING: Place(
            text=None,
            pointers=(pointer("statements"),),
            reason="this registry has no place for a process of its own; consideration 9 and the "
            "plans in the dossiers of the sites speak of monitoring as a whole",
        ),
        Topic.COUNTS: _results(dossier, EVERYTHING, _counts, sites=True, whole=True),
        Topic.CONFUSION: _results(dossier, EVERYTHING, _confusion, sites=True),
        Topic.CALIBRATION: _results(dossier, EVERYTHING, _metrics(_CALIBRATION), sites=True),
        Topic.UTILITY: _results(dossier, EVERYTHING, _metrics(_UTILITY), sites=True),
        Topic.HETEROGENEITY: _of_assessments(dossier, "sites", _spread),
        Topic.CASE_MIX: _of_assessments(dossier, "case_mix", _case_mix),
        Topic.SAMPLE_SIZE: _of_assessments(dossier, "sample_size", _sample_size),
        Topic.COMPARISON: _comparisons(dossier),
        Topic.AGREEMENT: _of_assessments(dossier, "agreement", _agreement),
    }


def evidence(dossier: Document) -> tuple[Evidence, ...]:
    """Return the evidence, each in a sentence."""
    return tuple(
        Evidence(
            number=int(one["number"]),
            sentence=wording.sentence(_whole(one)),
            digest=one["assessment_digest"],
            submitted_by=one["submitted"]["by"]["name"],
            submitted_at=one["submitted"]["at"],
            pointer=pointer("evidence", place),
        )
        for place, one in enumerate(dossier["evidence"])
    )


def _whole(one: Document) -> str:
    read = one["table"]["rows"]
    rows = "rows not told" if read is None else wording.counted(int(read), "row")
    text = f"Evidence {one['number']}: {one['purpose']}, {rows}, scores from {one['scores_from']}"
    text += f", submitted {wording.day(one['submitted']['at'])} by {one['submitted']['by']['name']}"
    if not one["counts"]:
        text += f"; does not count towards a gate: {one['because'] or 'no reason recorded'}"
    return text


def _custody(one: Document) -> str:
    held = records.CUSTODY.get(str(one["custody"]), str(one["custody"]))
    by = one["submitted"]["by"]["name"]
    return f"Evidence {one['number']} ({one['purpose']}): {held}; submitted by {by}"


def _of_evidence(
    dossier: Document,
    words: Callable[[Document], str],
    *keys: object,
    purposes: frozenset[str] = EVERYTHING,
) -> Place:
    return gathered(
        (
            (text, pointer("evidence", place, *keys))
            for place, one in enumerate(dossier["evidence"])
            if one["purpose"] in purposes and (text := words(one))
        ),
        reason=findings.lacking(purposes),
        otherwise=[pointer("evidence")],
    )


def _overlap(dossier: Document, purposes: frozenset[str]) -> Place:
    """Return the checks of patients against those trained on, for the evidence of some purposes."""
    mine = {one["id"] for one in dossier["evidence"] if one["purpose"] in purposes}
    others = {one["id"] for one in dossier["evidence"]} - mine
    return gathered(
        (
            (f"{kind}: {text}", pointer("overlap", place))
            for place, one in enumerate(dossier["overlap"])
            if mine and one.get("evidence") not in others
            for kind, text, _ in [records.overlap(one)]
        ),
        reason=NOT_RECORDED if mine else findings.lacking(purposes),
        otherwise=[pointer("overlap")],
    )


def _results(
    dossier: Document,
    purposes: frozenset[str],
    words: Sentence,
    *,
    sites: bool = False,
    whole: bool = False,
) -> Place:
    """Return one sentence for each site of the evidence of some purposes; of the whole, if asked.

    Where an evidence has one site only, or none is declared, its whole stands for it.
    """
    found = list(findings.of_purposes(dossier, purposes))
    chosen = [(f, e) for f, e in found if sites and set(e.by) == {"site"}]
    sited = {(f, id(e.evidence)) for f, e in chosen}
    chosen += [(f, e) for f, e in found if not e.by and (whole or (f, id(e.evidence)) not in sited)]
    return gathered(
        (
            (f"{findings.before(f)}{_where(e)}: {text}", findings.stands(dossier, e))
            for f, e in chosen
            if (text := words(e))
        ),
        reason=findings.lacking(purposes),
        otherwise=[pointer("evidence")],
    )


def _where(exhibit: Exhibit) -> str:
    return f"{wording.capital(wording.stratum(exhibit.by))} ({exhibit.kind})"


def _metrics(names: tuple[str, ...]) -> Sentence:
    def sentence(exhibit: Exhibit) -> str:
        known = exhibit.stratum.get("estimates", {})
        words = [
            f"{wording.inside(wording.label(name))} {wording.with_interval(known[name], name)}"
            for name in names
            if name in known
        ]
        return ", ".join(words)

    return sentence


def _validity(exhibit: Exhibit) -> str:
    return f"{_metrics(_VALIDITY)(exhibit)}; {_counts(exhibit)}"


def _counts(exhibit: Exhibit) -> str:
    exams = wording.counted(exhibit.count("exams"), "exam")
    return f"{exams}, {exhibit.count('positives'):,} with the finding"


def _confusion(exhibit: Exhibit) -> str:
    found, spared = exhibit.estimate("sensitivity"), exhibit.estimate("specificity")
    if any(one.get("events") is None or one.get("n") is None for one in (found, spared)):
        return ""
    hits, rejections = int(found["events"]), int(spared["events"])
    return (
        f"{hits:,} true positives, {int(found['n']) - hits:,} false negatives, "
        f"{rejections:,} true negatives, {int(spared['n']) - rejections:,} false positives"
    )


def _groups(dossier: Document, purposes: frozenset[str]) -> Place:
    """Return how many exams of each declared group were tested."""
    return gathered(
        (
            (f"{findings.before(f)}{_where(e)}: {_counts(e)}", findings.stands(dossier, e))
            for f, e in findings.of_purposes(dossier, purposes)
            if len(e.by) == 1 and "site" not in e.by
        ),
        reason=findings.lacking(purposes),
        otherwise=[pointer("evidence")],
    )


def _fairness(dossier: Document, purposes: frozenset[str]) -> Place:
    """Return the rates of each declared group, then the gaps between them."""
    rates = _metrics(("sensitivity", "specificity"))
    items = [
        (f"{findings.before(f)}{_where(e)}: {rates(e)}", findings.stands(dossier, e))
        for f, e in findings.of_purposes(dossier, purposes)
        if len(e.by) == 1 and "site" not in e.by and rates(e)
    ]
    items += [
        (_gap(one), pointer("evidence", place, "assessment", "fairness", at))
        for place, found in enumerate(dossier["evidence"])
        if found["purpose"] in purposes
        for at, one in enumerate(found["assessment"].get("fairness", ()))
        if one["metric"] in _GAPS and not one["by"] and one.get("value") is not None
    ]
    return gathered(items, reason=findings.lacking(purposes), otherwise=[pointer("evidence")])


def _gap(one: Document) -> str:
    name = f"{wording.label(one['metric'])} by {wording.attribute(one['attribute'])}"
    basis = f", {one['basis']}" if one.get("basis") else ""
    between = f", between {one['worst']} and {one['best']}" if one.get("worst") else ""
    text = f"{findings.before(one.get('finding'))}{name}{basis}{between}"
    return f"{text}: {wording.with_interval(one, one['metric'])}"


def _of_assessments(dossier: Document, key: str, words: Callable[[Document], str]) -> Place:
    """Return what stands under a key of every assessment."""
    return _told(
        (words(entry), before, where) for _, entry, before, where in _entries(dossier, key)
    )


def _comparisons(dossier: Document) -> Place:
    """Return how every assessment compares the version with another, by that one's name."""
    return _told(
        (_comparison(dossier, evidence, entry), before, where)
        for evidence, entry, before, where in _entries(dossier, "comparisons")
    )


def _entries(dossier: Document, key: str) -> Iterator[tuple[Document, Document, str, str]]:
    """Yield evidence and entry under a key of every assessment, what goes before it, and where."""
    for place, one in enumerate(dossier["evidence"]):
        for at, entry in enumerate(one["assessment"].get(key) or ()):
            before = f"Evidence {one['number']}: {findings.before(entry.get('finding'))}"
            yield one, entry, before, pointer("evidence", place, "assessment", key, at)


def _told(items: Iterable[tuple[str, str, str]]) -> Place:
    """Return texts with what goes before each and where it stands; an empty one says nothing."""
    return gathered(
        ((f"{before}{text}", where) for text, before, where in items if text),
        reason=_NOT_ASSESSED,
        otherwise=[pointer("evidence")],
    )


def _spread(entry: Document) -> str:
    if entry.get("pooled") is None or entry.get("i2") is None:
        return ""
    metric = entry["metric"]
    text = f"{wording.label(metric)} pooled {wording.figure(entry['pooled'], metric)}"
    text += f", I² {wording.percent(entry['i2'], 0)}"
    if entry.get("prediction_low") is None:
        return f"{text}; too few sites to say what the next would show"
    low, high = (wording.figure(entry[f"prediction_{end}"], metric) for end in ("low", "high"))
    return f"{text}, 95% interval for the next site {ends(low, high)}"


def _case_mix(entry: Document) -> str:
    shifts = [
        f"{wording.attribute(one['of'])} {one['standardized_difference']:+.2f}"
        for one in entry.get("shifts", ())
        if one.get("standardized_difference") is not None
    ]
    if not shifts:
        return ""
    return f"{entry['group']} against {entry['against']}, standardised differences: " + ", ".join(
        shifts
    )


def _sample_size(entry: Document) -> str:
    if entry.get("sufficient") is None:
        return ""
    asked = entry.get("required_exams")
    text = f"{wording.stratum(entry.get('by') or {})}, {wording.attribute(entry['criterion'])}: "
    text += f"{wording.counted(int(entry['exams']), 'exam')}"
    text += f", {int(asked):,} required" if asked is not None else ""
    word = "sufficient" if entry["sufficient"] else "insufficient"
    return f"{text}, {word} ({entry['source']})"


def _comparison(dossier: Document, evidence: Document, entry: Document) -> str:
    if entry.get("difference") is None or entry.get("by"):
        return ""
    other = changes.against(dossier, evidence, str(entry["comparator"]))
    return f"{wording.compared(entry['metric'], other)} {wording.difference(entry)}"


def _agreement(entry: Document) -> str:
    words = []
    for one in entry.get("measures", ()):
        estimate = one.get("estimate", one)
        if estimate.get("value") is not None:
            between = f" between {wording.listed(list(one['between']))}" if one["between"] else ""
            name = wording.attribute(one["measure"])
            words.append(f"{name}{between} {wording.with_interval(estimate, one['measure'])}")
    return "; ".join(words)


def limits(dossier: Document) -> Mapping[Topic, Place]:
    """Return where the version was not shown to work, and who fares worst, for each finding."""
    told = [(finding, gaps.never_shown(about)) for finding, about in findings.each(dossier)]
    where = (pointer("criteria"), pointer("evidence"))
    whole = " ".join(f"{findings.before(finding)}{text}" for finding, text in told)
    worst = [
        (f"{findings.before(finding)}{_worst(found)}", findings.stands(dossier, found.exhibit))
        for finding, about in findings.each(dossier)
        if (found := gaps.worst_subgroup(about)).exhibit is not None
    ]
    return {
        Topic.LIMITATIONS: Place(text=whole, pointers=where),
        Topic.WORST: gathered(
            worst,
            reason="no subgroup was declared, or none holds a patient with the finding",
            otherwise=[pointer("evidence")],
        ),
    }


def _worst(found: gaps.Worst) -> str:
    value = None if found.exhibit is None else found.exhibit.value(found.metric)
    shown = "undefined" if value is None else wording.figure(value, found.metric)
    return f"{found.subject}: {found.metric} {shown}. {found.note}"
