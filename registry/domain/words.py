"""Words: those that are kept beside the entries of the trail, compared with what was hashed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from registry.domain import entries
from registry.domain.trail import Act

Stored = tuple[int, str, Any, Any]
Place = tuple[int, str]


@dataclass
class Words:
    """The words beside the entries, as (seq, path, salt, text) in the order of the entries.

    Words may be missing only where an act says that they were taken out.
    """

    stored: Iterable[Stored]
    gone: list[Place] = field(default_factory=list)
    redacted: set[Place] = field(default_factory=set)
    astray: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Begin with the first entry that has words."""
        self._groups = groupby(self.stored, key=lambda row: row[0])
        self._ahead: tuple[int, dict[str, tuple[Any, Any]]] | None = None
        self._step()

    def _step(self) -> None:
        """Go on to the words of the next entry that has any."""
        found = next(self._groups, None)
        self._ahead = None
        if found is not None:
            seq, rows = found
            self._ahead = (seq, {path: (salt, text) for _, path, salt, text in rows})

    def _beside(self, place: int) -> dict[str, tuple[Any, Any]]:
        """Return the words beside an entry, by path."""
        while self._ahead is not None and self._ahead[0] < place:
            self.astray.append(self._ahead[0])
            self._step()
        if self._ahead is None or self._ahead[0] != place:
            return {}
        found = self._ahead[1]
        self._step()
        return found

    def findings(self, place: int, event: dict[str, Any]) -> list[str]:
        """Return what is wrong with the words beside one entry; entries are asked in order."""
        if event["act"] == Act.TEXT_REDACTED:
            self.redacted.add(taken_out(event))
        beside, wanted = self._beside(place), entries.salted(event)
        found = [
            f"words are kept for entry {place} ({path}) that it does not have"
            for path in beside
            if path not in wanted
        ]
        for path, digest in wanted.items():
            salt, text = beside.get(path, (None, None))
            if salt is None and text is None:
                self.gone.append((place, path))
            elif not isinstance(salt, bytes) or not isinstance(text, str):
                found.append(f"the words of entry {place} ({path}) are no longer what was stored")
            elif entries.digest(salt, text) != digest:
                found.append(f"the words of entry {place} ({path}) are not those that were hashed")
        return found

    def missing(self) -> list[str]:
        """Return which words are gone without an act that took them out, or belong nowhere."""
        while self._ahead is not None:
            self.astray.append(self._ahead[0])
            self._step()
        return [f"words are kept for entry {seq}, which is not there" for seq in self.astray] + [
            f"the words of entry {place} ({path}) are gone, and no act took them out"
            for place, path in self.gone
            if (place, path) not in self.redacted
        ]


def taken_out(event: dict[str, Any]) -> Place:
    """Return what an act of redaction took out; whatever is malformed took out nothing."""
    before = event["before"]
    seq = before.get("seq") if isinstance(before, dict) else None
    if not isinstance(seq, int):
        return (-1, "")
    return (seq, str(before.get("path")))
