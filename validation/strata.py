"""Strata: the groups of exams about which something is said, cut out of a tally."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from validation.clustering import Clusters, together
from validation.counts import ScoreCounts, count_apart, count_scores
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
from validation.overlapping import on_common_edges, upper_ends
from validation.protocols.shape import Finding, Protocol, ScoreKind
from validation.tallies import Cells, Persons, Tally, View
from validation.tallies.cells import SCORE, SEVERITY, WEIGHT, WEIGHT_SQUARED
from validation.tallies.content import By, Pairs
from validation.tallies.grids import RANK

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
        self._known_ranks: dict[tuple[int, bool], Ranks] = {}
        self._known_common: dict[int, View] = {}
        self._known_ends: dict[int, npt.NDArray[np.float64]] = {}

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
            # A tally that left its site may be named by whoever sent it (cmr tally --site).
            is_named = bool(self.tally.thresholds) and any(self.tally.levels[SITE])
            return self._protocol.columns.site is not None or is_named
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

    def _view(self, index: int, *, is_common: bool) -> View:
        """Return a view, on the edges that all sites have where that is asked."""
        if not is_common:
            return self.tally.views[index]
        if index not in self._known_common:
            view = self.tally.views[index]
            cells = replace(view.cells, score=on_common_edges(view.cells))
            self._known_common[index] = replace(view, cells=cells)
        return self._known_common[index]

    def _are_apart(self, by: By) -> bool:
        """Say whether the sites of a stratum told cells on edges of their own."""
        return self.tally.minimum_cell > 1 and SITE not in dict(by)

    def _ranks(self, index: int, *, is_common: bool) -> Ranks:
        """Return the ranks of a view's scores, found once."""
        if (index, is_common) not in self._known_ranks:
            cells = self._view(index, is_common=is_common).cells
            self._known_ranks[index, is_common] = ranks_of(cells)
        return self._known_ranks[index, is_common]

    def _apart(self, index: int, at: npt.NDArray[np.intp]) -> ScoreCounts | None:
        """Return the counts of a stratum in the cells that sites told; None where all were."""
        cells = self.tally.views[index].cells
        if self.tally.minimum_cell <= 1 or SCORE not in cells.sums:
            return None
        if index not in self._known_ends:
            is_risk = self._protocol.score_kind is ScoreKind.PROBABILITY
            highest = float(np.nextafter(1.0, 2.0)) if is_risk else np.inf
            self._known_ends[index] = upper_ends(cells, highest=highest)
        return count_apart(cells.where(at), self._known_ends[index][at])

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
        is_common = self._are_apart(by)
        ranks = self._ranks(index, is_common=is_common)
        cells = self._view(index, is_common=is_common).cells
        counts = count_scores(cells.bare(at), ranks=ranks.where(at))
        apart, effects = self._apart(index, at), self.tally.effects.get(place, {})
        persons = self.tally.persons.get(place) or self.tally.persons.get(("", *place[1:]))
        return Stratum(
            by=by,
            finding=finding,
            partition=partition,
            counts=replace(
                counts,
                clusters=self._clusters(runs, joint, persons),
                effects=effects,
                hidden=self.tally.hidden.get(place, ()),
                apart=None if apart is None else replace(apart, effects=effects),
                ranked=self._view(index, is_common=is_common).grid == RANK,
            ),
            persons=persons,
            base=self._view(last, is_common=is_common),
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
        ranks = self._ranks(len(self.tally.views) - 1, is_common=False)
        edges, place = ranks.among(joint)

        def slots(of: npt.NDArray[np.int32]) -> npt.NDArray[np.int32]:
            found = place[ranks.of_cell[of]]
            found += cells.label[of] * np.int32(edges.size + 1)
            return found.astype(np.int32)

        first, second = pairs.first[kept], pairs.second[kept]
        mass = pairs.mass(kept, weighted=WEIGHT in cells.sums)
        if persons is None or persons.with_positives is None:
            persons = as_if_alike(cells.bare(joint), cells.label[first], cells.label[second], mass)
        return clusters_of(edges, slots(first), slots(second), mass, persons=persons)


def clusters_of(
    edges: npt.NDArray[np.float64],
    first: npt.NDArray[np.int32],
    second: npt.NDArray[np.int32],
    mass: npt.NDArray[np.float64],
    *,
    persons: Persons,
) -> Clusters:
    """Return pairs of exams of one patient as `Clusters`, those alike made one.

    Parameters
    ----------
    edges : float64 array, shape (b,)
    first, second : int32 array, shape (p,)
        Slots of the two exams.
    mass : float64 array, shape (p,)
        What each pair counts for.
    persons : Persons
        How many patients these are.
    """
    one, other, summed = together(first, second, mass, slots=2 * (edges.size + 1))
    return Clusters(
        edges=edges,
        first=one,
        second=other,
        pairs=summed,
        patients=persons.patients,
        with_positives=persons.with_positives or 0,
        with_negatives=persons.with_negatives or 0,
    )


def as_if_alike(
    cells: Cells,
    first: npt.NDArray[np.int8],
    second: npt.NDArray[np.int8],
    count: npt.NDArray[np.float64],
) -> Persons:
    """Return how many patients there are if each has as many exams as any, from the pairs alone.

    That is (Σn)² / Σn² of what each patient's exams count for, never more than there are: for
    strata whose patients nobody counted.

    Parameters
    ----------
    cells : Cells
        All exams of the stratum.
    first, second : int8 array, shape (p,)
        The labels of the two exams of each pair.
    count : float64 array, shape (p,)
        How many pairs; where exams are weighted, the sum of the products of their weights.
    """
    weight, squared = cells.amount(WEIGHT), cells.amount(WEIGHT_SQUARED)

    def alike(exams: Mask, pairs: Mask) -> int:
        squares = float(squared[exams].sum() + 2 * count[pairs].sum())
        return round(float(weight[exams].sum()) ** 2 / squares) if squares else 0

    of_label = [
        alike(cells.label == label, (first == label) & (second == label)) for label in (0, 1)
    ]
    return Persons(
        patients=alike(cells.label >= 0, np.ones(count.size, dtype=np.bool_)),
        repeated=0,
        with_positives=of_label[1],
        with_negatives=of_label[0],
    )
