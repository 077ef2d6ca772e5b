"""Curves: who is told from whom, and whether predictions come true."""

from registry.domain.judgements import exhibits, figures, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards.figures.scores import bars
from registry.services.cards.figures.subjects import Subject, left_out
from reports.content import Bar, Bin, Chart, LineStyle, Mark, Series
from validation.rounding import declared

_STYLES: tuple[LineStyle, ...] = ("main", "second", "third", "fourth")
_NAME = 16


def roc(about: Subject) -> Chart:
    """Return the ROC curves of the sites whose exams are of one kind with the main ones.

    Development is never drawn beside external testing: it would pass for one more hospital.
    """
    main, dossier = about.exhibit, about.dossier
    others = [one for one in exhibits.sites(dossier).values() if one.by != main.by]
    alike = [one for one in others if one.kind == main.kind and _points(dossier, one)]
    scope = dossier["scope"]["sites"]
    alike.sort(key=lambda one: (one.by["site"] not in scope, -_smaller_class(one)))
    if not main.by and len(alike) == 1:
        alike = []  # the only site is all exams together
    chosen = [one for one in [main] if _points(dossier, one)] + alike
    shown = chosen[: len(_STYLES)]
    series = [
        Series(
            name=_place(one),
            note=wording.with_interval(one.estimate("auroc"), "auroc"),
            points=tuple((x, y) for _, x, y in _points(dossier, one)),
            at=tuple(threshold for threshold, _, _ in _points(dossier, one)),
            style=style,
        )
        for one, style in zip(shown, _STYLES, strict=False)
    ]
    mark = _mark(main, about.threshold)
    whose = "ROC curves by site" if len(shown) > 1 else f"ROC curve of {about.where}"
    caption = f"{whose}, {main.kind}, with AUROC and {about.level:.0%} interval."
    if mark is not None:
        caption += " The red point is the operating point fixed in the protocol"
        caption += ", its cross the intervals." if mark.along else "."
    elsewhere = [one for one in others if one.kind != main.kind]
    caption += left_out(elsewhere, len(chosen) - len(shown))
    return Chart(
        kind="roc",
        title="Discrimination",
        caption=caption,
        description=figures.discrimination(main, shown, about.threshold),
        series=tuple(series),
        mark=mark,
        undefined=None if series else about.why("auroc", "roc"),
    )


def _points(dossier: Document, exhibit: Exhibit) -> list[tuple[float | None, float, float]]:
    """Return threshold, false alarms and sensitivity from nobody flagged to everybody."""
    entries = (exhibits.curves(dossier, exhibit) or {}).get("roc") or ()
    if not entries:
        return []
    found = {
        (float(p["false_positive_rate"]), float(p["sensitivity"])): p.get("threshold")
        for p in entries
    }
    found.setdefault((0.0, 0.0), None)
    found.setdefault((1.0, 1.0), None)
    return [(at, x, y) for (x, y), at in sorted(found.items(), key=lambda one: one[0])]


def _smaller_class(exhibit: Exhibit) -> int:
    """Return how many exams the smaller class has: what a curve rests on."""
    return min(exhibit.count("positives"), exhibit.count("negatives"))


def _place(exhibit: Exhibit) -> str:
    """Return whose curve it is, in few letters."""
    return wording.squeezed(wording.stratum(exhibit.by), _NAME) if exhibit.by else "All exams"


def _mark(exhibit: Exhibit, threshold: float | None) -> Mark | None:
    """Return the operating point with the intervals of both rates."""
    found, alarms = exhibit.estimate("sensitivity"), figures.false_alarms(exhibit)
    if found.get("value") is None or alarms is None or threshold is None:
        return None
    return Mark(
        x=alarms["value"],
        y=found["value"],
        label=f"operating point {declared(threshold)}",
        across=_ends(alarms),
        along=_ends(found),
    )


def _ends(estimate: Document) -> tuple[float, float] | None:
    low, high = estimate.get("low"), estimate.get("high")
    return None if low is None or high is None else (float(low), float(high))


def calibration(about: Subject) -> Chart:
    """Return predicted against observed risk: in tenths of the exams, as a curve, with scores."""
    entries = about.curves.get("calibration") or ()
    smooth = about.curves.get("calibration_smooth") or ()
    exhibit = about.exhibit
    notes = [
        f"{name} {wording.with_interval(exhibit.estimate(metric), metric)}"
        for name, metric in (
            ("slope", "calibration_slope"),
            ("observed : expected", "observed_expected"),
            ("Brier", "brier"),
        )
    ]
    defined = bool(entries) and exhibit.value("observed_expected") is not None
    drawn = bars(about, of_all=True) if defined else ()
    return Chart(
        kind="calibration",
        title="Calibration",
        caption=_caption(about, notes, smooth=bool(smooth), drawn=drawn),
        description=figures.calibration(exhibit, entries),
        series=(_smooth(smooth),) if smooth else (),
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
        bars=drawn,
        undefined=None if defined else about.why("observed_expected", "calibration"),
    )


def _caption(about: Subject, notes: list[str], *, smooth: bool, drawn: tuple[Bar, ...]) -> str:
    text = f"{about.place}: dots are tenths by predicted risk"
    text += ", the line is the flexible curve; " if smooth else "; "
    text += f"on the dashed line predictions come true. {wording.capital('; '.join(notes))}."
    return text + (" Grey: how the scores are spread." if drawn else "")


def _smooth(entries: list[Document]) -> Series:
    return Series(
        name="",
        points=tuple((float(e["predicted"]), float(e["observed"])) for e in entries),
        style="main",
        band=tuple((float(e["low"]), float(e["high"])) for e in entries),
    )
