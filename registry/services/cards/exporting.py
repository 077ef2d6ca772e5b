"""Exporting: a version's record as it stands, in formats that others read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from registry.domain.errors import NotFoundError
from registry.domain.people import Action
from registry.services.cards.content import content_of
from registry.services.cards.exports import record_of
from registry.services.cards.gathering import documents_of
from registry.services.work import Work
from registry.store import versions
from reports import coverage
from reports.exports import FORMATS, Format

One = TypeVar("One")
MARKDOWN = "text/markdown; charset=utf-8"


@dataclass(frozen=True, kw_only=True)
class Exported:
    """The bytes of an export, what kind they are and under which name they are kept."""

    content: bytes
    media: str
    name: str


def formats(work: Work) -> tuple[Format, ...]:
    """Return every format there is, with what it cannot carry."""
    work.require(Action.RECORD_READ)
    return tuple(FORMATS.values())


def export(work: Work, version: str, key: str) -> Exported:
    """Return a version's record as it stands now in one format; the same bytes for the same record.

    Parameters
    ----------
    work : Work
        By somebody who may read records.
    version : str
        Such as ``heart-cad/2``.
    key : str
        Of the format.

    Raises
    ------
    NotFoundError
        When there is no such version or format.
    WaitingError
        When no review of the version was ever opened: an export renders a dossier, as a card does.
    """
    work.require(Action.RECORD_READ)
    chosen = _named(FORMATS, key, "format")
    documents = documents_of(work, versions.named(work.session, version))
    return Exported(
        content=chosen.write(record_of(documents), content_of(documents)),
        media=chosen.media,
        name=f"{version.replace('/', '-')}.{chosen.suffix}",
    )


def cover(work: Work, version: str, key: str, *, readable: bool = False) -> Exported:
    """Return where a version's record answers the items of a guideline, and where it does not.

    Parameters
    ----------
    work, version
        As for `export`.
    key : str
        Of the guideline.
    readable : bool
        As a table in Markdown rather than as JSON.

    Raises
    ------
    NotFoundError, WaitingError
        As for `export`.
    """
    work.require(Action.RECORD_READ)
    guideline = _named(coverage.GUIDELINES, key, "guideline")
    record = record_of(documents_of(work, versions.named(work.session, version)))
    name = f"{version.replace('/', '-')}.{key}"
    if readable:
        content = coverage.to_markdown(record, guideline)
        return Exported(content=content, media=MARKDOWN, name=f"{name}.md")
    content = coverage.to_json(record, guideline)
    return Exported(content=content, media="application/json", name=f"{name}.json")


def _named(known: Mapping[str, One], key: str, what: str) -> One:
    found = known.get(key)
    if found is None:
        raise NotFoundError(f"There is no {what} “{key[:40]}”; there is {', '.join(known)}.")
    return found
