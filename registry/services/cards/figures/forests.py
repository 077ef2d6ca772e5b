"""Forests: sites, groups and differences, each number with its interval in a row of its own."""

from collections.abc import Mapping, Sequence

from registry.domain.judgements import changes, exhibits, figures, spread, verdicts, wording
from registry.domain.judgements.exhibits import Document, Exhibit
from registry.services.cards.figures.subjects import left_out
from registry.services.cards.measures import measure
from reports.content import Bound, Chart, LineStyle, Range, SiteTable, Tone, Unit
from validation.rounding import declared

_NAME = 42  # characters of a row's name
ROWS = 24  # of a figure, at most
_METRICS: tuple[tuple[str, LineStyle], ...] = (("sensitivity", "main"), ("specificity", "second"))
_COMPARED = ("auroc", "sensitivity", "specificity")
_NONE = "No site has evidence."


def sites(dossier: Document, table: SiteTable, *, most: int = ROWS) -> Chart:
    """Return AUROC by site with the floor, and what is expected at the next site.

    Parameters
    ----------
    dossier : Document
        Where the sites' evidence lies.
    table : SiteTable
        The sites as the card lists them, those that matter most first.
    most : int
        Rows that are drawn.
    """
    found, apart = _parted(exhibits.sites(dossier))
    listed = [row for row in table.rows if row.name not in apart]
    drawn = listed[:most]
    rows = [
        Range(
            label=_row_name(row.name, i, [one.name for one in drawn]),
            name="AUROC",
            measure=row.area,
            tone=row.tone,
            word=row.verdict,
            note=f"{row.kind}, {row.exams:,} exams" if row.exams else row.kind,
        )
        for i, row in enumerate(drawn)
    ]
    pooled = table.pooled
    if pooled is not None and pooled.prediction.low is not None:
        rows.append(
            Range(
                label="Next site, expected",
                name="AUROC",
                measure=pooled.prediction,
                style="baseline",
                note=pooled.note,
            )
        )
    bounds = (
        [Bound(value=table.floor, label=f"floor {declared(table.floor)}")] if table.floor else []
    )
    about = exhibits.finding(dossier)
    several = len(exhibits.findings(dossier)) > 1
    whose = f"AUROC of {wording.attribute(str(about))}" if several else "AUROC"
    caption = f"{whose} with its 95% interval, among scored exams; the verdict is over every "
    caption += "criterion of that site."
    if len(rows) > len(drawn):
        caption += " Diamond: the sites pooled, with the interval expected at the next one."
    caption += left_out(tuple(apart.values()), len(listed) - len(drawn))
    return Chart(
        kind="sites",
        title="AUROC by site",
        caption=caption,
        description=figures.sites(
            dossier, tuple(found.values()), next(iter(spread.pooled(dossier, "auroc")), None)
        ),
        rows=tuple(rows),
        bounds=tuple(bounds),
        undefined=None if rows else _NONE,
    )


def _parted(sites: Mapping[str, Exhibit]) -> tuple[dict[str, Exhibit], dict[str, Exhibit]]:
    """Return the sites whose evidence counts, and the others; all of them where none counts.

    Development is never drawn beside external testing: it would pass for one more hospital.
    """
    found = {name: one for name, one in sites.items() if one.evidence.get("counts", True)}
    if not found:
        return dict(sites), {}
    return found, {name: one for name, one in sites.items() if name not in found}


def groups(dossier: Document, *, most: int = ROWS) -> Chart:
    """Return sensitivity and specificity by group, with the floors that groups must reach."""
    found = list(exhibits.subgroups(dossier))
    drawn = _weightiest(dossier, found, most)
    names = [wording.capital(exhibits.named(dossier, one)) for one in drawn]
    labels = [_row_name(name, i, names) for i, name in enumerate(names)]
    rows = [
        Range(
            label=labels[i],
            name=wording.label(metric),
            measure=measure(one.estimate(metric), Unit.PERCENT),
            tone=_tone(dossier, one, metric),
            style=style,
            word=_verdict(dossier, one, metric),
            note=f"{one.count('exams'):,} exams",
        )
        for i, one in enumerate(drawn)
        for metric, style in _METRICS
    ]
    caption = "As deployed, with 95% intervals. Hollow: a group too small to judge, or evidence "
    caption += "that is not enough; triangle: required and not met. What does not exist is not "
    caption += "drawn: the table has the reason."
    if len(found) > len(drawn):
        more = wording.counted(len(found) - len(drawn), "more group")
        caption += f" Not drawn: {more}."
    return Chart(
        kind="groups",
        title="Sensitivity and specificity by group",
        caption=caption,
        description=figures.groups(dossier, found),
        rows=tuple(rows),
        bounds=tuple(_floors(dossier, drawn, labels)),
        undefined=None if rows else "No subgroup was declared in the protocol.",
    )


