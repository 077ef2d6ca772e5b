"""Formats: what can be taken home, each with what it has no place for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from reports.content import CardContent
from reports.exports import card_json, chai, cyclonedx, hti1, table_csv
from reports.exports.record import Record

Write = Callable[[Record, CardContent], bytes]


@dataclass(frozen=True, kw_only=True)
class Format:
    """One format: how it is asked for, what it is, and what it cannot carry."""

    key: str
    title: str
    media: str
    suffix: str
    not_carried: tuple[str, ...]
    write: Write


def _by_key(*formats: Format) -> Mapping[str, Format]:
    return MappingProxyType({one.key: one for one in formats})


FORMATS: Final[Mapping[str, Format]] = _by_key(
    Format(
        key="chai",
        title="CHAI Applied Model Card v0.2",
        media="application/xml",
        suffix="chai.xml",
        not_carried=chai.NOT_CARRIED,
        write=lambda record, _: chai.to_xml(record),
    ),
    Format(
        key="hti1",
        title="Source attributes of 45 CFR 170.315(b)(11), as JSON",
        media="application/json",
        suffix="hti1.json",
        not_carried=hti1.NOT_CARRIED,
        write=lambda record, _: hti1.to_json(record),
    ),
    Format(
        key="hti1-table",
        title="The same as a table in Markdown",
        media="text/markdown; charset=utf-8",
        suffix="hti1.md",
        not_carried=hti1.NOT_CARRIED,
        write=lambda record, _: hti1.to_markdown(record),
    ),
    Format(
        key="cyclonedx",
        title="CycloneDX 1.6 with model card and declarations",
        media="application/vnd.cyclonedx+json; version=1.6",
        suffix="cdx.json",
        not_carried=cyclonedx.NOT_CARRIED,
        write=lambda record, _: cyclonedx.to_json(record),
    ),
    Format(
        key="json",
        title="What the card says",
        media="application/json",
        suffix="card.json",
        not_carried=card_json.NOT_CARRIED,
        write=lambda _, content: card_json.to_json(content),
    ),
    Format(
        key="csv",
        title="Every number of every assessment, one in a row",
        media="text/csv; charset=utf-8",
        suffix="csv",
        not_carried=table_csv.NOT_CARRIED,
        write=lambda record, _: table_csv.to_csv(record),
    ),
)
"""Key → format, in the order in which they are listed."""
