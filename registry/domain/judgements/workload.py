"""Workload: missed findings, false alerts and cost per 1,000 exams at a named site."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from validation.intervals import linear

THOUSAND = 1000
_NAME_MOST, _NAMED_MOST = 30, 2


@dataclass(frozen=True, kw_only=True)
class Amount:
    """A number per 1,000 exams with its interval, or the reason why there is none."""

    value: float | None
    low: float | None = None
    high: float | None = None
    undefined: str | None = None


@dataclass(frozen=True, kw_only=True)
class Workload:
    """What 1,000 exams at one site would bring."""

    site: str
    finding: str  # "the finding", or the name of one of several
    several: int  # findings there are
    exhibit: Exhibit
    prevalence: float
    source: str  # where the prevalence comes from
    carried: bool  # it is not that of the exams tested, so rates are carried over
    missed: Amount
    false_alerts: Amount
    others: int  # further sites in scope where no more are missed
    unknown: int  # further sites in scope with too few to say how many are missed
    untested: tuple[str, ...]  # sites in scope without evidence


@dataclass(frozen=True, kw_only=True)
class Way:
    """A way of working and what it costs per 1,000 exams."""

    label: str
    amount: Amount
    own: bool = False


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the version costs beside the others, and the sentence under it."""

    ways: tuple[Way, ...]
    note: str


def at_named_site(dossier: Document) -> Workload | None:
    """Return the workload at the site in scope where most findings are missed.

    None where no site in scope has evidence. With several sites in scope the one that looks
    worst is shown, so that a good site never speaks for the others. Those with as many with
    the finding as the protocol asks go before those with fewer, those where nothing can be said
    come last: none of them hides what is known of the others, and they are counted.
    """
    known, scope = exhibits.sites(dossier), dossier["scope"]["sites"]
    found = [_workload(dossier, site, known[site]) for site in scope if site in known]
    untested = tuple(site for site in scope if site not in known)
    if not found:
        return None
    known_of = [one for one in found if one.missed.value is not None]
    large = [one for one in known_of if exhibits.enough_found(dossier, one.exhibit)]
    ranked = large or known_of
    chosen = max(ranked or found, key=lambda one: one.missed.value or 0.0)
    others = max(len(ranked) - 1, 0)
    unknown = len(found) - others - 1
    return replace(chosen, others=others, unknown=unknown, untested=untested)


def beside(load: Workload) -> str:
    """Return what the figures of one site and finding leave out, to stand after them."""
    text = ""
    if load.several > 1:
        text += f" Of {load.several} findings it is the one missed most often: section 3 has all."
    if load.others:
        others = wording.counted(load.others, "other site in scope", "other sites in scope")
        text += f" At {others} no more are missed: section 3."
    if load.unknown:
        others = wording.counted(load.unknown, "further site in scope", "further sites in scope")
        verb = "has" if load.unknown == 1 else "have"
        text += f" {others} {verb} too few with the finding to rank."
    if load.untested:
        names = [wording.squeezed(site, _NAME_MOST) for site in load.untested]
        text += f" Nothing is known of {wording.shortened(names, _NAMED_MOST, 'site')}."
    return text


def prevalence_at(dossier: Document, site: str, exhibit: Exhibit) -> tuple[float, str, bool]:
    """Return the share with the finding at a site, its source, and whether rates are carried."""
    observed = _observed(exhibit)
    stated = (dossier["scope"].get("site_prevalence") or {}).get(site)
    if stated is not None:
        return float(stated), "as stated for the site", not _same(float(stated), observed)
    if observed is not None:
        return observed, "as observed in the evidence", False
    population = exhibits.protocol(dossier, exhibit.evidence).get("population") or {}
    return float(population.get("prevalence", 0.0)), "of the protocol's population", True


def costs(dossier: Document, workload: Workload) -> Comparison:
    """Return what this version costs beside flagging everybody, nobody, and the one in use."""
    unit = exhibits.protocol(dossier, workload.exhibit.evidence).get("costs")
    if not unit:
        return Comparison(ways=(), note="The protocol sets no costs.")
    own = cost_of(workload.exhibit, workload.prevalence, unit)
    everybody, nobody = defaults(workload.prevalence, unit)
    ways = [
        Way(label="This version", amount=own, own=True),
        Way(label="Reading everything", amount=Amount(value=everybody)),
        Way(label="Flagging nothing", amount=Amount(value=nobody)),
    ]
    before, words = _in_use(dossier, workload, unit)
    if before is not None:
        ways.insert(1, before)
    note = f"{_dearer(own, ways)}{_spread(own)}A missed finding costs "
    note += f"{unit['false_negative']:g} units, a false alert "
    note += f"{unit['false_positive']:g}{_set_by(unit)}. {words}"
    return Comparison(ways=tuple(ways), note=note)


def defaults(prevalence: float, unit: Mapping[str, float]) -> tuple[float, float]:
    """Return what flagging everybody and what flagging nobody costs per 1,000 exams."""
    everybody = prevalence * unit["true_positive"] + (1 - prevalence) * unit["false_positive"]
    nobody = prevalence * unit["false_negative"] + (1 - prevalence) * unit["true_negative"]
    return THOUSAND * everybody, THOUSAND * nobody