def change(dossier: Document, *, most: int = ROWS) -> Chart:
    """Return paired differences from the other version that was scored on the same exams."""
    evidence, entries = exhibits.leading(dossier), _comparisons(dossier)
    other = ""
    if evidence is not None and entries:
        other = changes.against(dossier, evidence, entries[0]["comparator"])
    rows = [
        Range(
            label=_row_name(_what(entry), i, [_what(one) for one in entries]),
            name="difference",
            measure=measure({**entry, "value": entry["difference"]}, Unit.SCORE),
            tone=Tone(changes.better(entry)[1]),
            word=figures.shown(entry),
            note=f"{int(entry['n']):,} exams" if entry.get("n") else "",
        )
        for i, entry in enumerate(entries[:most])
    ]
    return Chart(
        kind="change",
        title="Change, exam by exam",
        caption=f"This version less {other}, on the same exams, with paired 95% intervals: right "
        "of the line is better."
        if entries
        else "Differences from another version on the same exams.",
        description=figures.change(entries, other) if entries else "",
        rows=tuple(rows),
        undefined=None if entries else "No other version was scored on these exams.",
    )


def _what(entry: Document) -> str:
    name = wording.label(entry["metric"])
    return f"{name}, {wording.stratum(entry['by'])}" if entry.get("by") else name


def _row_name(name: str, place: int, names: Sequence[str]) -> str:
    """Return a name that fits a row; names that would look alike are numbered."""
    short = wording.squeezed(name, _NAME)
    alike = [i for i, one in enumerate(names) if wording.squeezed(one, _NAME) == short]
    if len(alike) == 1:
        return short
    return f"{wording.squeezed(name, _NAME - 4)} ({alike.index(place) + 1})"


def _weightiest(dossier: Document, found: list[Exhibit], most: int) -> list[Exhibit]:
    """Return the groups there is room for: those with the worst verdicts, in their own order."""
    if len(found) <= most:
        return found
    rank = {
        i: (verdicts.ORDER.index(verdicts.of_stratum(dossier, one.by, one.finding)), i)
        for i, one in enumerate(found)
    }
    return [found[i] for i in sorted(sorted(rank, key=rank.__getitem__)[:most])]


def _judged(dossier: Document, exhibit: Exhibit, metric: str) -> list[str]:
    return [
        c["verdict"]
        for c in dossier["criteria"]
        if c.get("by") == exhibit.by
        and c["metric"] == metric
        and c.get("finding") in {None, exhibit.finding}
    ]


def _verdict(dossier: Document, exhibit: Exhibit, metric: str) -> str:
    found = verdicts.combined(_judged(dossier, exhibit, metric))
    small = found == verdicts.NOT_JUDGED and not exhibits.enough(dossier, exhibit)
    return "too small" if small else found


def _tone(dossier: Document, exhibit: Exhibit, metric: str) -> Tone:
    found = _verdict(dossier, exhibit, metric)
    return Tone.UNSURE if found == "too small" else Tone(verdicts.TONES[found])


def _floors(dossier: Document, drawn: Sequence[Exhibit], labels: Sequence[str]) -> list[Bound]:
    """Return the floors that criteria set for groups, each across the rows that it binds."""
    found: list[Bound] = []
    for metric, style in _METRICS:
        bound: dict[float, list[str]] = {}
        for one, label in zip(drawn, labels, strict=True):
            asked = [
                float(c["required"])
                for c in dossier["criteria"]
                if (c["metric"], c["comparison"]) == (metric, "at least")
                and c.get("by") == one.by
                and c.get("finding") in {None, one.finding}
                and c.get("required") is not None
            ]
            if asked:
                bound.setdefault(max(asked), []).append(label)
        name = wording.inside(wording.label(metric))
        found += [
            Bound(
                value=value, label=f"{name} floor {100 * value:g}%", style=style, rows=tuple(rows)
            )
            for value, rows in bound.items()
        ]
    return found


def _comparisons(dossier: Document) -> list[Document]:
    """Return differences in rates and areas: over all exams, then at the sites in scope.

    Of several other versions the one in use is shown, else the first.
    """
    evidence, wanted = exhibits.leading(dossier), exhibits.finding(dossier)
    if evidence is None:
        return []
    partition = evidence["purpose"]
    entries = [
        entry
        for entry in evidence["assessment"].get("comparisons", ())
        if entry["metric"] in _COMPARED
        and entry.get("difference") is not None
        and entry.get("finding") in {None, wanted}
        and entry.get("partition") in {None, partition}
    ]
    if not entries:
        return []
    names = [entry["comparator"] for entry in entries]
    chosen = "in_use" if "in_use" in names else names[0]
    scope = dossier["scope"]["sites"]
    own = [entry for entry in entries if entry["comparator"] == chosen]
    whole = [entry for entry in own if not entry.get("by")]
    at_sites = [entry for entry in own if entry.get("by", {}).get("site") in scope]
    return [*whole, *sorted(at_sites, key=lambda entry: scope.index(entry["by"]["site"]))]
