"""Strata: the groups of exams about which something is said, cut out of a tally."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from validation.counts import ScoreCounts, count_scores
from validation.protocols.shape import Finding, Protocol
from validation.tallies import Cells, Persons, Tally

SITE = "site"

By = tuple[tuple[str, str], ...]  # attribute and level, sorted by attribute


@dataclass(frozen=True, kw_only=True, eq=False)
class Stratum:
    """Exams of one finding and partition that share the levels in `by`."""

    by: By
    finding: Finding
    partition: str | None
    cells: Cells
    counts: ScoreCounts
    persons: Persons | None

    @property
    def key(self) -> str:
        """A name that is the same in every run: what randomness is drawn from."""
        levels = "\x1e".join(f"{name}\x1d{level}" for name, level in self.by)
        return f"{self.finding.name or ''}\x1c{self.partition or ''}\x1c{levels}"


class Strata:
    """All strata of one tally under one protocol.

    Parameters
    ----------
    tally : Tally
    protocol : Protocol
    """

    def __init__(self, tally: Tally, protocol: Protocol) -> None:
        self._tally = tally
        self._protocol = protocol
        self._known: dict[tuple[str | None, str | None, By], Stratum | None] = {}
        self._cells: dict[tuple[str | None, str | None], Cells] = {}

    @property
    def partitions(self) -> tuple[str | None, ...]:
        """The partitions present, or None alone where the protocol declares no such column."""
        if self._protocol.columns.partition is None:
            return (None,)
        codes = np.unique(self._tally.cells.codes["partition"])
        return tuple(self._tally.levels["partition"][code] for code in codes)

    @property
    def judged(self) -> str | None:
        """The partition on which criteria, gaps, sites, comparisons and curves rest."""
        return None if self._protocol.columns.partition is None else str(self._protocol.purpose)

    def find(
        self, finding: Finding, partition: str | None, by: Mapping[str, str]
    ) -> Stratum | None:
        """Return a stratum, or None where the table has no exam in it."""
        key = tuple(sorted(by.items()))
        place = (finding.name, partition, key)
        if place not in self._known:
            self._known[place] = self._cut(finding, partition, key)
        return self._known[place]

    def levels(self, finding: Finding, partition: str | None, attribute: str) -> tuple[str, ...]:
        """Return the levels of an attribute that occur, in the tally's order."""
        cells = self._within(finding, partition)
        if attribute not in cells.codes or not self._declares(attribute):
            return ()
        codes = np.unique(cells.codes[attribute])
        return tuple(self._tally.levels[attribute][code] for code in codes)

    def every(self, finding: Finding, partition: str | None) -> Iterator[Stratum]:
        """Yield overall, each site, each level of each subgroup, each declared intersection."""
        singles = [SITE, *(subgroup.name for subgroup in self._protocol.subgroups)]
        for names in [(), *((name,) for name in singles), *self._protocol.intersections]:
            yield from self.cross(finding, partition, names)

    def cross(
        self, finding: Finding, partition: str | None, names: Iterable[str]
    ) -> Iterator[Stratum]:
        """Yield the strata present among all combinations of the levels of some attributes."""
        names = tuple(names)
        for combination in product(*(self.levels(finding, partition, name) for name in names)):
            stratum = self.find(finding, partition, dict(zip(names, combination, strict=True)))
            if stratum is not None:
                yield stratum

    def _declares(self, attribute: str) -> bool:
        if attribute == SITE:
            return self._protocol.columns.site is not None
        return any(subgroup.name == attribute for subgroup in self._protocol.subgroups)

    def _mask(self, attribute: str, level: str) -> npt.NDArray[np.bool_] | None:
        levels = self._tally.levels.get(attribute, ())
        if level not in levels:
            return None
        return np.asarray(self._tally.cells.codes[attribute] == levels.index(level))

    def _within(self, finding: Finding, partition: str | None) -> Cells:
        """Return the cells of a finding in a partition."""
        if (finding.name, partition) not in self._cells:
            self._cells[finding.name, partition] = self._select(finding, partition)
        return self._cells[finding.name, partition]

    def _select(self, finding: Finding, partition: str | None) -> Cells:
        cells = self._tally.cells
        chosen = np.ones(len(cells), dtype=np.bool_)
        for attribute, level in (("finding", finding.name), ("partition", partition)):
            if level is not None:
                mask = self._mask(attribute, level)
                chosen = chosen & mask if mask is not None else np.zeros_like(chosen)
        return cells.where(chosen)

    def _cut(self, finding: Finding, partition: str | None, by: By) -> Stratum | None:
        cells = self._within(finding, partition)
        for attribute, level in by:
            levels = self._tally.levels.get(attribute, ())
            if level not in levels:
                return None
            cells = cells.where(cells.codes[attribute] == levels.index(level))
        if not len(cells):
            return None
        return Stratum(
            by=by,
            finding=finding,
            partition=partition,
            cells=cells,
            counts=count_scores(cells),
            persons=self._tally.persons.get((partition or "", by)),
        )
