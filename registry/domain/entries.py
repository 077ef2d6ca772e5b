"""Entries: the exact bytes in which an act stands on the trail, and the words kept beside them.

An entry of `cmr.event/2` holds, in place of what people wrote in their own words, the digest of
that text under a salt; salt and text are kept beside it and may be taken out. Entries of
`cmr.event/1` hold everything in the open; they are read and proved as before.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import rfc8785

from registry.domain.digests import canonical
from registry.domain.free_text import paths
from registry.domain.trail import SCHEMA, Event, instant_text

SALT_BYTES: Final = 16
SALTED: Final = "salted"
REDACTED: Final = "[redacted]"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Text:
    """Words of an entry that are kept beside it: where they stood, their salt, their JSON."""

    path: str
    salt: bytes
    text: str


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An act as it is written: the bytes that are hashed, and the words kept beside them."""

    body: bytes
    texts: tuple[Text, ...]


def write(event: Event, *, seq: int, at: datetime, salt: Callable[[], bytes]) -> Entry:
    """Return an event at its place; `salt` gives 16 new random bytes each time it is called."""
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "seq": seq,
        "at": instant_text(at),
        "act": event.act.value,
        "actor": event.actor,
        "subject": event.subject,
        "why": event.why,
        "before": None if event.before is None else dict(event.before),
        "after": None if event.after is None else dict(event.after),
    }
    texts = []
    for path in paths(event.act):
        value = _value(document, path)
        if value in (None, "", [], {}):
            continue  # what is empty hides nothing
        one = Text(path=path, salt=salt(), text=rfc8785.dumps(value).decode())
        document = _with(document, path.split("."), {SALTED: digest(one.salt, one.text)})
        texts.append(one)
    return Entry(body=canonical(document), texts=tuple(texts))


def digest(salt: bytes, text: str) -> str:
    """Return the digest that stands in an entry for a text: SHA-256 of the salt and its JSON."""
    return "sha256:" + hashlib.sha256(salt + text.encode()).hexdigest()


def salted(document: Mapping[str, Any]) -> dict[str, str]:
    """Return where an entry has digests in place of words: path → digest."""
    if document.get("schema") != SCHEMA:
        return {}
    return dict(_salted(document, ""))


def _salted(value: object, path: str) -> Iterator[tuple[str, str]]:
    """Yield the paths and digests below a place of an entry."""
    if not isinstance(value, dict):
        return
    stands = value.get(SALTED)
    if path and len(value) == 1 and isinstance(stands, str) and _DIGEST.fullmatch(stands):
        yield path, stands
        return
    for key, inner in value.items():
        yield from _salted(inner, f"{path}.{key}" if path else str(key))


def filled(
    document: Mapping[str, Any], texts: Mapping[str, str | None]
) -> tuple[dict[str, Any], list[str]]:
    """Return an event with the words put back, and the paths of those that were taken out.

    Parameters
    ----------
    document : mapping
        As `trail.read_body` gives it.
    texts : mapping
        Path → JSON of the words; None or no key where they are not there any more.
    """
    whole, gone = dict(document), []
    for path in salted(document):
        text = texts.get(path)
        if text is None:
            gone.append(path)
        value = REDACTED if text is None else json.loads(text)
        whole = _with(whole, path.split("."), value)
    return whole, gone


def _value(document: Mapping[str, Any], path: str) -> Any:  # noqa: ANN401 -- any JSON
    """Return what stands at a path, or None."""
    found: Any = document
    for key in path.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _with(document: Mapping[str, Any], keys: list[str], value: object) -> dict[str, Any]:
    """Return a document with another value at a path that it has."""
    first, *rest = keys
    return {**document, first: _with(document[first], rest, value) if rest else value}
