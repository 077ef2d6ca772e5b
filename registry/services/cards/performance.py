"""Performance: the curves, the confusion matrix and the table of thresholds of section 2."""

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.domain.judgements.workload import THOUSAND, Workload, cost_of
from registry.services.cards.thresholds import threshold_rows
from reports.content import Bin, Chart, Confusion, LineStyle, Mark, Performance, Series

_ROC_STYLES: tuple[LineStyle, ...] = ("main", "second", "third", "fourth")
_COST_UNTIL = 1.0


def page(dossier: Document, load: Workload | None) -> Performance:
    """Return section 2: figures at the named site, and the sites beside each other."""
    exhibit = load.exhibit if load is not None else exhibits.overall(dossier)
    if exhibit is None:
        return Performance(
            lede="Nothing was measured: the dossier holds no evidence.",
            charts=(),
            confusion=None,
            thresholds=(),
            thresholds_title="",
            thresholds_note="",
        )
    protocol = exhibits.protocol(dossier, exhibit.evidence)
    threshold = (protocol.get("operating_point") or {}).get("threshold")
    curves = exhibits.curves(dossier, exhibit)
    where = wording.stratum(exhibit.by)
    rows = threshold_rows(exhibit, curves, protocol, load.prevalence if load else None)
    weighted = (protocol.get("columns") or {}).get("weight") is not None
    intervals = "weighted, without intervals" if weighted else "with Wilson intervals"
    return Performance(
        lede=_lede(dossier, exhibit, protocol, where),
        charts=(
            _roc(dossier, exhibit, threshold),
            _calibration(exhibit, curves, where),
            _decision(exhibit, curves, protocol, where),
            _cost(exhibit, curves, protocol, where),
        ),
        confusion=_confusion(exhibit, protocol, where),
        thresholds=rows,
        thresholds_title=f"Other thresholds at {wording.squeezed(where, 30)}",
        thresholds_note=f"Among scored exams, {intervals}; PPV, NPV, and flagged and missed per "
        "1,000 exams, at the prevalence of page 1. Bold: the operating point, as deployed.",
    )


def _lede(dossier: Document, exhibit: Exhibit, protocol: Document, where: str) -> str:
    exams = wording.counted(exhibit.count("exams"), "exam")
    text = f"Figures 2 to 4 and both tables: {wording.squeezed(where, 60)}, {exams}, "
    text += f"{exhibit.count('positives'):,} with the finding, {exhibit.kind}. "
    name = exhibits.finding(dossier)
    if name is not None:
        others = len(dossier["scope"].get("findings") or ()) - 1
        text += f"Finding: {name}. "
        text += f"{wording.counted(others, 'other finding')} in the dossier. " if others > 0 else ""
    point = protocol.get("operating_point") or {}
    sign = point.get("positive_when", ">=").replace(">=", "≥")
    if point.get("threshold") is not None:
        text += f"An exam is flagged when its score is {sign} {point['threshold']:.2f}."
    return text


def _roc(dossier: Document, main: Exhibit, threshold: float | None) -> Chart:
    """Return the ROC curves of the sites whose exams are of one kind with the main ones.

    Development is never drawn beside external testing: it would pass for one more hospital.
    """
    others = [one for one in exhibits.sites(dossier).values() if one.by != main.by]
    alike = [one for one in others if one.kind == main.kind and _drawn(dossier, one)]
    chosen = [one for one in [main] if _drawn(dossier, one)] + alike
    shown = chosen[: len(_ROC_STYLES)]
    series: list[Series] = []
    words: list[str] = []
    for exhibit in shown:
        place = wording.stratum(exhibit.by)
        area = wording.with_interval(exhibit.estimate("auroc"), "auroc")
        series.append(
            Series(
                name=f"{wording.squeezed(place, 16)} {area}",
                points=_roc_points(exhibits.curves(dossier, exhibit) or {}),
                style=_ROC_STYLES[len(series)],
            )
        )
        words.append(f"{place} {area}")
    found, spared = main.value("sensitivity"), main.value("specificity")
    mark = None
    if found is not None and spared is not None and threshold is not None:
        mark = Mark(x=1 - spared, y=found, label=f"operating point {threshold:.2f}")
    caption = f"ROC curves by site, {main.kind}, with AUROC and 95% interval. "
    caption += "The red point is the operating point fixed in the protocol."
    caption += _undrawn([one for one in others if one.kind != main.kind], len(chosen) - len(shown))
    return Chart(
        kind="roc",
        title="Discrimination",
        caption=caption,
        description=_roc_words(main, words, mark),
        series=tuple(series),
        mark=mark,
        undefined=None if series else _why(main, "auroc"),
    )


def _drawn(dossier: Document, exhibit: Exhibit) -> bool:
    return bool((exhibits.curves(dossier, exhibit) or {}).get("roc"))


