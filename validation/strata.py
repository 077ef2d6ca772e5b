"""Strata: the groups of exams about which something is said, cut out of a tally."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.clustering import Clusters, together
from validation.counts import ScoreCounts, count_scores
from validation.grouping import (
    Couples,
    Mask,
    Ranks,
    Runs,
    chosen_runs,
    couples_of,
    ranks_of,
    runs_of,
)
from validation.protocols.shape import Finding, Protocol
from validation.tallies import Cells, Persons, Tally, View
from validation.tallies.cells import SEVERITY, WEIGHT
from validation.tallies.content import By, Pairs

SITE = "site"


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
    pairs : Pairs or None
        Those of the whole tally, by cells of `base`.
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
    severities: tuple[str, ...] = ()
    pairs: Pairs | None = None
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
        self._known_runs: dict[int, Runs] = {}
        self._known_ranks: dict[int, Ranks] = {}

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
        runs = self._runs(index)
        codes = np.unique(runs.first.codes[attribute][self._within(index, finding, partition, ())])
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

    def _last_view_for(self, attributes: Iterable[str]) -> int:
        """Return the last view that tells exams apart by some attributes: where they are joint.

        Where something was hidden a further view may lack the exams of whole sites: there the
        first holds all that is told.
        """
        needed = set(attributes) - {SITE}
        fits = [i for i, view in enumerate(self.tally.views) if needed <= set(view.attributes)]
        return fits[-1] if self.tally.minimum_cell <= 1 else fits[0]

    def _runs(self, index: int) -> Runs:
        """Return the runs of a view's cells, found once."""
        if index not in self._known_runs:
            self._known_runs[index] = runs_of(self.tally.views[index].cells)
        return self._known_runs[index]

    def _ranks(self, index: int) -> Ranks:
        """Return the ranks of a view's scores, found once."""
        if index not in self._known_ranks:
            self._known_ranks[index] = ranks_of(self.tally.views[index].cells)
        return self._known_ranks[index]

    @cached_property
    def _couples(self) -> Couples | None:
        """The tally's pairs by the runs of their cells; None where it has none."""
        pairs, base = self.tally.pairs, len(self.tally.views) - 1
        return None if pairs is None else couples_of(pairs.first, pairs.second, self._runs(base))

    def _code(self, attribute: str, level: str) -> int | None:
        levels = self.tally.levels.get(attribute, ())
        return levels.index(level) if level in levels else None

    def _within(self, index: int, finding: Finding, partition: str | None, by: By) -> Mask:
        """Return which runs of a view's cells belong to a stratum."""
        corner = (("finding", finding.name), ("partition", partition))
        named = [(name, level) for name, level in corner if level is not None]
        return chosen_runs(self._runs(index), [*named, *by], self._code)

    def _cut(self, finding: Finding, partition: str | None, by: By) -> Stratum | None:
        index = self._view_for(name for name, _ in by)
        if index is None:
            return None
        last = self._last_view_for(name for name, _ in by)
        runs = self._within(last, finding, partition, by)
        joint = at = self._runs(last).cells(runs)
        if index < last:
            at = self._runs(index).cells(self._within(index, finding, partition, by))
        place = (finding.name or "", partition or "", by)
        if not at.size and place not in self.tally.hidden:
            return None
        ranks = self._ranks(index)
        counts = count_scores(self.tally.views[index].cells.bare(at), ranks=ranks.where(at))
        persons = self.tally.persons.get(place) or self.tally.persons.get(("", *place[1:]))
        return Stratum(
            by=by,
            finding=finding,
            partition=partition,
            counts=replace(
                counts,
                clusters=self._clusters(runs, joint, persons),
                effects=self.tally.effects.get(place, {}),
                hidden=self.tally.hidden.get(place, ()),
            ),
            persons=persons,
            base=self.tally.views[last],
            chosen=joint,
            minimum_cell=self.tally.minimum_cell,
            severities=self.tally.levels.get(SEVERITY, ()),
            pairs=self.tally.pairs,
        )

    def _clusters(
        self, runs: Mask, joint: npt.NDArray[np.intp], persons: Persons | None
    ) -> Clusters | None:
        """Return which labelled exams of a stratum are of one patient; None if all are alone."""
        pairs, cells = self.tally.pairs, self.tally.base.cells
        if pairs is None or self._couples is None:
            return None
        kept = self._couples.within(runs)
        if not kept.size:
            return None
        ranks = self._ranks(len(self.tally.views) - 1)
        edges, place = ranks.among(joint)

        def slots(of: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
            found = place[ranks.of_cell[of]]
            found += cells.label[of] * np.int32(edges.size + 1)
            return found.astype(np.int32)

        first, second = pairs.first[kept], pairs.second[kept]
        count = pairs.count[kept].astype(np.float64)
        if persons is None or persons.with_positives is None:
            exams = [int(cells.exams[joint[cells.label[joint] == label]].sum()) for label in (0, 1)]
            persons = _as_if_alike(exams, cells.label[first], cells.label[second], count)
        one, other, mass = together(
            slots(first),
            slots(second),
            count * 2.0**-20 if WEIGHT in cells.sums else count,
            slots=2 * (edges.size + 1),
        )
        return Clusters(
            edges=edges,
            first=one,
            second=other,
            pairs=mass,
            patients=persons.patients,
            with_positives=persons.with_positives or 0,
            with_negatives=persons.with_negatives or 0,
        )


def _as_if_alike(
    exams: Sequence[int],
    first: npt.NDArray[np.int8],
    second: npt.NDArray[np.int8],
    count: npt.NDArray[np.float64],
) -> Persons:
    """Return how many patients there are if each has as many exams as any, from the pairs alone.

    That is (Σn)² / Σn², never more than there are: for strata whose patients nobody counted.
    """

    def alike(n: int, pairs: float) -> int:
        return round(n * n / (n + 2 * pairs)) if n else 0

    of_label = [float(count[(first == label) & (second == label)].sum()) for label in (0, 1)]
    return Persons(
        patients=alike(sum(exams), float(count.sum())),
        repeated=0,
        with_positives=alike(exams[1], of_label[1]),
        with_negatives=alike(exams[0], of_label[0]),
    )
