"""Scores: how they are spread in both classes, and what every threshold makes of them."""

from registry.domain.judgements import curves, figures
from registry.domain.judgements.exhibits import Document
from registry.services.cards.figures.subjects import Subject
from reports.content import Bar, Chart, LineStyle, Mark, Series
from validation.rounding import declared

_BARS = 20
_USUAL = (0.1, 0.9)
_WITH, _WITHOUT, _ALL = "With the finding", "Without", "All exams"


def thresholds(about: Subject) -> Chart:
    """Return sensitivity, specificity and the share flagged against the threshold."""
    roc = _told(about)
    domain = _domain(about, roc)
    share = _share(about)
    order = sorted(roc, key=lambda p: float(p["threshold"]))
    at = [float(p["threshold"]) for p in order]
    found = [float(p["sensitivity"]) for p in order]
    alarms = [float(p["false_positive_rate"]) for p in order]
    lines: list[tuple[str, LineStyle, list[float]]] = [
        ("Sensitivity", "main", found),
        ("Specificity", "second", [1 - a for a in alarms]),
    ]
    if share is not None:
        flagged = [share * f + (1 - share) * a for f, a in zip(found, alarms, strict=True)]
        lines.append(("Flagged", "third", flagged))
    asked = (about.protocol.get("curves") or {}).get("thresholds") or _USUAL
    caption = f"{about.place}, among scored exams: what other thresholds would find, spare and "
    caption += f"flag, at the observed prevalence.{_upright(about)}"
    return Chart(
        kind="thresholds",
        title="Rates by threshold",
        caption=caption,
        description=figures.thresholds(about.exhibit, roc, about.threshold, asked) if roc else "",
        series=tuple(
            Series(name=name, points=tuple(zip(at, heights, strict=True)), style=style)
            for name, style, heights in lines
        )
        if roc
        else (),
        mark=_mark(about),
        domain=domain,
        undefined=None if roc else about.why("auroc", "roc"),
    )


def scores(about: Subject) -> Chart:
    """Return how the scores of those with and those without the finding are spread."""
    roc = _told(about)
    caption = f"{about.place}: scores of exams with and without the finding, each class as a "
    caption += f"whole.{_upright(about)}"
    if len(about.curves.get("roc") or ()) >= curves.THINNED:
        caption += " Read off the ROC curve, to half a percent."
    return Chart(
        kind="scores",
        title="Scores by class",
        caption=caption,
        description=figures.scores(about.exhibit, roc, about.threshold) if roc else "",
        bars=bars(about),
        mark=_mark(about),
        domain=_domain(about, roc),
        undefined=None if roc else about.why("auroc", "roc"),
    )


def bars(about: Subject, *, of_all: bool = False) -> tuple[Bar, ...]:
    """Return the shares of each class, or of all exams together, in equal steps of the score."""
    roc, share = _told(about), _share(about)
    if not roc or (of_all and share is None):
        return ()
    low, high = _domain(about, roc)
    edges = [low + (high - low) * i / _BARS for i in range(_BARS + 1)]
    spread = curves.spread(roc, edges)
    if of_all and share is not None:
        mixed = [share * a + (1 - share) * b for a, b in spread]
        return tuple(
            Bar(name=_ALL, low=edges[i], high=edges[i + 1], share=s) for i, s in enumerate(mixed)
        )
    classes: tuple[tuple[int, str, LineStyle], ...] = ((0, _WITH, "main"), (1, _WITHOUT, "third"))
    return tuple(
        Bar(name=name, low=edges[i], high=edges[i + 1], share=both[place], style=style)
        for place, name, style in classes
        for i, both in enumerate(spread)
    )


def _upright(about: Subject) -> str:
    """Return what the upright line is, where there is one: its colour is not on every paper."""
    return " The upright line is the operating point." if _mark(about) is not None else ""


def _told(about: Subject) -> list[Document]:
    """Return the points of the ROC curve that have a threshold."""
    return [p for p in about.curves.get("roc") or () if p.get("threshold") is not None]


def _share(about: Subject) -> float | None:
    """Return the observed prevalence."""
    labelled = about.exhibit.count("positives") + about.exhibit.count("negatives")
    return about.exhibit.count("positives") / labelled if labelled else None


def _domain(about: Subject, roc: list[Document]) -> tuple[float, float]:
    """Return from where to where scores go: probabilities from 0 to 1, ranks as they are."""
    at = [float(p["threshold"]) for p in roc]
    if about.protocol.get("score_kind") != "rank" or not at:
        return (0.0, 1.0)
    at += [about.threshold] if about.threshold is not None else []
    low, high = min(at), max(at)
    return (low, high) if high > low else (low - 1, high + 1)


def _mark(about: Subject) -> Mark | None:
    if about.threshold is None:
        return None
    return Mark(x=about.threshold, y=0.0, label=declared(about.threshold))
