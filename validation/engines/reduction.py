"""Reduction: rows to the views of a tally, and to what is known of their patients."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from validation.engines.cube import PLENTY, Cube, Room, Whole, amounts_of, refuse_overflow
from validation.engines.kin import AT_ONCE, Kin, related
from validation.engines.rows import Array, Batch, Levels, Rows
from validation.engines.scores import Scale
from validation.errors import TableError
from validation.protocols import measure_digest
from validation.protocols.edges import comparator_edges, score_edges
from validation.protocols.shape import Grid, Protocol, ScoreKind
from validation.tallies import Cells, LeftOut, Pairs, Period, Persons, Tally, View
from validation.tallies.cells import (
    ALARM,
    ALARM_SQUARED,
    MISS,
    MISS_SQUARED,
    SCORE,
    SCORE_SQUARED,
    WEIGHT,
    WEIGHT_SQUARED,
)
from validation.tallies.content import EXACT, Place
from validation.tallies.grids import COARSE, FINE, RANK, edges

Tell = Callable[[float], None]


@dataclass(frozen=True, kw_only=True)
class Limits:
    """From which number of rows on something is done otherwise.

    Attributes
    ----------
    exact : int
        Rows of which every distinct score is kept.
    held : int
        Rows of patients that are held in memory.
    room : Room
        What the cells may take.
    """

    exact: int = 100_000
    held: int = AT_ONCE
    room: Room = PLENTY


USUAL: Final = Limits()


@dataclass(frozen=True, kw_only=True, eq=False)
class Reduced:
    """What rows were reduced to."""

    levels: Levels
    views: tuple[View, ...]
    pairs: Pairs | None
    persons: dict[Place, Persons]


class _Followed:
    """Whose the rows are, until it is known into which cells they fell."""

    def __init__(self, kin: Kin) -> None:
        self._kin = kin
        self._waiting: deque[tuple[Whole, Array | None, Whole | None]] = deque()

    def add(self, batch: Batch, keys: list[Whole]) -> None:
        """Follow the rows of a batch; the keys are of those that have come to rest."""
        assert batch.patient is not None  # noqa: S101  (the protocol declares patients)
        self._waiting.append((batch.patient, batch.weight, batch.exam))
        self.settle(keys)

    def settle(self, keys: list[Whole]) -> None:
        """Hand on the rows that have come to rest, batch by batch."""
        for key in keys:
            patient, weight, exam = self._waiting.popleft()
            self._kin.add(patient, key, weight=weight, exam=exam)


def reduce(rows: Rows, protocol: Protocol, tell: Tell, *, limits: Limits = USUAL) -> Reduced:
    """Return the views, pairs and patients of some rows, read once.

    Scores are kept exactly up to some number of rows or where the protocol says so. Otherwise a
    fine view tells sites apart, and a coarse one every attribute.

    Raises
    ------
    TableError
        When every row is left out, or amounts are too large to be added.
    """
    weighted = protocol.columns.weight is not None
    cubes = _cubes(rows, protocol, limits)
    sums = cubes[-1].sums
    kin = None
    if protocol.columns.patient is not None:
        several = len(protocol.findings) > 1
        kin = Kin(weighted=weighted, names_exams=several, at_once=limits.held)
    followed = None if kin is None else _Followed(kin)
    whole, read = rows.total * (len(protocol.findings) if _is_wide(protocol) else 1), 0
    totals = dict.fromkeys(sums, 0.0)
    try:
        for batch in rows.batches():
            amounts = amounts_of(_with_costs(batch, protocol, rows.levels), sums)
            for name in sums if weighted or MISS in sums else ():
                totals[name] += float(amounts[name].sum(dtype=np.float64))
                refuse_overflow(totals[name])
            keys = [cube.add(batch, amounts) for cube in cubes]
            if followed is not None:
                followed.add(batch, keys[-1])
            read += len(batch)
            tell(min(1.0, read / max(whole, 1)))
        if not read:
            raise all_excluded(protocol)
        if followed is not None:
            followed.settle(cubes[-1].settle())
        views = [cube.view() for cube in cubes]
        pairs: Pairs | None = None
        persons: dict[Place, Persons] = {}
        if kin is not None:
            pairs, persons = related(
                kin, views[-1].cells, cubes[-1].locate, rows.levels, margins_of(protocol)
            )
    finally:
        if kin is not None:
            kin.close()
    levels, views = pruned(views, rows.levels)
    return Reduced(levels=levels, views=tuple(views), pairs=pairs, persons=persons)


def tally_of(
    found: Reduced,
    protocol: Protocol,
    *,
    table_digest: str,
    rows: int,
    left_out: tuple[LeftOut, ...],
    periods: tuple[Period, ...],
    producer: str,
) -> Tally:
    """Return the tally of what a table was reduced to.

    Raises
    ------
    TableError
        When no row has a label.
    """
    if not bool((found.views[0].cells.label >= 0).any()):
        raise TableError(
            "no row has a label, so that nothing can be measured.",
            remedy="Join the reference standard to the table first.",
            column=protocol.findings[0].label,
        )
    return Tally(
        measure_digest=measure_digest(protocol),
        table_digest=table_digest,
        rows=rows,
        levels=found.levels,
        views=found.views,
        persons=found.persons,
        pairs=found.pairs,
        left_out=left_out,
        periods=periods,
        producer=producer,
    )


def all_excluded(protocol: Protocol) -> TableError:
    """Return what is to be said of a table no row of which counts."""
    return TableError(
        "every row is excluded, so that nothing can be measured.",
        remedy="Leave the field empty in the rows of exams that were not excluded.",
        column=protocol.columns.excluded,
    )


def _is_wide(protocol: Protocol) -> bool:
    return protocol.columns.finding is None


def _with_costs(batch: Batch, protocol: Protocol, levels: Levels) -> Batch:
    """Return the rows with the protocol's costs where rows state those of one error only."""
    if (batch.miss is None) == (batch.alarm is None):
        return batch
    name = "false_negative" if batch.miss is None else "false_positive"
    of_row = np.array(costs_by_finding(protocol, levels, name))[batch.codes["finding"]]
    return replace(batch, miss=of_row) if batch.miss is None else replace(batch, alarm=of_row)


