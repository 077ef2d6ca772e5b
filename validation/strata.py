"""Strata: the groups of exams about which something is said, cut out of a tally."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.counts import Clusters, ScoreCounts, count_scores
from validation.protocols.shape import Finding, Protocol
from validation.tallies import Cells, Persons, Tally, View
from validation.tallies.cells import SEVERITY
from validation.tallies.content import By

SITE = "site"

Mask = npt.NDArray[np.bool_]
Corner = tuple[int, str | None, str | None]  # view, finding, partition


@dataclass(frozen=True, kw_only=True, eq=False)
class Stratum:
    """Exams of one finding and partition that share the levels in `by`.

    Attributes
    ----------
    counts : ScoreCounts
        At the finest resolution that the tally has for these attributes.
    joint : Cells
        The same exams, told apart by everything that the tally keeps: comparators' scores and
        readers' calls among it.
    minimum_cell : int
        No count below it is told; 1 where nothing was hidden.
    memory : dict
        What was measured once and will be asked for again: by judging, by gaps.
    """

    by: By
    finding: Finding
    partition: str | None
    counts: ScoreCounts
    persons: Persons | None
    base: View
    chosen: npt.NDArray[np.intp]
    minimum_cell: int = 1
    memory: dict[Hashable, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def joint(self) -> Cells:
        """The cells of the tally's last view that belong to the stratum."""
        return self.base.cells.where(self.chosen)

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
        self.tally = tally
        self._protocol = protocol
        self._known: dict[tuple[str | None, str | None, By], Stratum | None] = {}
        self._corners: dict[Corner, npt.NDArray[np.intp]] = {}

    @property
    def partitions(self) -> tuple[str | None, ...]:
        """The partitions present, or None alone where the protocol declares no such column."""
        if self._protocol.columns.partition is None:
            return (None,)
        codes = np.unique(self.tally.views[0].cells.codes["partition"])
        return tuple(self.tally.levels["partition"][code] for code in codes)

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
        index = self._view_for((attribute,))
        if index is None or not self._declares(attribute):
            return ()
        cells = self.tally.views[index].cells
        codes = np.unique(cells.codes[attribute][self._corner(index, finding, partition)])
        found = (self.tally.levels[attribute][code] for code in codes)
        return tuple(level for level in found if not (attribute == SEVERITY and level == ""))

    def every(self, finding: Finding, partition: str | None) -> Iterator[Stratum]:
        """Yield overall, each site, each level of each subgroup, each declared intersection."""
        singles = [SITE, *(subgroup.name for subgroup in self._protocol.subgroups)]
        if self._protocol.columns.severity is not None:
            singles.append(SEVERITY)
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
        if attribute == SEVERITY:
            return self._protocol.columns.severity is not None
        return any(subgroup.name == attribute for subgroup in self._protocol.subgroups)

    def _view_for(self, attributes: Iterable[str]) -> int | None:
        """Return the finest view that tells exams apart by some attributes; None if none does."""
        needed = set(attributes) - {SITE}
        for index, view in enumerate(self.tally.views):
            if needed <= set(view.attributes):
                return index
        return None

    def _corner(self, index: int, finding: Finding, partition: str | None) -> npt.NDArray[np.intp]:
        """Return the places of a view's cells that are of a finding and a partition."""
        corner = (index, finding.name, partition)
        if corner not in self._corners:
            cells = self.tally.views[index].cells
            chosen = np.ones(len(cells), dtype=np.bool_)
            for attribute, level in (("finding", finding.name), ("partition", partition)):
                if level is not None:
                    chosen &= self._is(cells, attribute, level)
            self._corners[corner] = np.flatnonzero(chosen)
        return self._corners[corner]

    def _is(
        self, cells: Cells, attribute: str, level: str, at: npt.NDArray[np.intp] | None = None
    ) -> Mask:
        """Return for each cell, or those at some places, whether it has a level."""
        levels = self.tally.levels.get(attribute, ())
        codes = cells.codes[attribute] if at is None else cells.codes[attribute][at]
        if level not in levels:
            return np.zeros(codes.size, dtype=np.bool_)
        found = np.asarray(codes == levels.index(level))
        if attribute == SEVERITY:  # a negative is no less a negative for how grave others are
            found |= (cells.label if at is None else cells.label[at]) == 0
        return found

    def _within(
        self, index: int, finding: Finding, partition: str | None, by: By
    ) -> npt.NDArray[np.intp]:
        """Return the places of a view's cells that belong to a stratum."""
        at = self._corner(index, finding, partition)
        for attribute, level in by:
            at = at[self._is(self.tally.views[index].cells, attribute, level, at)]
        return at

    def _cut(self, finding: Finding, partition: str | None, by: By) -> Stratum | None:
        index = self._view_for(name for name, _ in by)
        if index is None:
            return None
        at = self._within(index, finding, partition, by)
        last = len(self.tally.views) - 1
        place = (finding.name or "", partition or "", by)
        if not at.size and place not in self.tally.hidden:
            return None
        counts = count_scores(self.tally.views[index].cells.where(at))
        joint = at if index == last else self._within(last, finding, partition, by)
        persons = self.tally.persons.get(place) or self.tally.persons.get(("", *place[1:]))
        return Stratum(
            by=by,
            finding=finding,
            partition=partition,
            counts=replace(
                counts,
                clusters=self._clusters(joint, persons),
                effects=self.tally.effects.get(place, {}),
                hidden=self.tally.hidden.get(place, ()),
            ),
            persons=persons,
            base=self.tally.base,
            chosen=joint,
            minimum_cell=self.tally.minimum_cell,
        )

    def _clusters(self, joint: npt.NDArray[np.intp], persons: Persons | None) -> Clusters | None:
        """Return which labelled exams of a stratum are of one patient; None if all are alone."""
        pairs, cells = self.tally.pairs, self.tally.base.cells
        if pairs is None or persons is None or persons.with_positives is None:
            return None
        inside = np.zeros(len(cells), dtype=np.bool_)
        inside[joint[cells.label[joint] >= 0]] = True
        kept = np.flatnonzero(inside[pairs.first] & inside[pairs.second])
        if not kept.size:
            return None
        scores = cells.score[joint]
        edges = np.unique(scores[~np.isnan(scores)])

        def slots(of: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
            found = cells.score[of]
            place = np.where(np.isnan(found), edges.size, np.searchsorted(edges, found))
            return np.asarray(cells.label[of].astype(np.int64) * (edges.size + 1) + place)

        count = pairs.count[kept].astype(np.float64)
        return Clusters(
            edges=edges,
            first=slots(pairs.first[kept]),
            second=slots(pairs.second[kept]),
            pairs=count * 2.0**-20 if cells.sums.get("weight") is not None else count,
            patients=persons.patients,
            with_positives=persons.with_positives,
            with_negatives=persons.with_negatives or 0,
        )
