"""Sites: the forest of page 1 and the table of section 3."""

from dataclasses import replace

from registry.domain.judgements import criteria, exhibits, spread, verdicts, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards import figures
from registry.services.cards.measures import measure
from registry.services.cards.room import Front
from reports.content import Chart, Measure, PooledRow, SiteRow, SiteTable, Tone, Unit
from validation.rounding import declared

_WHOLE = 1_000  # characters: no name of a site is longer


def table(dossier: Document, room: Front) -> SiteTable:
    """Return the table of sites: those in scope, then the worst, and how many more there are."""
    rows = _rows(dossier, room.site)
    floor = _floor(dossier)
    shown = _fitting(rows, room.sites)
    rest = len(rows) - len(shown)
    words = [
        "Squares: AUROC with its 95% interval, among scored exams.",
        f"Upright line: the floor of {declared(floor)} agreed before any table was measured."
        if floor is not None
        else "",
        _judged_over(dossier),
    ]
    return SiteTable(
        title="AUROC by site",
        rows=shown,
        pooled=_pooled(dossier),
        floor=floor,
        note=" ".join(word for word in words if word),
        more=f"{wording.counted(rest, 'more site')} in section 3." if rest else None,
    )


def full_table(dossier: Document) -> SiteTable:
    """Return every site with its whole name; of several findings a row for each."""
    several = exhibits.findings(dossier)
    rows = [row for about in several for row in _rows(dossier, about=about)]
    return SiteTable(
        title="Every site" if len(several) == 1 else "Every site, finding by finding",
        rows=tuple(rows),
        pooled=None,
        floor=_floor(dossier),
        note="",
    )


def _judged_over(dossier: Document) -> str:
    """Return what the squares and the verdicts of page 1 are about."""
    several = exhibits.findings(dossier)
    if len(several) == 1:
        return "The verdict is over every criterion of that site."
    return (
        f"AUROC of {exhibits.finding(dossier)}; the verdict is over every criterion of that site, "
        f"all {len(several)} findings."
    )


def figure(dossier: Document) -> Chart:
    """Return the forest of section 3: of many sites those that matter most.

    Those in scope go before others, worse verdicts before better ones, larger sites before small.
    Of several findings it is about the one that the other figures are about.
    """
    whole = full_table(dossier)
    rows = _rows(dossier, about=exhibits.finding(dossier))
    if len(rows) > figures.ROWS:
        rows = tuple(sorted(rows, key=_matters))
    return figures.sites(dossier, replace(whole, rows=rows, pooled=_pooled(dossier)))


def _matters(row: SiteRow) -> tuple[bool, int, bool, int, str]:
    known = row.area.value is not None
    rank = verdicts.ORDER.index(row.verdict)
    return (not row.in_scope, rank, not known, -row.exams, row.name)


def _fitting(rows: tuple[SiteRow, ...], most: int) -> tuple[SiteRow, ...]:
    """Return the rows there is room for: in scope first, then those with the worst verdict."""
    if len(rows) <= most:
        return rows
    order = verdicts.ORDER
    worst = sorted(rows, key=lambda row: (not row.in_scope, order.index(row.verdict), row.name))
    return tuple(worst[:most])


def _rows(
    dossier: Document, most: int = _WHOLE, *, about: str | None = None
) -> tuple[SiteRow, ...]:
    """Return a row for every site: of one finding, or of the card's with the verdict over all."""
    found = exhibits.sites(dossier, about)
    judged = criteria.of_sites(dossier, about)
    rows = [
        _row(dossier, site, exhibit, most, about, judged.get(site, verdicts.NOT_JUDGED))
        for site, exhibit in found.items()
    ]
    absent = [site for site in dossier["scope"]["sites"] if site not in found]
    return tuple([_absent(site, most) for site in absent] + rows)


def _row(
    dossier: Document, site: str, exhibit: Exhibit, most: int, about: str | None, verdict: str
) -> SiteRow:
    return SiteRow(
        name=wording.squeezed(site, most),
        kind=exhibit.kind if about is None else f"{about}; {exhibit.kind}",
        exams=exhibit.count("exams"),
        positives=exhibit.count("positives"),
        area=measure(exhibit.estimate("auroc"), Unit.SCORE),
        sensitivity=measure(exhibit.estimate("sensitivity"), Unit.PERCENT),
        specificity=measure(exhibit.estimate("specificity"), Unit.PERCENT),
        observed_expected=measure(exhibit.estimate("observed_expected"), Unit.RATIO),
        verdict=verdict,
        tone=Tone(verdicts.TONES[verdict]),
        in_scope=site in dossier["scope"]["sites"],
    )


def _absent(site: str, most: int) -> SiteRow:
    nothing = Measure(value=None, undefined="no evidence")
    return SiteRow(
        name=wording.squeezed(site, most),
        kind="no evidence",
        exams=0,
        positives=0,
        area=nothing,
        sensitivity=nothing,
        specificity=nothing,
        observed_expected=nothing,
        verdict=verdicts.NOT_ASSESSED,
        tone=Tone.UNSURE,
        in_scope=True,
    )


def _floor(dossier: Document) -> float | None:
    """Return the highest floor of AUROC that a criterion sets for sites."""
    found = {None, exhibits.finding(dossier)}
    floors = [
        float(criterion["required"])
        for criterion in dossier["criteria"]
        if criterion["metric"] == "auroc"
        and criterion.get("finding") in found
        and criterion["comparison"] == "at least"
        and set(criterion.get("by") or ()) == {"site"}
        and criterion.get("required") is not None
    ]
    return max(floors) if floors else None


def _pooled(dossier: Document) -> PooledRow | None:
    """Return the pooled AUROC with the interval for the next site; never the one without it."""
    entry = next(iter(spread.pooled(dossier, "auroc")), None)
    if entry is None:
        return None
    prediction = Measure(
        value=entry["pooled"],
        low=entry.get("prediction_low"),
        high=entry.get("prediction_high"),
        unit=Unit.SCORE,
        undefined=entry.get("undefined"),
    )
    return PooledRow(
        label="All external sites",
        area=Measure(value=entry["pooled"], unit=Unit.SCORE),
        prediction=prediction,
        note="pooled, with the 95% interval expected at the next site"
        if prediction.low is not None
        else "pooled; too few sites to say what the next would show",
    )