def costs_by_finding(protocol: Protocol, levels: Levels, name: str) -> list[float]:
    """Return what an error costs under the protocol, for each finding in the order of levels."""
    of_finding = {one.name or "": getattr(one.costs, name, 0.0) for one in protocol.findings}
    return [float(of_finding[finding]) for finding in levels["finding"]]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """What one view tells apart.

    Attributes
    ----------
    attributes : tuple of str
        Besides finding, partition and site.
    scale : Scale
        Where its score cells begin.
    comparators : mapping of str to Scale
        Likewise for the comparators' scores that it keeps.
    is_last : bool
        Whether it is the one that tells exams apart by everything.
    """

    attributes: tuple[str, ...]
    scale: Scale
    comparators: Mapping[str, Scale]
    is_last: bool


def layouts(protocol: Protocol, levels: Levels, total: int, *, exact: int) -> list[Layout]:
    """Return what each view is to tell apart, the finest first.

    Parameters
    ----------
    protocol : Protocol
    levels : mapping of str to tuple of str
    total : int
        Rows of the table.
    exact : int
        Rows of which every distinct score is kept, where the protocol does not say.
    """
    is_exact = protocol.grid is Grid.EXACT
    if protocol.grid is Grid.BY_SIZE:
        is_exact = total <= exact
    ranks = protocol.score_kind is ScoreKind.RANK
    own = {edge for finding in protocol.findings for edge in score_edges(protocol, finding)}

    def scale(fineness: str, thresholds: set[float]) -> Scale:
        if is_exact:
            return Scale(grid=EXACT)
        if ranks:
            return Scale(grid=RANK, thresholds=tuple(sorted(thresholds)))
        return Scale(grid=fineness, edges=edges(fineness, thresholds))

    attributes = [name for name in levels if name not in {"finding", "partition", "site"}]
    comparators = {
        one.name: scale(
            COARSE,
            {edge for finding in protocol.findings for edge in comparator_edges(one, finding)},
        )
        for one in protocol.comparators
    }
    everything = Layout(
        attributes=tuple(sorted(attributes)), scale=scale(COARSE, own), comparators=comparators,
        is_last=True,
    )  # fmt: skip
    if is_exact or ranks:
        return [everything]
    fine = Layout(attributes=(), scale=scale(FINE, own), comparators={}, is_last=False)
    return [fine, everything]


def _cubes(rows: Rows, protocol: Protocol, limits: Limits) -> list[Cube]:
    """Return the views to be made, the finest first."""
    found = layouts(protocol, rows.levels, rows.total, exact=limits.exact)
    sums = sums_of(protocol, found[-1])
    cubes = []
    for one in found:
        cube = Cube(
            one.attributes, rows.levels, one.scale, comparators=one.comparators, sums=sums,
            keeps_readers=one.is_last and bool(protocol.readers),
            keeps_places=one.is_last and protocol.columns.patient is not None,
            room=limits.room,
        )  # fmt: skip
        cubes.append(cube)
    return cubes


def sums_of(protocol: Protocol, layout: Layout) -> tuple[str, ...]:
    """Return which sums the cells of a view keep."""
    columns, sums = protocol.columns, list[str]()
    if layout.scale.grid not in {EXACT, RANK}:
        sums += [SCORE, SCORE_SQUARED]
    if columns.weight is not None:
        sums += [WEIGHT, WEIGHT_SQUARED]
    if columns.cost_of_miss is not None or columns.cost_of_alarm is not None:
        sums += [MISS, MISS_SQUARED, ALARM, ALARM_SQUARED]
    return tuple(sums)


def margins_of(protocol: Protocol) -> list[tuple[str, ...]]:
    """Return by what patients are counted besides finding and partition."""
    margins: list[tuple[str, ...]] = [()]
    if protocol.columns.site is not None:
        margins.append(("site",))
    margins += [(subgroup.name,) for subgroup in protocol.subgroups]
    return margins + [tuple(sorted(group)) for group in protocol.intersections]


def pruned(views: list[View], levels: Levels) -> tuple[Levels, list[View]]:
    """Return levels and views without the levels that no exam has; findings all stay."""
    kept, codes = dict(levels), dict[str, np.ndarray]()
    for name, names in levels.items():
        if name == "finding" or not names:
            continue
        used = np.unique(views[-1].cells.codes[name])
        if used.size < len(names):
            kept[name] = tuple(names[code] for code in used)
            codes[name] = np.searchsorted(used, np.arange(len(names))).astype(np.int32)
    if not codes:
        return kept, views
    return kept, [replace(view, cells=_recoded(view.cells, codes)) for view in views]


def _recoded(cells: Cells, codes: dict[str, np.ndarray]) -> Cells:
    """Return the cells with other codes for the same levels; their order is the same."""
    return replace(
        cells,
        codes={
            name: codes[name][found] if name in codes else found
            for name, found in cells.codes.items()
        },
    )