def _roc_words(main: Exhibit, words: list[str], mark: Mark | None) -> str:
    """Return what the figure shows for those who cannot see it."""
    text = f"ROC curves, {main.kind}. AUROC: {'; '.join(words) or 'undefined'}."
    if mark is not None:
        text += f" At the {mark.label}, at {wording.stratum(main.by)}: sensitivity "
        text += f"{wording.percent(mark.y)}, false alarms {wording.percent(mark.x)}."
    return text


def _undrawn(elsewhere: list[Exhibit], crowded: int) -> str:
    """Return which sites the figure leaves out: those of another kind, and those too many."""
    text = ""
    if elsewhere:
        names = [f"{wording.squeezed(wording.stratum(o.by), 20)} ({o.kind})" for o in elsewhere]
        text += f" Not drawn: {wording.shortened(names, 2, 'site')}."
    if crowded:
        text += f" {wording.counted(crowded, 'more site')} in section 3."
    return text


def _roc_points(curve: Document) -> tuple[tuple[float, float], ...]:
    points = [(float(p["false_positive_rate"]), float(p["sensitivity"])) for p in curve["roc"]]
    return tuple(sorted({(0.0, 0.0), *points, (1.0, 1.0)}))


def _calibration(exhibit: Exhibit, curves: Document | None, where: str) -> Chart:
    entries = (curves or {}).get("calibration") or ()
    slope = wording.with_interval(exhibit.estimate("calibration_slope"), "calibration_slope")
    ratio = wording.with_interval(exhibit.estimate("observed_expected"), "observed_expected")
    brier = wording.with_interval(exhibit.estimate("brier"), "brier")
    notes = (f"slope {slope}", f"observed : expected {ratio}", f"Brier {brier}")
    defined = bool(entries) and exhibit.value("observed_expected") is not None
    return Chart(
        kind="calibration",
        title="Calibration",
        caption=f"{wording.capital(wording.squeezed(where, 30))}: tenths by predicted risk; on the "
        f"dashed line predictions come true. {wording.capital('; '.join(notes))}.",
        description=f"Calibration at {where}: observed against predicted frequency in "
        f"{wording.counted(len(entries), 'group')} by predicted risk. "
        f"{wording.capital('; '.join(notes))}.",
        bins=tuple(
            Bin(
                predicted=float(e["predicted"]),
                observed=float(e["observed"]),
                low=float(e["low"]),
                high=float(e["high"]),
                exams=int(e["n"]),
            )
            for e in entries
        ),
        undefined=None if defined else _why(exhibit, "observed_expected"),
    )


def _decision(exhibit: Exhibit, curves: Document | None, protocol: Document, where: str) -> Chart:
    """Return the decision curve; its point is what was measured, at the odds that price it."""
    point = protocol.get("operating_point") or {}
    threshold, stated = point.get("threshold"), point.get("threshold_probability")
    priced = threshold if stated is None else stated
    entries = [e for e in (curves or {}).get("decision") or () if e.get("net_benefit") is not None]
    lines: tuple[tuple[str, str, LineStyle], ...] = (
        ("This version", "net_benefit", "main"),
        ("Flag everybody", "treat_all", "reference"),
    )
    series = [
        Series(
            name=name,
            points=tuple((float(e["threshold"]), float(e[key])) for e in entries),
            style=style,
            band=_band(entries) if style == "main" else (),
        )
        for name, key, style in lines
    ]
    series.append(
        Series(
            name="Flag nobody",
            points=tuple((float(e["threshold"]), 0.0) for e in entries),
            style="baseline",
        )
    )
    better = [e for e in entries if e["net_benefit"] > max(e["treat_all"], 0.0)]
    words = _where_better(entries, better)
    mark = _priced(exhibit, entries, priced)
    level = float((protocol.get("intervals") or {}).get("level", 0.95))
    bold = f"this version, shaded its {level:.0%} interval" if _band(entries) else "this version"
    apart = ""
    if mark is not None and stated is not None and threshold is not None:
        apart = f" Red: flagged from score {threshold:.2f}, priced at a risk of {stated:.2f}."
    return Chart(
        kind="decision",
        title="Decision curve",
        caption=f"{wording.capital(wording.squeezed(where, 30))}, at the observed prevalence. "
        f"Bold: {bold}; dashed: flagging everybody; thin: flagging nobody. Better than both "
        f"{words}.{apart}",
        description=f"Decision curve at {where}. The version's net benefit is above that of "
        f"flagging everybody and nobody {words}.{apart}",
        series=tuple(series) if entries else (),
        mark=mark,
        undefined=None if entries else _why_no_curve(exhibit, curves),
    )


def _band(entries: list[Document]) -> tuple[tuple[float, float], ...]:
    """Return the intervals of the net benefit; none where an older assessment has none."""
    if any(e.get("low") is None or e.get("high") is None for e in entries):
        return ()
    return tuple((float(e["low"]), float(e["high"])) for e in entries)


