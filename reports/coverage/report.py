"""Report: the items of a guideline beside a record, as JSON and as a table that people read."""

from typing import Any, Final

from reports.coverage.items import NO_PLACE, Guideline, Item
from reports.exports import markdown
from reports.exports.answers import Answer, answer
from reports.exports.record import Record
from reports.formatting import stamp, written

SCHEMA: Final = "cmr.coverage/1"
SAYS: Final = (
    "Each item is linked to what the registry holds on it. Whether that reports the item as the "
    "guideline asks is for a reader to judge; no item is counted, and nothing is scored."
)
_STATES: Final = {"all": "linked", "some": "linked in part", "none": "not answered"}
_WORDS: Final = "Items by their numbers, in our own words."
_SHOWN: Final = 280  # characters of an answer in the table
_POINTERS: Final = 3


def to_json(record: Record, guideline: Guideline) -> bytes:
    """Return the report as JSON; the same bytes for the same record."""
    document = {
        "schema": SCHEMA,
        "guideline": {
            "key": guideline.key,
            "name": guideline.name,
            "citation": guideline.citation,
            "doi": guideline.doi,
        },
        "says": SAYS,
        "version": record.name,
        "dossier": record.dossier,
        "stands": record.stage,
        "as_of": stamp(record.issued_at),
        "items": [_document(record, one) for one in guideline.items],
    }
    return written(document)


def _document(record: Record, one: Item) -> dict[str, Any]:
    state, why, found = _judged(record, one)
    return {
        "id": one.id,
        "section": one.section,
        "asks": one.asks,
        "state": state,
        "because": why,
        "parts": [part.document() for part in found.parts],
    }


def _judged(record: Record, one: Item) -> tuple[str, str | None, Answer]:
    """Return the state of an item, why it is so where nothing answers it, and the answer."""
    reason = one.not_applicable(record)
    if reason is not None:
        return "not applicable", reason, answer(record, ())
    found = answer(record, one.topics)
    why = found.reason or NO_PLACE if found.share == "none" else None
    return _STATES[found.share], why, found


def to_markdown(record: Record, guideline: Guideline) -> bytes:
    """Return the report as a table; long answers are cut there and stand whole in the dossier."""
    rows = [
        (
            one.id,
            f"{one.section}: {one.asks}",
            state,
            _said(found, why),
            _where(found),
        )
        for one in guideline.items
        for state, why, found in [_judged(record, one)]
    ]
    lines = [
        f"# {markdown.cell(record.title)}: {guideline.name}",
        f"{_subject(record)} {markdown.cell(record.stage)}.",
        f"{guideline.name}: {guideline.citation}, doi:{guideline.doi}. {_WORDS} {SAYS}",
        markdown.table(
            ("Item", "Asked", "State", "What is said", "Where on the card; in its documents"), rows
        ),
    ]
    return ("\n\n".join(lines) + "\n").encode()


def _subject(record: Record) -> str:
    dossier = markdown.code(record.dossier)
    return f"{record.name}, dossier {record.dossier_number} ({dossier})."


def _said(found: Answer, why: str | None) -> str:
    if why is not None:
        return markdown.cell(why)
    text = found.value or ""
    return markdown.cell(text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1].rstrip()}…")


def _where(found: Answer) -> str:
    """Return the sections of the card and the first places in the attached documents."""
    if found.share == "none":
        return "—"
    said = [part.place for part in found.parts if part.place.text is not None]
    pointers = list(dict.fromkeys(pointer for place in said for pointer in place.pointers))
    shown = [markdown.code(one) for one in pointers[:_POINTERS]]
    if len(pointers) > _POINTERS:
        shown.append(f"and {len(pointers) - _POINTERS} more")
    return f"{found.printed}; {', '.join(shown)}"
