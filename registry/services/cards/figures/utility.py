"""Utility: what decisions are worth, as net benefit and in the protocol's costs."""

from registry.domain.judgements import figures, wording, workload
from registry.domain.judgements.exhibits import Document
from registry.domain.judgements.workload import THOUSAND, cost_of
from registry.services.cards.figures.subjects import Subject
from reports.content import Chart, LineStyle, Mark, Series
from validation.rounding import declared

_COST_UNTIL = 1.0


def decision(about: Subject) -> Chart:
    """Return the decision curve; its point is what was measured, at the odds that price it."""
    point = about.protocol.get("operating_point") or {}
    stated = point.get("threshold_probability")
    priced = about.threshold if stated is None else stated
    entries = [e for e in about.curves.get("decision") or () if e.get("net_benefit") is not None]
    lines: tuple[tuple[str, str, LineStyle], ...] = (
        ("This version", "net_benefit", "main"),
        ("Flag everybody", "treat_all", "reference"),
    )
    band = _band(entries)
    series = [
        Series(
            name=name,
            points=tuple((float(e["threshold"]), float(e[key])) for e in entries),
            style=style,
            band=band if style == "main" else (),
        )
        for name, key, style in lines
    ]
    nobody = tuple((float(e["threshold"]), 0.0) for e in entries)
    series.append(Series(name="Flag nobody", points=nobody, style="baseline"))
    mark = _priced(about, entries, priced)
    apart = ""
    if mark is not None and stated is not None and about.threshold is not None:
        apart = f" The dot: flagged from score {declared(about.threshold)}, priced at a risk of "
        apart += f"{declared(stated)}."
    caption = f"{about.place}, at the observed prevalence"
    caption += f"; shaded: {about.level:.0%} interval" if band else ""
    caption += f". Better than flagging everybody or nobody {figures.where_better(entries)}.{apart}"
    return Chart(
        kind="decision",
        title="Decision curve",
        caption=caption,
        description=figures.utility(about.where, entries, priced) + apart,
        series=tuple(series) if entries else (),
        mark=mark,
        undefined=None if entries else about.why("net_benefit", "decision"),
    )


def cost(about: Subject) -> Chart:
    """Return the cost curve; its point is what was measured, since a curve may be thinned."""
    unit = about.protocol.get("costs") or {}
    entries = [e for e in about.curves.get("cost") or () if e.get("expected_cost") is not None]
    entries = [e for e in entries if e["threshold"] <= _COST_UNTIL] if unit else []
    if not entries:
        reason = (about.curves.get("undefined") or {}).get("cost") or "the protocol sets no costs"
        return Chart(
            kind="cost",
            title="Expected cost",
            caption="Cost against threshold.",
            description="",
            undefined=wording.sentence(reason),
        )
    share = _share(about)
    own = cost_of(about.exhibit, share, unit).value
    everybody, nobody = workload.defaults(share, unit)
    cheaper = min(everybody, nobody)
    ends = (float(entries[0]["threshold"]), float(entries[-1]["threshold"]))
    series = [
        Series(
            name="This version",
            points=tuple((float(e["threshold"]), THOUSAND * e["expected_cost"]) for e in entries),
            style="main",
            band=tuple((THOUSAND * low, THOUSAND * high) for low, high in _band(entries)),
        ),
        Series(
            name="Flag everybody" if everybody <= nobody else "Flag nobody",
            points=tuple((x, cheaper) for x in ends),
            style="reference",
        ),
    ]
    mark, words = None, ""
    if own is not None and about.threshold is not None:
        mark = Mark(x=about.threshold, y=own, label=f"{own:,.0f} at {declared(about.threshold)}")
        best = min(entries, key=lambda e: (e["expected_cost"], e["threshold"]))
        words = f"{own:,.0f} units at the operating point; least, "
        words += f"{THOUSAND * best['expected_cost']:,.0f}, at {declared(best['threshold'])}"
    return Chart(
        kind="cost",
        title="Expected cost",
        caption=f"{about.place}, at the observed prevalence: {words or 'not at an operating point'}"
        f". A missed finding {unit['false_negative']:g}, a false alert {unit['false_positive']:g}.",
        description=figures.cost(about.where, words, own, cheaper),
        series=tuple(series),
        mark=mark,
    )


def _share(about: Subject) -> float:
    """Return the observed prevalence; a curve was drawn, so that there are labelled exams."""
    positives = about.exhibit.count("positives")
    return positives / max(1, positives + about.exhibit.count("negatives"))


def _band(entries: list[Document]) -> tuple[tuple[float, float], ...]:
    """Return the intervals of a curve; none where an older assessment has none."""
    if any(e.get("low") is None or e.get("high") is None for e in entries):
        return ()
    return tuple((float(e["low"]), float(e["high"])) for e in entries)


def _priced(about: Subject, entries: list[Document], priced: float | None) -> Mark | None:
    """Return the net benefit in use at its threshold probability; else the curve's nearest."""
    nearest = figures.nearest_to(entries, priced)
    if nearest is None or priced is None:
        return None
    found = about.exhibit.value("net_benefit")
    height = float(nearest["net_benefit"] if found is None else found)
    return Mark(x=priced, y=height, label=f"{height:.3f}".replace("-", "−"))
