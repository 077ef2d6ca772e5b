"""Changes: what differs from the version in use, by paired comparison on the same exams."""

from registry.domain.judgements import exhibits, wording
from registry.domain.judgements.exhibits import Document
from registry.services.cards import figures
from registry.services.cards.documents import CardDocuments
from reports.content import CHANGE, Charts, Column, Head, Measure, Row, Section, Table, Unit


def section(documents: CardDocuments) -> Section:
    """Return section 8."""
    table = Table(
        title="Against other ways of scoring the same exams",
        heads=(
            Head(title="Compared with", holds=Column.NAME),
            Head(title="Metric"),
            Head(title="Difference", holds=Column.NUMBER),
            Head(title="Under no difference", holds=Column.NUMBER),
            Head(title="Method"),
        ),
        rows=tuple(
            _row(entry)
            for evidence in exhibits.ranked(documents.dossier)
            for entry in evidence["assessment"].get("comparisons", ())
            if not entry.get("by")
        ),
        empty="Nothing was compared: no evidence holds the scores of another version.",
    )
    chart = figures.change(documents.dossier)
    drawn = (Charts(title="", charts=(chart,)),) if chart.undefined is None else ()
    return Section(
        heading=CHANGE,
        lede="What is different from what people worked with before.",
        blocks=(*drawn, table),
    )


def _row(entry: Document) -> Row:
    difference = Measure(
        value=entry.get("difference"),
        low=entry.get("low"),
        high=entry.get("high"),
        unit=Unit.SCORE,
        undefined=entry.get("undefined"),
    )
    p = entry.get("p")
    return Row(
        cells=(
            wording.attribute(str(entry["comparator"])),
            wording.label(entry["metric"]),
            difference,
            "—" if p is None else wording.p_value(p),
            str(entry.get("method") or entry.get("undefined") or ""),
        )
    )
