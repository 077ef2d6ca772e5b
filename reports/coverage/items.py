"""Items: what a reporting guideline asks, by its own number and in our words."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from reports.exports.record import Record
from reports.exports.topics import Topic

ARTICLE: Final = "about the text of an article"
NO_PLACE: Final = "no place for it in this registry"
_NOT_UPDATED: Final = "this version was not made by recalibrating another"

Applies = Callable[[Record], str | None]


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item of a guideline.

    Attributes
    ----------
    asks : str
        In our words; the guideline's own are in the guideline.
    topics : tuple of Topic
        What answers it; none where the registry has no place for it.
    not_applicable : callable
        Says why the item does not apply to a record, or None where it does.
    """

    id: str
    section: str
    asks: str
    topics: tuple[Topic, ...]
    not_applicable: Applies


@dataclass(frozen=True, kw_only=True)
class Guideline:
    """A reporting guideline, cited."""

    key: str
    name: str
    citation: str
    doi: str
    items: tuple[Item, ...]


def item(id_: str, section: str, asks: str, *topics: Topic, unless: Applies | None = None) -> Item:
    """Return an item that applies to every record, `unless` a rule says why not."""
    return Item(id=id_, section=section, asks=asks, topics=topics, not_applicable=unless or _always)


def _always(record: Record) -> None:
    """Say that an item applies."""
    del record


def of_articles(record: Record) -> str:
    """Say that an item is about the text of an article."""
    del record
    return ARTICLE


def unless_updated(record: Record) -> str | None:
    """Say that nothing was recalibrated, where that is so."""
    return None if "recalibrated" in (record.text(Topic.LINEAGE) or "") else _NOT_UPDATED