def _priced(exhibit: Exhibit, entries: list[Document], priced: float | None) -> Mark | None:
    """Return the net benefit in use at its threshold probability; else the curve's nearest."""
    nearest = _nearest(entries, priced)
    if nearest is None or priced is None:
        return None
    found = exhibit.value("net_benefit")
    height = float(nearest["net_benefit"] if found is None else found)
    return Mark(x=priced, y=height, label=f"{height:.2f}")


def _why_no_curve(exhibit: Exhibit, curves: Document | None) -> str:
    """Return why there is no decision curve: it needs probabilities where net benefit may not."""
    reason = ((curves or {}).get("undefined") or {}).get("decision")
    return wording.sentence(reason) if reason else _why(exhibit, "net_benefit")


def _where_better(entries: list[Document], better: list[Document]) -> str:
    """Return in words at which thresholds the version beats both ways of doing without it."""
    if not better:
        return "at no threshold drawn"
    low, high = better[0]["threshold"], better[-1]["threshold"]
    if low == high:
        return f"at threshold {low:.2f} alone, of those drawn"
    between = [e for e in entries if low <= e["threshold"] <= high]
    if len(between) == len(better):
        return f"between thresholds {low:.2f} and {high:.2f}"
    share = f"{len(better)} of {len(entries)}"
    return f"at {share} thresholds drawn, from {low:.2f} to {high:.2f} with breaks"


def _cost(exhibit: Exhibit, curves: Document | None, protocol: Document, where: str) -> Chart:
    """Return the cost curve; its point is what was measured, since a curve may be thinned."""
    unit = protocol.get("costs") or {}
    threshold = (protocol.get("operating_point") or {}).get("threshold")
    entries = [e for e in (curves or {}).get("cost") or () if e.get("expected_cost") is not None]
    entries = [e for e in entries if e["threshold"] <= _COST_UNTIL] if unit else []
    points = tuple((float(e["threshold"]), THOUSAND * float(e["expected_cost"])) for e in entries)
    cost = _own_cost(exhibit, unit) if entries else None
    mark, words = None, ""
    if cost is not None and threshold is not None:
        mark = Mark(x=threshold, y=cost, label=f"{cost:,.0f} at {threshold:.2f}")
        best = min(entries, key=lambda e: (e["expected_cost"], e["threshold"]))
        words = f"{cost:,.0f} units at the operating point; least, "
        words += f"{THOUSAND * best['expected_cost']:,.0f}, at {best['threshold']:.2f}"
    return Chart(
        kind="cost",
        title="Expected cost",
        caption=f"{wording.capital(wording.squeezed(where, 30))}, at the observed prevalence: "
        f"{words}. "
        f"A missed finding {unit['false_negative']:g}, a false alert {unit['false_positive']:g}."
        if points
        else "Cost against threshold.",
        description=f"Expected cost per 1,000 exams against threshold at {where}. {words}.",
        series=(Series(name="", points=points, style="main"),) if points else (),
        mark=mark,
        undefined=None if points else "The protocol sets no costs, or no cost curve was computed.",
    )


def _own_cost(exhibit: Exhibit, unit: Document) -> float | None:
    """Return the cost per 1,000 exams at the operating point and the observed prevalence."""
    labelled = exhibit.count("positives") + exhibit.count("negatives")
    return cost_of(exhibit, exhibit.count("positives") / labelled, unit).value if labelled else None


def _nearest(entries: list[Document], threshold: float | None) -> Document | None:
    if not entries or threshold is None:
        return None
    return min(entries, key=lambda e: (abs(e["threshold"] - threshold), e["threshold"]))


def _confusion(exhibit: Exhibit, protocol: Document, where: str) -> Confusion | None:
    found, spared = exhibit.estimate("sensitivity"), exhibit.estimate("specificity")
    if any(one.get("events") is None or one.get("n") is None for one in (found, spared)):
        return None
    threshold = (protocol.get("operating_point") or {}).get("threshold")
    at = f" at {threshold:.2f}" if threshold is not None else ""
    note = f"Exams of {wording.squeezed(where, 40)}, as deployed; red: wrong."
    if exhibit.count("unscored"):
        note += f" {exhibit.count('unscored'):,} unscored take the declared fail-safe."
    return Confusion(
        title=f"Decisions{at}",
        true_positives=int(found["events"]),
        false_negatives=int(found["n"]) - int(found["events"]),
        false_positives=int(spared["n"]) - int(spared["events"]),
        true_negatives=int(spared["events"]),
        note=note,
    )


def _why(exhibit: Exhibit, metric: str) -> str:
    return wording.sentence(exhibit.estimate(metric).get("undefined") or "not computed")
