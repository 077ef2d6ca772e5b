"""Recomputation: what differs between an assessment that is stored and one computed now."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

TOLERANCE: Final = 1e-9  # of estimates: absolute below 1, relative above

Document = Mapping[str, Any]
Leaf = float | int | str | bool | None

# What tells the entries of a list apart; the rest of an entry is what is said of it.
IDENTITY: Final = (
    "id", "comparator", "reader", "attribute", "metric", "basis", "finding", "partition", "by",
    "threshold", "of",
)  # fmt: skip
# Sentences for people and names of programs: neither is a figure.
PROSE: Final = frozenset({"because", "note", "undefined", "warnings", "engine", "protocol_name"})
VERDICT: Final = "verdict"


class Change(StrEnum):
    """What became of a figure."""

    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One figure or word on which two assessments disagree.

    Attributes
    ----------
    section : str
        Part of the document: "strata", "criteria", ….
    where : mapping
        What tells its entry apart: stratum, finding, partition, metric, criterion.
    key : str
        Where in the entry, as a dotted path: "estimates.auroc.low".
    change : Change
    stored, now : number, str, bool or None
        None also where a side has nothing there.
    """

    section: str
    where: Document = field(default_factory=dict)
    key: str
    change: Change
    stored: Leaf
    now: Leaf

    @property
    def is_verdict(self) -> bool:
        """Whether a verdict differs, and not merely a figure."""
        return self.key.rpartition(".")[2] == VERDICT


@dataclass(frozen=True, kw_only=True)
class _Place:
    section: str
    where: dict[str, Any]
    path: tuple[str, ...] = ()

    def down(self, key: str) -> "_Place":
        return _Place(section=self.section, where=self.where, path=(*self.path, key))

    def difference(self, change: Change, stored: Leaf, now: Leaf) -> Difference:
        return Difference(
            section=self.section,
            where=self.where,
            key=".".join(self.path),
            change=change,
            stored=stored,
            now=now,
        )


def differences(stored: Document, now: Document) -> tuple[Difference, ...]:
    """Return every figure and every verdict that two assessments' documents do not share.

    Numbers agree within 1e-9 (relative where they are above 1), words to the letter. Sentences
    for people are not compared.

    Parameters
    ----------
    stored, now : mapping
        Documents of `cmr.assessment`, as written.
    """
    found: list[Difference] = []
    for section in dict.fromkeys([*stored, *now]):
        if section not in PROSE:
            place = _Place(section=section, where={})
            found += _compare(stored.get(section), now.get(section), place)
    return tuple(found)


def _compare(stored: Any, now: Any, place: _Place) -> Iterator[Difference]:  # noqa: ANN401  # JSON
    """Yield the differences of two JSON values at one place."""
    if isinstance(stored, Mapping | None) and isinstance(now, Mapping | None):
        one, other = stored or {}, now or {}
        for key in dict.fromkeys([*one, *other]):
            if key not in PROSE:
                yield from _compare(one.get(key), other.get(key), place.down(key))
    elif isinstance(stored, list | None) and isinstance(now, list | None):
        yield from _compare_lists(stored or [], now or [], place)
    elif not _same(stored, now):
        change = Change.CHANGED
        if stored is None:
            change = Change.NEW
        elif now is None:
            change = Change.GONE
        yield place.difference(change, _leaf(stored), _leaf(now))


def _compare_lists(
    stored: Sequence[Any], now: Sequence[Any], place: _Place
) -> Iterator[Difference]:
    """Yield the differences of two lists: entries by their identity, else in their order."""
    ours, theirs = _by_identity(stored), _by_identity(now)
    if ours is None or theirs is None:
        for index in range(max(len(stored), len(now))):
            one = stored[index] if index < len(stored) else None
            other = now[index] if index < len(now) else None
            yield from _compare(one, other, place.down(str(index)))
        return
    for identity in dict.fromkeys([*ours, *theirs]):
        entry = ours.get(identity) or theirs[identity]
        where = place.where | {name: entry[name] for name in IDENTITY if name in entry}
        inside = _Place(section=place.section, where=where, path=place.path)
        yield from _compare(ours.get(identity), theirs.get(identity), inside)


def _by_identity(entries: Sequence[Any]) -> dict[str, Document] | None:
    """Return entries by what tells them apart; None where nothing does."""
    if not all(isinstance(entry, Mapping) for entry in entries):
        return None
    names = [repr([entry.get(name) for name in IDENTITY]) for entry in entries]
    if any(times > 1 for times in Counter(names).values()):
        return None
    return dict(zip(names, entries, strict=True))


def _same(stored: object, now: object) -> bool:
    """Tell whether two values are the same figure."""
    if isinstance(stored, bool) or isinstance(now, bool):
        return stored is now
    if isinstance(stored, int | float) and isinstance(now, int | float):
        return abs(stored - now) <= TOLERANCE * max(1.0, abs(stored), abs(now))
    return stored == now


def _leaf(value: object) -> Leaf:
    """Return a value as it is told: what is no single value becomes the word for its kind."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return "a list" if isinstance(value, list) else "an entry"
