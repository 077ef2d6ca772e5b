"""Computed: for each consideration, what tables say about it, in sentences with their numbers.

What people state about a consideration is theirs; what stands here was counted by the registry.
Where nothing can be computed, nothing is said: the statement stands alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from registry.domain.judgements import (
    exhibits,
    gaps,
    provenance,
    records,
    spread,
    wording,
    workload,
)
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.lines import Computed, Section
from registry.domain.judgements.verdicts import BAD, GOOD, PLAIN, UNSURE

_AGREEMENT: Final = ("fleiss_kappa", "krippendorff_alpha", "cohen_kappa", "percent_agreement")
_SITES_MOST, _NAMED_MOST = 4, 8


def about(number: int, dossier: Document, decision: Document | None) -> Iterator[Computed]:
    """Yield what was computed about one of the thirteen."""
    if number == _DECAY:
        yield from _decay(dossier, decision)
    elif number in _RULES:
        yield from _RULES[number](dossier)


def _training_data(dossier: Document) -> Iterator[Computed]:
    """Yield how many exams trained and tested it, and how many a precise answer asks for."""
    for one in dossier["version"]["datasets"]:
        if one["use"] == "testing":
            continue
        counts = records.partitions(_dataset(dossier, one))
        words = f"{wording.capital(one['use'])} on {one['name']}/{one['number']}: {counts}."
        yield Computed(text=words, section=Section.PROVENANCE)
    evidence = exhibits.leading(dossier)
    if evidence is None:
        return
    yield Computed(text=records.tested_on(dossier, evidence), section=Section.PROVENANCE)
    wanted = exhibits.finding(dossier)
    sizes = [
        size
        for size in evidence["assessment"].get("sample_size", ())
        if not size.get("by")
        and size.get("finding") in {None, wanted}
        and size.get("partition") in {None, evidence["purpose"]}
    ]
    yield from _sizes(sizes)


def _sizes(sizes: Sequence[Document]) -> Iterator[Computed]:
    """Yield for which metrics the exams are enough, for which too few, and of which nobody knows.

    Each with the number of exams that the formula of its source asks for.
    """
    known = [one for one in sizes if one.get("required_exams") is not None]
    for word, some, tone in (
        ("enough", [one for one in known if one.get("sufficient")], GOOD),
        ("too few", [one for one in known if not one.get("sufficient")], UNSURE),
    ):
        if some:
            there = f"{some[0]['exams']:,} exams, {some[0]['events']:,} with the finding"
            asked = wording.listed([_asked_of(one) for one in some])
            text = f"For testing {there} are {word} for: {asked}."
            yield Computed(text=text, section=Section.PROTOCOL, tone=tone)
    for one in sizes:
        if one.get("required_exams") is None:
            why = one.get("undefined") or "not computed"
            text = f"Sample size for {_metric(one)}: undefined, {why}."
            yield Computed(text=text, section=Section.PROTOCOL, tone=UNSURE)


def _asked_of(size: Document) -> str:
    """Return a metric with the exams asked for, and the width of the interval that they give."""
    asked = f"{size['required_exams']:,} exams for an interval {size['target_width']:g} wide"
    return f"{_metric(size)} ({size['source']}: {asked})"


def _metric(size: Document) -> str:
    return wording.inside(wording.label(size["criterion"]))


def _sites(dossier: Document) -> Iterator[Computed]:
    """Yield which hospitals answered, and from which in scope nothing is there."""
    known = exhibits.sites(dossier)
    kinds: dict[str, list[str]] = {}
    for site, one in known.items():
        kinds.setdefault(one.kind, []).append(site)
    for kind, sites in kinds.items():
        names = wording.shortened(sites, _SITES_MOST, "site")
        yield Computed(text=f"{wording.capital(kind)} at {names}.", section=Section.SITES)
    lacking = [site for site in dossier["scope"]["sites"] if site not in known]
    if lacking:
        text = f"No evidence from {wording.listed(lacking)}, in scope."
        yield Computed(text=text, section=Section.SITES, tone=BAD)
    for evidence in exhibits.ranked(dossier):
        if records.is_tally(evidence):
            text = f"Evidence {evidence['number']} came as counts: no row left its site."
            yield Computed(text=text, section=Section.PROVENANCE)


def _annotation(dossier: Document) -> Iterator[Computed]:
    """Yield how much of the tested exams has no label."""
    whole = exhibits.overall(dossier)
    if whole is None:
        return
    lacking, exams = whole.count("unlabelled"), whole.count("exams")
    text = f"{lacking:,} of {wording.counted(exams, 'exam')} tested have no label."
    yield Computed(text=text, section=Section.PROTOCOL, tone=UNSURE if lacking else PLAIN)


def _reference(dossier: Document) -> Iterator[Computed]:
    """Yield how many exams the reference standard left undecided, and how readers agree."""
    evidence = exhibits.leading(dossier)
    whole = exhibits.overall(dossier)
    if evidence is None or whole is None:
        return
    undecided = whole.count("indeterminate")
    exams = wording.counted(whole.count("exams"), "exam")
    text = f"The reference standard gave no answer on {undecided:,} of {exams} tested."
    yield Computed(text=text, section=Section.PROTOCOL, tone=UNSURE if undecided else PLAIN)
    readers = exhibits.protocol(dossier, evidence).get("readers") or {}
    if not readers:
        text = "Agreement of readers: not computed, the table names none."
        yield Computed(text=text, section=Section.PROTOCOL)
    for entry in evidence["assessment"].get("agreement", ()):
        if not entry.get("by"):
            yield from (_agreed(one) for one in entry["measures"] if one["measure"] in _AGREEMENT)


def _agreed(one: Document) -> Computed:
    name = wording.capital(wording.attribute(one["measure"]))
    value = wording.with_number(one["estimate"], one["measure"])
    text = f"{name} between {wording.listed(list(one['between']))}: {value}."
    return Computed(text=text, section=Section.PROTOCOL)


def _imbalance(dossier: Document) -> Iterator[Computed]:
    """Yield how common the finding is where it was tested and where it is to be used."""
    for site, exhibit in list(exhibits.sites(dossier).items())[:_SITES_MOST]:
        if site in dossier["scope"]["sites"]:
            yield _share(dossier, exhibit)
    whole = exhibits.overall(dossier)
    if whole is None:
        return
    yield _share(dossier, whole)
    precision = whole.estimate("average_precision")
    if precision.get("value") is not None:
        text = f"Average precision {wording.with_number(precision, 'average_precision')}, "
        text += f"beside {wording.with_interval(_prevalence(whole), 'prevalence')} by chance."
        yield Computed(text=text, section=Section.PERFORMANCE)


def _share(dossier: Document, exhibit: Exhibit) -> Computed:
    where = wording.capital(exhibits.named(dossier, exhibit))
    share = wording.with_interval(_prevalence(exhibit), "prevalence")
    labelled = exhibit.count("positives") + exhibit.count("negatives")
    text = f"{where}, {exhibit.kind}: {share} with the finding, n = {labelled:,}."
    return Computed(text=text, section=Section.SITES)


def _prevalence(exhibit: Exhibit) -> Document:
    """Return the prevalence as it was estimated; without an estimate, the bare share."""
    known = exhibit.estimate("prevalence")
    labelled = exhibit.count("positives") + exhibit.count("negatives")
    if known.get("value") is not None or not labelled:
        return known
    return {"value": exhibit.count("positives") / labelled}


def _costs(dossier: Document) -> Iterator[Computed]:
    """Yield what it costs beside the other ways of working, at the site where most is missed."""
    load = workload.at_named_site(dossier)
    if load is None:
        return
    note = workload.costs(dossier, load).note
    yield Computed(text=f"At {load.site}: {wording.inside(note)}", section=Section.DECIDE)


def _metrics(dossier: Document) -> Iterator[Computed]:
    """Yield the three figures that every reader asks for, at the site where most is missed."""
    load = workload.at_named_site(dossier)
    exhibit = exhibits.overall(dossier) if load is None else load.exhibit
    if exhibit is None:
        return
    where = wording.capital(exhibits.named(dossier, exhibit))
    figures = [
        f"{wording.inside(wording.label(metric))} "
        f"{wording.with_number(exhibit.estimate(metric), metric)}"
        for metric in ("auroc", "sensitivity", "specificity")
    ]
    yield Computed(text=f"{where}: {'; '.join(figures)}.", section=Section.PERFORMANCE)


def _generalization(dossier: Document) -> Iterator[Computed]:
    """Yield whether patients were seen before, and how sites differ."""
    for entry in dossier["overlap"]:
        kind, text, tone = records.overlap(entry)
        yield Computed(text=f"{kind}: {text}", section=Section.PROVENANCE, tone=tone)
    if not dossier["overlap"]:
        text = "Overlap of patients between training and testing was not checked."
        yield Computed(text=text, section=Section.PROVENANCE, tone=UNSURE)
    for sentence in spread.sentences(dossier):
        yield Computed(text=sentence, section=Section.SITES)


def _decay(dossier: Document, decision: Document | None) -> Iterator[Computed]:
    """Yield what was measured in use, and until when the approval holds."""
    windows = [one for one in dossier["evidence"] if one["purpose"] == "monitoring"]
    for one in windows:
        yield Computed(text=records.tested_on(dossier, one), section=Section.PROVENANCE)
    if not windows:
        text = "No window of use had been measured when this dossier was frozen."
        yield Computed(text=text, section=Section.PROVENANCE)
    if decision is not None and decision.get("valid_until"):
        text = f"The approval ends on {wording.day(decision['valid_until'])}; then a new review."
        yield Computed(text=text, section=Section.DEPLOYMENT)


def _attacks(dossier: Document) -> Iterator[Computed]:
    """Yield what the files of the version look like."""
    kinds: dict[str, int] = {}
    for one in dossier["version"]["artifacts"]:
        content = one.get("content") or "not told"
        kinds[content] = kinds.get(content, 0) + 1
    if kinds:
        words = wording.listed([f"{content} ({number})" for content, number in kinds.items()])
        text = f"Files by their first bytes: {words}; each is known by its digest."
        yield Computed(text=text, section=Section.PROVENANCE)
    unsafe = [one.path for one in provenance.files(dossier) if one.tone == BAD]
    if unsafe:
        text = f"RUNS CODE when opened: {wording.listed(unsafe)}."
        yield Computed(text=text, section=Section.PROVENANCE, tone=BAD)


def _fairness(dossier: Document) -> Iterator[Computed]:
    """Yield who fares worst, and who is too few to judge."""
    worst = gaps.worst_subgroup(dossier)
    if worst.exhibit is None:
        yield Computed(text=worst.note, section=Section.SITES, tone=UNSURE)
        return
    value = wording.with_number(worst.exhibit.estimate(worst.metric), worst.metric)
    few = "" if worst.enough else "; every group is too small to judge"
    text = f"Worst subgroup: {worst.subject}, {worst.metric} {value}{few}."
    tone = BAD if worst.below else PLAIN if worst.enough else UNSURE
    yield Computed(text=text, section=Section.SITES, tone=tone)
    number = gaps.number_too_small(dossier)
    named = gaps.too_small(dossier)
    if number > _NAMED_MOST:
        named = f"{number:,} sites, groups or crossed groups, each named there."
    yield Computed(text=f"Too small to judge: {named}", section=Section.SITES)


def _validation(dossier: Document) -> Iterator[Computed]:
    """Yield which kinds of testing there are, and the regulatory status."""
    kinds: dict[str, list[str]] = {}
    for one in exhibits.ranked(dossier):
        counted = "" if one["counts"] else ", does not count"
        kinds.setdefault(f"{one['purpose']}{counted}", []).append(str(one["number"]))
    words = [
        f"{kind} (evidence {wording.listed(numbers, last='and')})"
        for kind, numbers in kinds.items()
    ]
    text = f"Measured so far: {wording.listed(words) or 'nothing'}."
    yield Computed(text=text, section=Section.PROVENANCE, tone=PLAIN if words else UNSURE)
    status = records.regulatory(dossier["model"]["regulatory"])
    yield Computed(text=f"Regulatory status: {status}.", section=Section.DECIDE)


def _dataset(dossier: Document, named: Document) -> Document:
    """Return a dataset by its name and number; an empty one where the dossier has it not."""
    for one in dossier["datasets"]:
        if (one["name"], one["number"]) == (named["name"], named["number"]):
            found: Document = one
            return found
    return {}


_DECAY: Final = 9
_RULES: Final[Mapping[int, Callable[[Document], Iterator[Computed]]]] = {
    1: _training_data,
    2: _sites,
    3: _annotation,
    4: _reference,
    5: _imbalance,
    6: _costs,
    7: _metrics,
    8: _generalization,
    10: _attacks,
    12: _fairness,
    13: _validation,
}
"""What is computed about each; of 11, explainability, the tables of a dossier say nothing."""