def cost_of(exhibit: Exhibit, prevalence: float, unit: Mapping[str, float]) -> Amount:
    """Return the expected cost per 1,000 exams at a prevalence.

    The interval joins those of sensitivity and specificity, which rest on different patients
    (`validation.intervals.linear`).
    """
    found, spared = exhibit.estimate("sensitivity"), exhibit.estimate("specificity")
    for estimate in (found, spared):
        if estimate.get("value") is None:
            return Amount(value=None, undefined=estimate.get("undefined") or "undefined")
    miss = prevalence * (unit["false_negative"] - unit["true_positive"])
    alarm = (1 - prevalence) * (unit["false_positive"] - unit["true_negative"])
    base = prevalence * unit["true_positive"] + (1 - prevalence) * unit["true_negative"]
    wrong = (1 - found["value"], 1 - spared["value"])
    value = THOUSAND * (base + miss * wrong[0] + alarm * wrong[1])
    if any(one.get(end) is None for one in (found, spared) for end in ("low", "high")):
        return Amount(value=value)
    ranges = [(1 - one["high"], 1 - one["low"]) for one in (found, spared)]
    low, high = linear((miss, alarm), wrong, ranges)
    return Amount(value=value, low=THOUSAND * (base + low), high=THOUSAND * (base + high))


def per_thousand(estimate: Document, share: float) -> Amount:
    """Return how many of 1,000 exams a rate leaves wrong, `share` of them being at risk."""
    if estimate.get("value") is None:
        return Amount(value=None, undefined=estimate.get("undefined") or "undefined")
    scale = THOUSAND * share
    if estimate.get("low") is None or estimate.get("high") is None:
        return Amount(value=scale * (1 - estimate["value"]))
    return Amount(
        value=scale * (1 - estimate["value"]),
        low=scale * (1 - estimate["high"]),
        high=scale * (1 - estimate["low"]),
    )


def _workload(dossier: Document, site: str, exhibit: Exhibit) -> Workload:
    share, source, carried = prevalence_at(dossier, site, exhibit)
    several = exhibits.findings(dossier)
    return Workload(
        site=site,
        finding="the finding" if len(several) == 1 else str(exhibit.finding),
        several=len(several),
        exhibit=exhibit,
        prevalence=share,
        source=source,
        carried=carried,
        missed=per_thousand(exhibit.estimate("sensitivity"), share),
        false_alerts=per_thousand(exhibit.estimate("specificity"), 1 - share),
        others=0,
        unknown=0,
        untested=(),
    )


def _observed(exhibit: Exhibit) -> float | None:
    labelled = exhibit.count("positives") + exhibit.count("negatives")
    return exhibit.count("positives") / labelled if labelled else None


def _same(stated: float, observed: float | None) -> bool:
    """Tell whether a stated prevalence is the observed one, as far as it was written down."""
    return observed is not None and abs(stated - observed) < 0.005  # noqa: PLR2004 - two decimals


def _dearer(own: Amount, ways: list[Way]) -> str:
    """Return which other way of working costs less: never left for the reader to find."""
    if own.value is None:
        return ""
    cheaper = [
        wording.inside(way.label)
        for way in ways
        if not way.own and way.amount.value is not None and way.amount.value < own.value
    ]
    return f"{wording.capital(wording.listed(cheaper))} would cost less. " if cheaper else ""


def _spread(amount: Amount) -> str:
    if amount.value is None:
        return f"This version's cost is undefined: {amount.undefined}. "
    if amount.low is None or amount.high is None:
        return ""
    return f"95% interval of this version {amount.low:,.0f}–{amount.high:,.0f}. "


def _set_by(unit: Document) -> str:
    if not unit.get("set_by"):
        return ""
    on = f", {wording.day(str(unit['set_on']))}" if unit.get("set_on") else ""
    return f" ({unit['set_by']}{on})"


def _in_use(dossier: Document, workload: Workload, unit: Document) -> tuple[Way | None, str]:
    """Return the version in use, measured on the same exams, and what can be said of it."""
    current = dossier.get("in_use")
    if current is None:
        return None, "No version is in use here."
    name = f"{current['model']}/{current['number']}"
    about = {None, workload.exhibit.finding}
    entries = [
        entry
        for entry in workload.exhibit.evidence["assessment"].get("comparisons", ())
        if entry.get("finding") in about
    ]
    if current.get("evidence"):
        assessment = current["evidence"].get("assessment") or {}
        strata = [
            s
            for s in assessment.get("strata", ())
            if s["by"] == workload.exhibit.by and s.get("finding") in about
        ]
        if strata:
            before = Exhibit(evidence=workload.exhibit.evidence, stratum=strata[0])
            amount = cost_of(before, workload.prevalence, unit)
            return Way(label=f"{name}, in use", amount=amount), f"{name} is in use."
    for entry in entries:
        if entry["metric"] == "expected_cost" and entry.get("difference") is not None:
            words = f"Units against {name} in use, on the same exams, all tested sites together: "
            return None, f"{words}{wording.difference(entry, scale=THOUSAND, decimals=0)}."
    for entry in entries:
        if entry["metric"] == "auroc" and entry.get("difference") is not None:
            words = wording.difference(entry)
            return None, f"Cost against {name} in use was not compared; AUROC differs by {words}."
    return None, f"{name} is in use; it was not compared on these exams."
